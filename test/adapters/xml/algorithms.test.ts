import { createHmac, createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { sample } from './sampleFiles.ts';
import { type Bits, EXCLUSIVE, type Family, INCLUSIVE, P256, P384, RSA, signDocument } from './signDocument.ts';

const engine = createEngine();
const document = sample('document-new');
const PAIRS = { RSA, P256, P384 };

describe('every algorithm of the profile', () => {
  const allowed: readonly [Family, keyof typeof PAIRS, Bits, Bits][] = (['256', '384', '512'] as const).flatMap(
    (bits) => [
      ['rsa', 'RSA', bits, bits],
      ['pss', 'RSA', bits, '256'],
      ['ecdsa', 'P256', bits, '512'],
      ['ecdsa', 'P384', bits, '384'],
    ],
  );

  test.each(allowed)(
    '%s with %s, SHA-%s and digest SHA-%s verifies, and only with its own key',
    (family, pair, bits, digestBits) => {
      for (const method of [EXCLUSIVE, INCLUSIVE]) {
        const signed = signDocument(document, { key: PAIRS[pair].privateKey, family, bits, digestBits, method });
        const opened = engine.open(signed);
        expect(opened.verify(PAIRS[pair].publicKey)).toEqual({ ok: true });
        const other = pair === 'RSA' ? P256 : RSA;
        expect(opened.verify(other.publicKey)).toEqual({ ok: false, code: 'algorithm' });
      }
    },
  );
});

describe('a key that the algorithm does not fit', () => {
  const signed = engine.open(signDocument(document, { key: RSA.privateKey }));
  const reopen = () => engine.open(signDocument(document, { key: RSA.privateKey }));

  test('is refused: secret, private, RSA-PSS-only and Ed25519 keys', () => {
    expect(signed.signature?.algorithm).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    const pssOnly = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
    const ed25519 = generateKeyPairSync('ed25519').publicKey;
    for (const key of [createSecretKey(Buffer.from('secret')), RSA.privateKey, pssOnly, ed25519]) {
      expect(reopen().verify(key)).toEqual({ ok: false, code: 'algorithm' });
    }
  });

  test('is refused when weak: 1024 bits, exponent 3, more than 8192 bits', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const { n } = RSA.publicKey.export({ format: 'jwk' });
    const exponent3 = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: 'Aw' }, format: 'jwk' });
    const evenExponent = createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: 'AQAC' }, format: 'jwk' });
    const large = createPublicKey({
      key: { kty: 'RSA', n: Buffer.alloc(1040, 0xff).toString('base64url'), e: 'AQAB' },
      format: 'jwk',
    });
    for (const key of [small, exponent3, evenExponent, large]) {
      expect(reopen().verify(key)).toEqual({ ok: false, code: 'weak-key' });
    }
  });

  test('is refused on another curve: P-256 value against P-384, secp256k1 and P-521 not at all', () => {
    const opened = engine.open(signDocument(document, { key: P256.privateKey, family: 'ecdsa' }));
    expect(opened.verify(P384.publicKey)).toEqual({ ok: false, code: 'signature-mismatch' });
    for (const namedCurve of ['secp256k1', 'secp521r1']) {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve });
      expect(opened.verify(publicKey)).toEqual({ ok: false, code: 'algorithm' });
    }
  });

  test('is refused when the PSS salt has another length than the digest', () => {
    const signedShort = signDocument(document, { key: RSA.privateKey, family: 'pss', saltLength: 20 });
    expect(engine.open(signedShort).verify(RSA.publicKey)).toEqual({ ok: false, code: 'signature-mismatch' });
  });
});

describe('an altered document', () => {
  const signed = signDocument(document, { key: RSA.privateKey });

  test('fails at the digest when content changed, at the signature when SignedInfo changed', () => {
    const content = Buffer.from(signed.toString().replace('X93.01.002', 'X93.01.003'));
    expect(engine.open(content).verify(RSA.publicKey)).toEqual({ ok: false, code: 'digest-mismatch' });
    const digest = Buffer.from(
      signed.toString().replace(/<DigestValue>./, (found) => `${found.slice(0, -1)}${found.endsWith('A') ? 'B' : 'A'}`),
    );
    expect(engine.open(digest).verify(RSA.publicKey)).toEqual({ ok: false, code: 'signature-mismatch' });
  });

  test('is never digested before the signature holds: a wrong signature answers first', () => {
    const both = signed
      .toString()
      .replace('X93.01.002', 'X93.01.003')
      .replace(/<SignatureValue>..../, '<SignatureValue>AAAA');
    expect(engine.open(Buffer.from(both)).verify(RSA.publicKey)).toEqual({ ok: false, code: 'signature-mismatch' });
  });

  test('cannot choose HMAC with the public key as secret', () => {
    const pem = RSA.publicKey.export({ type: 'spki', format: 'pem' });
    const value = createHmac('sha256', pem).update('x').digest('base64');
    const altered = signed
      .toString()
      .replace('#rsa-sha256', '#hmac-sha256')
      .replace(/<SignatureValue>[^<]*/, `<SignatureValue>${value}`);
    expect(() => engine.open(Buffer.from(altered))).toThrow(XmlRefusal);
  });
});

test('an unsigned document says so', () => {
  expect(engine.open(document).verify(RSA.publicKey)).toEqual({ ok: false, code: 'unsigned' });
});
