import { expect, test } from 'vitest';
import { Tag } from '../../../adapters/trust/derReader.ts';
import { der } from '../../../adapters/trust/derWriter.ts';
import { parseOcspResponse } from '../../../adapters/trust/ocspResponse.ts';
import { Oid } from '../../../adapters/trust/oids.ts';
import { revocationReader } from '../../../adapters/trust/revocationReader.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
import { basicConstraints, extendedKeyUsage, extension, type Issued, keyUsage } from '../../../world/certificates.ts';
import { issueCrl, ocspFailure } from '../../../world/revocation.ts';
import { at, type Change } from './pathKit.ts';
import { hours, makeRevocationKit } from './revocationKit.ts';

const kit = await makeRevocationKit();
const { answer, check, authorityBelow } = kit;

const noCheck = extension(Oid.ocspNoCheck, der(Tag.null), false);
const forOcsp = [basicConstraints(false), keyUsage('digitalSignature'), extendedKeyUsage(Oid.ocspSigning), noCheck];

/** A responder that the authority certified, unless changed. */
function delegate(change: Change = {}): Issued {
  return kit.leaf(authorityBelow, { keys: kit.keys.below, extensions: forOcsp, ...change });
}

const byDelegate = (responder: Issued) => [answer({ responder, chain: [responder.certificate] })];

test('an answer of the issuer itself makes the signer good', () => {
  expect(check({ ocsp: [answer()] })).toBe('pass');
  expect(check({ ocsp: [answer({ by: 'key' })] })).toBe('pass');
  expect(check({ ocsp: [answer({ idHash: 'sha256' })] })).toBe('pass');
});

test('an answer of a responder that the issuer certified makes it good', () => {
  expect(check({ ocsp: byDelegate(delegate()) })).toBe('pass');
});

test('revoked is refused, with date and reason, even beside a good answer and a clean list', () => {
  const revoked = answer({ status: { revokedAt: hours(-3), reason: 4 } });
  expect(check({ crls: [kit.list()], ocsp: [answer(), revoked] })).toBe(
    'fail: "CN=Leaf, C=VN" was revoked at 2026-05-31T21:00:00.000Z (superseded)',
  );
});

test('unknown is refused whatever the policy for old news, unless a list says otherwise', () => {
  const ocsp = [answer({ status: 'unknown' })];
  const policy = { whenStale: 'accept-and-flag', hours: 72 } as const;
  expect(check({ ocsp, policy })).toBe('fail: "CN=Leaf, C=VN": the responder of its issuer does not know it');
  expect(check({ ocsp, crls: [kit.list()] })).toBe('pass');
});

test('an old answer says nothing good', () => {
  const old = answer({ thisUpdate: hours(-30), nextUpdate: hours(-6) });
  expect(check({ ocsp: [old] })).toContain(
    'fail: "CN=Leaf, C=VN": its OCSP answer ended at 2026-05-31T18:00:00.000Z, 6 h ago',
  );
  expect(check({ ocsp: [kit.endlessAnswer(hours(-25))] })).toContain(
    'its OCSP answer ended at 2026-05-31T23:00:00.000Z',
  );
  expect(check({ ocsp: [kit.endlessAnswer(hours(-23))] })).toBe('pass');
});

test.each<readonly [string, () => Buffer[], string]>([
  [
    'of a stranger',
    () => [answer({ responder: { ...authorityBelow, privateKey: kit.keys.stranger.privateKey } })],
    'its signature does not verify',
  ],
  ['of an unlisted algorithm', () => [answer({ digest: 'sha1' })], 'the algorithm of its signature is not accepted'],
  [
    'of a responder without its certificate',
    () => [answer({ responder: delegate() })],
    'no certificate of it came along',
  ],
  [
    'of a certificate without OCSP signing',
    () => byDelegate(delegate({ extensions: [keyUsage('digitalSignature'), noCheck] })),
    'may not sign for OCSP',
  ],
  [
    'of a key that may not sign',
    () =>
      byDelegate(delegate({ extensions: [keyUsage('keyEncipherment'), extendedKeyUsage(Oid.ocspSigning), noCheck] })),
    "its responder's key may not sign",
  ],
  [
    'of a responder that another authority certified',
    () => byDelegate(delegate({ issuer: kit.root })),
    "not certified by the certificate's own issuer",
  ],
  [
    'of a responder that nobody certified',
    () => byDelegate(delegate({ issuer: { ...authorityBelow, ...kit.keys.stranger } })),
    "not certified by the certificate's own issuer",
  ],
  [
    'of a responder whose certificate is over',
    () => byDelegate(delegate({ notAfter: hours(-1) })),
    'is not valid at the time',
  ],
  [
    'of a responder with an unknown critical extension',
    () => byDelegate(delegate({ extensions: [...forOcsp, extension('1.2.3.4', der(Tag.null), true)] })),
    'has a critical extension 1.2.3.4',
  ],
  [
    'of a responder that may be revoked',
    () => byDelegate(delegate({ extensions: forOcsp.slice(0, -1) })),
    'whether its responder was revoked is not known',
  ],
  ['from the future', () => [answer({ thisUpdate: hours(1) })], 'it is only valid from'],
  [
    'with an unknown critical extension',
    () => [answer({ extensions: [extension('1.2.3.4', der(Tag.null), true)] })],
    'critical extension 1.2.3.4',
  ],
])('an answer is not used: %s', (_, make, reason) => {
  const text = check({ ocsp: make() });
  expect(text).toContain('fail: "CN=Leaf, C=VN": an OCSP answer cannot be used: ');
  expect(text).toContain(reason);
});

test('a responder without nocheck is believed while a list says that it is good', () => {
  const responder = delegate({ extensions: forOcsp.slice(0, -1) });
  const revoked = issueCrl({
    issuer: authorityBelow,
    thisUpdate: hours(-1),
    nextUpdate: hours(1),
    revoked: [{ certificate: responder.certificate, at: hours(-1) }],
  });
  const unknown = answer({ responder, chain: [responder.certificate], status: { revokedAt: hours(-1) } });
  expect(check({ ocsp: [unknown], crls: [kit.list()] })).toContain('fail: "CN=Leaf, C=VN" was revoked');
  expect(check({ ocsp: [unknown], crls: [revoked] })).toBe('pass');
});

test('an answer about another certificate or issuer says nothing', () => {
  const other = kit.leaf(authorityBelow);
  expect(check({ ocsp: [answer({ certificate: other.certificate })] })).toContain('nothing is known');
  expect(check({ ocsp: [answer({ issuer: kit.root })] })).toContain('nothing is known');
});

test.each([
  [1, 'malformedRequest'],
  [3, 'tryLater'],
  [6, 'unauthorized'],
])('a response without an answer is no answer: %i %s', (status, name) => {
  expect(() => parseOcspResponse(ocspFailure(status))).toThrow(name);
  expect(check({ ocsp: [ocspFailure(status), Buffer.alloc(0)] })).toContain('nothing is known');
});

test('every cut of an answer is refused, every bit flipped leaves it unbelieved', () => {
  const good = byDelegate(delegate())[0]!;
  for (let end = 0; end < good.length; end += 7)
    expect(() => parseOcspResponse(good.subarray(0, end))).toThrow(TrustRefusal);
  for (let at = 0; at < good.length; at += 3) {
    const bent = Buffer.from(good);
    bent[at] = (bent[at] ?? 0) ^ 0x04;
    expect(kit.judge({ ocsp: [bent] }).ok, `octet ${at}`).toBe(false);
  }
});

test('what is fetched must answer the question that was asked, with its nonce where it has one', () => {
  const authorities = [kit.root.certificate, authorityBelow.certificate];
  const nonce = Buffer.alloc(16, 7);
  const certificate = kit.signer.certificate;
  const asked = { certificate, authorities, at: at.getTime(), nonce };
  expect(revocationReader.question(certificate, { authorities, nonce })?.includes(nonce)).toBe(true);
  expect(revocationReader.question(certificate, { authorities: [], nonce })).toBeUndefined();
  expect(revocationReader.checkAnswer(answer({ nonce }), asked)).toMatchObject({ ok: true, nextUpdate: +hours(23) });
  expect(revocationReader.checkAnswer(answer(), asked)).toMatchObject({ ok: true });
  const otherNonce = answer({ nonce: Buffer.alloc(16, 8) });
  expect(revocationReader.checkAnswer(otherNonce, asked)).toEqual({
    ok: false,
    why: 'its nonce is not the one that was sent',
  });
  const otherAnswer = answer({ certificate: kit.leaf(authorityBelow).certificate });
  expect(revocationReader.checkAnswer(otherAnswer, asked)).toMatchObject({ ok: false });
  expect(revocationReader.checkAnswer(Buffer.from('<html>'), asked)).toMatchObject({ ok: false });
  const old = answer({ thisUpdate: hours(-9), nextUpdate: hours(-1) });
  expect(revocationReader.checkAnswer(old, asked)).toMatchObject({
    ok: false,
    why: 'what it serves ended at 2026-05-31T23:00:00.000Z',
  });
});
