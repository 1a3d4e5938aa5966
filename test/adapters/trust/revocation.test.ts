import { expect, test } from 'vitest';
import { parseCertificate } from '../../../adapters/trust/certificate.ts';
import { createCertificateJudge } from '../../../adapters/trust/certificateJudge.ts';
import { createRevocation, type StalePolicy } from '../../../adapters/trust/revocation.ts';
import { revocationReader } from '../../../adapters/trust/revocationReader.ts';
import { sha256Of } from '../../../core/contract/derivedIds.ts';
import type { RevocationNews } from '../../../core/contract/revocation.ts';
import { TRUST_LIST } from '../../../core/contract/trustList.ts';
import { type Issued, signerExtensions } from '../../../world/certificates.ts';
import { issueCrl } from '../../../world/revocation.ts';
import { at } from './pathKit.ts';
import { hours, LIST, makeRevocationKit, type News, RESPONDER } from './revocationKit.ts';

const kit = await makeRevocationKit();
const { check, list } = kit;
const flag = (most: number): StalePolicy => ({ whenStale: 'accept-and-flag', hours: most });
const refuse: StalePolicy = { whenStale: 'refuse', hours: 72 };
const endedAgo = (count: number) => [list({ thisUpdate: hours(-count - 24), nextUpdate: hours(-count) })];

const pathOf = (signer: Issued) => ({
  leaf: parseCertificate(signer.certificate),
  issuers: [kit.authorityBelow, kit.root].map(({ certificate }) => parseCertificate(certificate)),
});

test.each([
  ['refuse, however young', refuse, 1, 'fail'],
  ['accept-and-flag within its hours', flag(72), 72, 'warn'],
  ['accept-and-flag after them', flag(72), 73, 'fail'],
  ['accept-and-flag for no hours', flag(0), 1, 'fail'],
] as const)('a stale list under %s', (_, policy, age, verdict) => {
  expect(check({ crls: endedAgo(age), policy })).toBe(
    `${verdict}: "CN=Leaf, C=VN": its revocation list ended at ${hours(-age).toISOString()}, ${age} h ago`,
  );
});

test.each([
  ['never asked yet: flagged', undefined, 'warn'],
  ['failing for an hour: flagged', hours(-1), 'warn'],
  ['failing for four days: refused', hours(-96), 'fail'],
] as const)('a signer whose addresses never gave any news, %s', (_, since, verdict) => {
  const failingSince = (address: string) => (address === LIST || address === RESPONDER ? since : undefined);
  expect(check({ policy: flag(72), failingSince })).toMatch(new RegExp(`^${verdict}: .*nothing is known`));
  expect(check({ policy: refuse, failingSince })).toMatch(/^fail: /);
});

test('news made after a certificate expired do not call it good, since authorities drop it from their lists', () => {
  const signer = kit.leaf(kit.authorityBelow, { extensions: signerExtensions(), notAfter: hours(-5) });
  const told = (news: News) =>
    createRevocation({ ...news, crls: [kit.rootList, ...(news.crls ?? [])] })(pathOf(signer), at);
  const crls = [list()];
  expect(told({ crls, policy: flag(5) })).toEqual({
    status: 'not-checked',
    reason: expect.stringContaining(`expired at ${hours(-5).toISOString()}`),
  });
  expect(told({ crls, policy: flag(4) }).status).toBe('undetermined');
  expect(told({ ocsp: [kit.answer({ certificate: signer.certificate })], policy: refuse }).status).toBe('undetermined');
  const before = { thisUpdate: hours(-6), nextUpdate: hours(1) };
  expect(told({ crls: [list(before)] }).status).toBe('good');
  expect(told({ crls: [list({ revoked: [{ certificate: signer.certificate, at }] })] }).status).toBe('revoked');
});

test('a signer that names no address is flagged for ever, or refused', () => {
  const signer = kit.leaf(kit.authorityBelow, { extensions: signerExtensions() });
  expect(check({ policy: flag(0) }, { signer })).toMatch(/^warn: /);
  expect(check({ policy: refuse }, { signer })).toMatch(/^fail: /);
});

test('of several certificates the worst counts, and all of its kind are told', () => {
  const rootList = issueCrl({ issuer: kit.root, thisUpdate: hours(-48), nextUpdate: hours(-24) });
  expect(check({ policy: flag(72) }, { rootList })).toMatch(/^warn: .*CN=Leaf.*; .*CN=Sub.*24 h ago$/);
  expect(
    check({ policy: flag(72), crls: [list({ revoked: [{ certificate: kit.signer.certificate, at }] })] }, { rootList }),
  ).toMatch(/^fail: "CN=Leaf, C=VN" was revoked[^;]*$/);
});

test('the judge of the walk reads what is held, what was brought along, and the rule of the trust list', () => {
  const judge = createCertificateJudge();
  const der = (issued: { certificate: Buffer }) => issued.certificate.toString('base64');
  const trustOf = (revocation: StalePolicy) => {
    const draft = {
      v: 1,
      anchors: [{ certificate: der(kit.root) }],
      intermediates: [der(kit.authorityBelow)],
      revocation,
    };
    return { version: 1, sha256: sha256Of(Buffer.from(JSON.stringify(revocation))), list: TRUST_LIST.parse(draft) };
  };
  const held = (bytes: Buffer, address: string): RevocationNews['sources'][number] => ({
    kind: 'crl',
    address,
    issuer: 'x',
    held: { sha256: sha256Of(bytes), bytes: bytes.length, thisUpdate: 0, nextUpdate: 0, fetchedAt: 0 },
  });
  const newsOf = (...lists: readonly Buffer[]): RevocationNews => ({
    sources: lists.map((bytes, n) => held(bytes, `http://a/${n}.crl`)),
    objects: new Map(lists.map((bytes) => [sha256Of(bytes), bytes])),
  });
  const verdict = (news: RevocationNews, rule: StalePolicy, brought?: Buffer, validAt = at) => {
    const request = {
      leaf: kit.signer.certificate,
      intermediates: [],
      at: validAt,
      agency: 'X91.04',
      trust: trustOf(rule),
    };
    const { checks } = judge.judge({ ...request, revocation: { news, brought, at } });
    return checks.find(({ id }) => id === 'revocation')?.verdict;
  };
  expect(verdict(newsOf(), refuse)).toBe('fail');
  expect(verdict(newsOf(), flag(72))).toBe('warn');
  expect(verdict(newsOf(kit.rootList, list()), refuse)).toBe('pass');
  expect(verdict(newsOf(kit.rootList), refuse)).toBe('fail');
  expect(verdict(newsOf(kit.rootList), refuse, kit.answer())).toBe('pass');
  expect(verdict(newsOf(kit.rootList), refuse, Buffer.from('nonsense'))).toBe('fail');
  expect(verdict(newsOf(kit.rootList, Buffer.from('unreadable'), list()), refuse)).toBe('pass');
  // A time-stamp of last month: certificates are judged as of then, revocation as of now.
  const revoked = list({ revoked: [{ certificate: kit.signer.certificate, at: hours(-2) }] });
  expect(verdict(newsOf(kit.rootList, list()), refuse, undefined, hours(-720))).toBe('pass');
  expect(verdict(newsOf(kit.rootList, revoked), flag(72), undefined, hours(-720))).toBe('fail');
});

test('a list is only taken in when an authority of the trust list signed it and it is not over', () => {
  const authorities = [kit.root.certificate, kit.authorityBelow.certificate, Buffer.from('unreadable')];
  const by = { authorities, at: at.getTime(), issuer: 'CN=Sub, C=VN' };
  expect(revocationReader.checkList(list(), by)).toEqual({
    ok: true,
    thisUpdate: +hours(-1),
    nextUpdate: +hours(23),
    scope: 'whole',
  });
  const why = (bytes: Buffer, others = by) => {
    const checked = revocationReader.checkList(bytes, others);
    return checked.ok ? 'ok' : checked.why;
  };
  expect(why(list(), { ...by, authorities: [] })).toContain('is not in the trust list');
  expect(why(list({ issuer: { ...kit.authorityBelow, privateKey: kit.keys.stranger.privateKey } }))).toBe(
    'its signature does not verify',
  );
  expect(why(kit.rootList)).toMatch(/^it is a list of .*, not of "CN=Sub, C=VN"$/);
  expect(why(endedAgo(1)[0]!)).toContain('what it serves ended at');
  expect(why(Buffer.from('-----BEGIN X509 CRL-----'))).toContain('not the expected DER');
});

test('addresses of lists and responders are read from certificates, and nothing else', () => {
  expect(revocationReader.pointers(kit.signer.certificate)).toEqual({
    issuer: 'CN=Sub, C=VN',
    crl: [LIST],
    ocsp: [RESPONDER],
  });
  expect(revocationReader.pointers(kit.root.certificate)).toBeUndefined();
  expect(revocationReader.pointers(Buffer.from('no certificate'))).toBeUndefined();
});
