import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { FlattenedSign, flattenedVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { thumbprintOf } from '../../../adapters/trust/certificate.ts';
import {
  DETACHED_JWS_LENGTH,
  readDetachedJws,
  signDetached,
  verifyDetached,
  verifyDetachedStream,
} from '../../../adapters/trust/detachedJws.ts';
import type { JwsAlgorithm } from '../../../adapters/trust/jwsParts.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
import { issueCertificate, type KeyKind, makeKeys, signerExtensions } from '../../../world/certificates.ts';

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };

async function makeSigner(kind: KeyKind) {
  const keys = await makeKeys(kind);
  return issueCertificate({ name: [['CN', kind]], keys, extensions: signerExtensions(), ...validity });
}

const [rsa, p256, p384, rsa1024, p521] = await Promise.all(
  (['rsa-2048', 'p-256', 'p-384', 'rsa-1024', 'p-521'] as const).map(makeSigner),
);
const other = await makeSigner('p-256');
const document = Buffer.concat([Buffer.from('<edXML>Sở Thử nghiệm</edXML>\r\n'), Buffer.from([0, 255, 128])]);

const algorithms: readonly (readonly [JwsAlgorithm, NonNullable<typeof rsa>])[] = [
  ['RS256', rsa!],
  ['RS384', rsa!],
  ['RS512', rsa!],
  ['PS256', rsa!],
  ['PS384', rsa!],
  ['PS512', rsa!],
  ['ES256', p256!],
  ['ES384', p384!],
];

/** Splits bytes at uneven places, as a network would. */
async function* pieces(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

describe.each(algorithms)('%s', (algorithm, { privateKey, certificate, publicKey }) => {
  test('signs and verifies, whole and in pieces', async () => {
    const whole = readDetachedJws(await signDetached(document, { algorithm, key: privateKey, certificate }));
    const streamed = readDetachedJws(await signDetached(pieces(document), { algorithm, key: privateKey, certificate }));
    for (const jws of [whole, streamed]) {
      expect(verifyDetached(jws, document, certificate)).toEqual({
        ok: true,
        algorithm,
        thumbprint: thumbprintOf(certificate),
      });
      expect((await verifyDetachedStream(jws, pieces(document), certificate)).ok).toBe(true);
    }
  });

  test('agrees with an independent implementation, both ways', async () => {
    const [header = '', , signature = ''] = (
      await signDetached(document, { algorithm, key: privateKey, certificate })
    ).split('.');
    const verified = await flattenedVerify({ protected: header, payload: document, signature }, publicKey);
    expect(verified.protectedHeader?.alg).toBe(algorithm);
    const peer = await new FlattenedSign(document)
      .setProtectedHeader({ alg: algorithm, b64: false, crit: ['b64'], 'x5t#S256': thumbprintOf(certificate) })
      .sign(privateKey);
    const jws = readDetachedJws(`${peer.protected}..${peer.signature}`);
    expect(verifyDetached(jws, document, certificate).ok).toBe(true);
  });

  test('a flipped bit anywhere does not verify', async () => {
    const jws = readDetachedJws(await signDetached(document, { algorithm, key: privateKey, certificate }));
    for (let at = 0; at < document.length; at++) {
      const changed = Buffer.from(document);
      changed[at] = changed[at]! ^ 1;
      expect(verifyDetached(jws, changed, certificate)).toMatchObject({ code: 'signature-mismatch' });
    }
    for (let at = 0; at < jws.signature.length; at++) {
      const signature = Buffer.from(jws.signature);
      signature[at] = signature[at]! ^ 1;
      expect(verifyDetached({ ...jws, signature }, document, certificate)).toMatchObject({
        code: 'signature-mismatch',
      });
    }
  });

  test.each<[string, (signature: Buffer) => Buffer]>([
    ['cut', (signature) => signature.subarray(0, -1)],
    ['lengthened', (signature) => Buffer.concat([signature, Buffer.from([0])])],
    ['zero', (signature) => Buffer.alloc(signature.length)],
    ['all ones', (signature) => Buffer.alloc(signature.length, 0xff)],
  ])('a signature that is %s does not verify', async (_what, change) => {
    const jws = readDetachedJws(await signDetached(document, { algorithm, key: privateKey, certificate }));
    const signature = change(jws.signature);
    expect(verifyDetached({ ...jws, signature }, document, certificate)).toMatchObject({ code: 'signature-mismatch' });
  });
});

describe('the algorithm fits the key, or nothing is checked', () => {
  test.each<[string, JwsAlgorithm, NonNullable<typeof rsa>]>([
    ['ES256 for RSA', 'ES256', rsa!],
    ['RS256 for P-256', 'RS256', p256!],
    ['ES256 for P-384', 'ES256', p384!],
    ['ES384 for P-256', 'ES384', p256!],
    ['ES384 for P-521', 'ES384', p521!],
    ['RS256 for 1024 bits', 'RS256', rsa1024!],
  ])('%s', async (_what, algorithm, signer) => {
    await expect(
      signDetached(document, { algorithm, key: signer.privateKey, certificate: signer.certificate }),
    ).rejects.toThrow(TrustRefusal);
    const headerText = encode({ ...goodHeader, alg: algorithm, 'x5t#S256': thumbprintOf(signer.certificate) });
    const jws = readDetachedJws(`${headerText}..AAAA`);
    expect(verifyDetached(jws, document, signer.certificate)).toMatchObject({ code: 'algorithm' });
  });

  test('a DER-encoded ECDSA signature is not a JWS one', () => {
    const headerText = encode({ ...goodHeader, 'x5t#S256': thumbprintOf(p256!.certificate) });
    const input = Buffer.concat([Buffer.from(`${headerText}.`), document]);
    const signature = sign('sha256', input, p256!.privateKey);
    const jws = readDetachedJws(`${headerText}..${signature.toString('base64url')}`);
    expect(verifyDetached(jws, document, p256!.certificate)).toMatchObject({ code: 'signature-mismatch' });
  });
});

test('another certificate than the one named is not tried, even one of the same key', async () => {
  const jws = readDetachedJws(
    await signDetached(document, { algorithm: 'ES256', key: p256!.privateKey, certificate: p256!.certificate }),
  );
  const renewed = issueCertificate({
    name: [['CN', 'renewed']],
    keys: p256!,
    extensions: signerExtensions(),
    ...validity,
  });
  expect(verifyDetached(jws, document, renewed.certificate)).toMatchObject({ code: 'thumbprint' });
  expect(verifyDetached(jws, document, other.certificate)).toMatchObject({ code: 'thumbprint' });
});

test('a key that is not the certificate’s does not sign', async () => {
  const stranger = createPrivateKey(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
  );
  const { certificate } = p256!;
  await expect(signDetached(document, { algorithm: 'ES256', key: stranger, certificate })).rejects.toThrow(
    TrustRefusal,
  );
});

const goodHeader = { alg: 'ES256', b64: false, crit: ['b64'], 'x5t#S256': thumbprintOf(p256!.certificate) };

function encode(header: unknown): string {
  return encodeText(JSON.stringify(header));
}

function encodeText(text: string): string {
  return Buffer.from(text).toString('base64url');
}

describe('reading refuses', () => {
  const good = `${encode(goodHeader)}..${'A'.repeat(86)}`;
  const withHeader = (change: Readonly<Record<string, unknown>>) => `${encode({ ...goodHeader, ...change })}..AAAA`;
  const withText = (text: string) => `${encodeText(text)}..AAAA`;
  const { alg: _alg, ...withoutAlg } = goodHeader;
  const { crit: _crit, ...withoutCrit } = goodHeader;
  const { b64: _b64, ...withoutB64 } = goodHeader;
  const body = JSON.stringify(goodHeader).slice(1, -1);

  test('nothing of a good one', () => {
    expect(readDetachedJws(good)).toMatchObject({ algorithm: 'ES256', thumbprint: goodHeader['x5t#S256'] });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['two parts', encode(goodHeader)],
    ['four parts', `${good}.AAAA`],
    ['five parts, as in an encryption', `${good}.AAAA.AAAA`],
    ['a payload', `${encode(goodHeader)}.AAAA.AAAA`],
    ['no signature', `${encode(goodHeader)}..`],
    ['padding', `${encodeText(`{${body} }`)}=..AAAA`],
    ['ordinary base64', `${encode(goodHeader)}..+/+/`],
    ['blanks', `${good} `],
    ['a line break', `${good}\n`],
    ['stray bits at the end of the signature', `${encode(goodHeader)}..AB`],
    ['a signature of impossible length', `${encode(goodHeader)}..AAAAA`],
    ['over the largest length', `${encode(goodHeader)}..${'A'.repeat(DETACHED_JWS_LENGTH)}`],
    ['alg none', withHeader({ alg: 'none' })],
    ['alg HS256', withHeader({ alg: 'HS256' })],
    ['alg RS1', withHeader({ alg: 'RS1' })],
    ['alg ES512', withHeader({ alg: 'ES512' })],
    ['alg in other case', withHeader({ alg: 'es256' })],
    ['alg as a list', withHeader({ alg: ['ES256'] })],
    ['b64 true', withHeader({ b64: true })],
    ['b64 as text', withHeader({ b64: 'false' })],
    ['an empty crit', withHeader({ crit: [] })],
    ['crit with more', withHeader({ crit: ['b64', 'exp'] })],
    ['crit twice the same', withHeader({ crit: ['b64', 'b64'] })],
    ['crit as text', withHeader({ crit: 'b64' })],
    ['a thumbprint that is too short', withHeader({ 'x5t#S256': 'AAAA' })],
    ['a thumbprint in hexadecimal', withHeader({ 'x5t#S256': 'ab'.repeat(32) })],
    ['a thumbprint with stray bits', withHeader({ 'x5t#S256': `${'A'.repeat(42)}B` })],
    ['a key in the header', withHeader({ jwk: {} })],
    ['a certificate in the header', withHeader({ x5c: [] })],
    ['a kid', withHeader({ kid: 'a' })],
    ['no alg', `${encode(withoutAlg)}..AAAA`],
    ['no crit', `${encode(withoutCrit)}..AAAA`],
    ['no b64', `${encode(withoutB64)}..AAAA`],
    ['a member instead of another', `${encode({ ...withoutB64, b65: false })}..AAAA`],
    ['a member twice', withText(`{${body},"alg":"ES256"}`)],
    ['a member twice, once escaped', withText(`{${body},"\\u0061lg":"none"}`)],
    ['a member twice inside crit', withText(`{${body.replace('["b64"]', '[{"a":1,"a":2}]')}}`)],
    ['a list', withText('[]')],
    ['null', withText('null')],
    ['not JSON', withText(`{${body},}`)],
    ['a prototype', withText(`{${body},"__proto__":{}}`)],
  ])('%s', (_what, jws) => {
    expect(() => readDetachedJws(jws)).toThrow(TrustRefusal);
  });
});

test('hostile text ends in a refusal and nothing else', () => {
  const parts = fc.array(
    fc.constantFrom(encode(goodHeader), '.', '..', 'A', '{"', '\u{0}', '=', encodeText('{"alg":'), '🙂'),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 200 }),
        parts.map((list) => list.join('')),
      ),
      (text) => {
        try {
          readDetachedJws(text);
        } catch (error) {
          expect(error).toBeInstanceOf(TrustRefusal);
        }
      },
    ),
    { seed: 20_260_601, numRuns: 2000 },
  );
});
