import { expect, test } from 'vitest';
import { parseCrl } from '../../../adapters/trust/crl.ts';
import { CRL_ENTRIES, readCrlEntries } from '../../../adapters/trust/crlEntries.ts';
import { Tag } from '../../../adapters/trust/derReader.ts';
import { der, derSequence, derTime } from '../../../adapters/trust/derWriter.ts';
import { Oid } from '../../../adapters/trust/oids.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
import { basicConstraints, extension, keyUsage, signerExtensions } from '../../../world/certificates.ts';
import { issueCrl, issuingDistributionPoint } from '../../../world/revocation.ts';
import { at } from './pathKit.ts';
import { hours, LIST, makeRevocationKit } from './revocationKit.ts';

const kit = await makeRevocationKit();
const { signer, list, check } = kit;
const revoked = [{ certificate: signer.certificate, at: hours(-2), reason: 1 }];
const strange = extension('1.2.3.4', der(Tag.null), true);
const integer = (value: number) => der(Tag.integer, Buffer.from([value]));

test('a fresh list that does not name the signer makes it good', () => {
  expect(check({ crls: [list()] })).toBe('pass');
});

test('a signer on the list is refused, with date and reason', () => {
  expect(check({ crls: [list({ revoked })] })).toBe(
    'fail: "CN=Leaf, C=VN" was revoked at 2026-05-31T22:00:00.000Z (keyCompromise)',
  );
});

test('an entry without a reason revokes just the same', () => {
  expect(check({ crls: [list({ revoked: [{ certificate: signer.certificate, at: hours(-2) }] })] })).toContain(
    'fail: "CN=Leaf, C=VN" was revoked at',
  );
});

test('an authority that was revoked takes its signers with it', () => {
  const rootList = issueCrl({
    issuer: kit.root,
    thisUpdate: hours(0),
    nextUpdate: hours(1),
    revoked: [{ certificate: kit.authorityBelow.certificate, at: hours(-1), reason: 2 }],
  });
  expect(check({ crls: [list(), rootList] })).toContain('fail: "CN=Sub, C=VN" was revoked at');
});

test('without any list nothing is good', () => {
  expect(check({})).toBe('fail: "CN=Leaf, C=VN": nothing is known about its revocation');
});

/** Each list departs from a good one in one point, and so cannot be used: the reason names the rule. */
test.each([
  [
    'signature',
    () => list({ issuer: { ...kit.authorityBelow, privateKey: kit.keys.stranger.privateKey } }),
    'does not verify',
  ],
  ['algorithm', () => list({ digest: 'sha1' }), 'the algorithm of its signature is not accepted'],
  ['delta', () => list({ extensions: [extension(Oid.deltaCrlIndicator, integer(1), true)] }), 'it is a delta list'],
  ['indirect', () => list({ extensions: [issuingDistributionPoint({ flags: [4] })] }), 'it is an indirect list'],
  ['critical extension', () => list({ extensions: [strange] }), 'it has a critical extension 1.2.3.4'],
  [
    'critical entry extension',
    () => list({ revoked: [{ certificate: kit.root.certificate, at, extensions: [strange] }] }),
    'an entry has a critical extension 1.2.3.4',
  ],
  [
    'entries of another issuer',
    () =>
      list({
        revoked: [
          {
            certificate: kit.root.certificate,
            at,
            extensions: [extension(Oid.certificateIssuer, derSequence(), true)],
          },
        ],
      }),
    'it lists certificates of other issuers',
  ],
  [
    "authorities' only",
    () => list({ extensions: [issuingDistributionPoint({ flags: [2] })] }),
    'it covers only authorities',
  ],
  [
    'attribute only',
    () => list({ extensions: [issuingDistributionPoint({ flags: [5] })] }),
    'it covers only attribute',
  ],
  [
    'other distribution point',
    () => list({ extensions: [issuingDistributionPoint({ url: 'http://crl.example/other.crl' })] }),
    'it is of another distribution point',
  ],
  [
    'no next update',
    () => issueCrl({ issuer: kit.authorityBelow, thisUpdate: hours(-1) }),
    'it does not say when the next one',
  ],
  ['from the future', () => list({ thisUpdate: hours(1) }), 'it is only valid from 2026-06-01T01:00:00.000Z'],
])('a list is not used: %s', (_, make, reason) => {
  expect(check({ crls: [make()] })).toContain(`fail: "CN=Leaf, C=VN": a list of its issuer cannot be used: `);
  expect(check({ crls: [make()] })).toContain(reason);
});

test('a list of users only covers the signer and no authority', () => {
  const extensions = [issuingDistributionPoint({ flags: [1] })];
  const rootList = issueCrl({ issuer: kit.root, thisUpdate: hours(-1), nextUpdate: hours(1), extensions });
  expect(check({ crls: [list({ extensions })] })).toBe('pass');
  expect(check({ crls: [list()] }, { rootList })).toContain("it covers only users' certificates");
});

test('a list of the distribution point that the signer names is used', () => {
  expect(check({ crls: [list({ extensions: [issuingDistributionPoint({ url: LIST })] })] })).toBe('pass');
});

test('a list by an authority that may not sign lists is not used', () => {
  const authority = kit.sub({ extensions: [basicConstraints(true), keyUsage('keyCertSign')] });
  expect(check({ crls: [list()] }, { authority })).toContain('its issuer may not sign revocation lists');
});

test('lists for some reasons each are whole together, and revoke alone', () => {
  const some = (bits: number, more = 0) => [issuingDistributionPoint({ someReasons: Buffer.from([bits, more]) })];
  const compromise = list({ extensions: some(0x60) });
  const others = list({ extensions: some(0x1f, 0x80) });
  expect(check({ crls: [compromise] })).toContain('the lists at hand cover some reasons only');
  expect(check({ crls: [compromise, others] })).toBe('pass');
  expect(check({ crls: [list({ extensions: some(0x60), revoked })] })).toContain('fail: "CN=Leaf, C=VN" was revoked');
});

test('an issuer that publishes deltas is never simply good by its whole list', () => {
  const freshest = extension(Oid.freshestCrl, derSequence(), false);
  expect(check({ crls: [list({ extensions: [freshest] })] })).toContain('delta lists, which are not processed');
});

test('a stale list still revokes', () => {
  const old = { thisUpdate: hours(-48), nextUpdate: hours(-24) };
  expect(check({ crls: [list({ ...old, revoked })] })).toContain('fail: "CN=Leaf, C=VN" was revoked');
});

test('a newer list beside a stale one counts', () => {
  expect(check({ crls: [list({ thisUpdate: hours(-48), nextUpdate: hours(-24) }), list()] })).toBe('pass');
});

test('a list signed with a key that the authority keeps for its lists is used while that key is in good standing', () => {
  const delegate = kit.authority('Sub', {
    keys: kit.keys.below,
    issuer: kit.root,
    extensions: [keyUsage('cRLSign')],
  });
  const signers = [delegate.certificate];
  const byDelegate = list({ issuer: delegate });
  expect(check({ crls: [byDelegate], signers })).toBe('pass');
  const rootList = issueCrl({
    issuer: kit.root,
    thisUpdate: hours(0),
    nextUpdate: hours(1),
    revoked: [{ certificate: delegate.certificate, at: hours(-1) }],
  });
  expect(check({ crls: [byDelegate, rootList], signers })).toContain('its signature does not verify');
  const stranger = kit.authority('Sub', {
    keys: kit.keys.below,
    extensions: [keyUsage('cRLSign')],
    issuer: { ...kit.root, ...kit.keys.stranger },
  });
  expect(check({ crls: [list({ issuer: stranger })], signers: [stranger.certificate] })).toContain('does not verify');
});

test('every cut of a list, and every single octet changed, is refused or leaves it unbelieved', () => {
  const good = list({ revoked });
  for (let end = 0; end < good.length; end++) expect(() => parseCrl(good.subarray(0, end))).toThrow(TrustRefusal);
  expect(() => parseCrl(Buffer.concat([good, Buffer.from([0])]))).toThrow(TrustRefusal);
  for (let at = 0; at < good.length; at++) {
    const bent = Buffer.from(good);
    bent[at] = (bent[at] ?? 0) ^ 0x01;
    expect(kit.judge({ crls: [bent] }).ok, `octet ${at}`).toBe(false);
  }
});

/** Entries with serial numbers of 16 octets, each with a reason, as a large authority's are. */
function manyEntries(count: number): Buffer {
  const entry = derSequence(
    der(Tag.integer, Buffer.alloc(16, 0x11)),
    derTime(at),
    derSequence(extension(Oid.reasonCode, der(Tag.enumerated, Buffer.from([1])), false)),
  );
  const all = Buffer.alloc(entry.length * count);
  for (let n = 0; n < count; n++) {
    entry.copy(all, n * entry.length);
    all.writeUInt32BE(n, n * entry.length + 8);
  }
  return all;
}

const serialOf = (n: number): Buffer => {
  const serial = Buffer.alloc(16, 0x11);
  serial.writeUInt32BE(n, 4);
  return serial;
};

test('a list of 100,000 entries is read, indexed and asked within 100 ms of processor time', () => {
  const big = list({ entries: manyEntries(100_000) });
  const before = process.cpuUsage();
  const { entries } = parseCrl(big);
  expect(entries.find(serialOf(99_999))?.revokedAt).toEqual(at);
  expect(entries.find(serialOf(100_000))).toBeUndefined();
  const { user, system } = process.cpuUsage(before);
  expect(entries.count).toBe(100_000);
  expect((user + system) / 1000).toBeLessThan(100);
});

test('every entry of a long list is found again, and nothing else', () => {
  const { entries } = parseCrl(list({ entries: manyEntries(5_000) }));
  for (let n = 0; n < 5_000; n++) expect(entries.find(serialOf(n))?.reason).toBe('keyCompromise');
  expect(entries.find(serialOf(5_000))).toBeUndefined();
  expect(entries.find(serialOf(1).subarray(1))).toBeUndefined();
});

test('a last entry of a short number is no end for the search of a long one', () => {
  const { find } = readCrlEntries(derSequence(integer(5), derTime(at)));
  const serial = (count: number) => Buffer.from([...Buffer.alloc(19, 1), count]);
  expect(Array.from({ length: 100 }, (_, count) => find(serial(count)))).toEqual(Array(100).fill(undefined));
  expect(find(Buffer.from([5]))?.revokedAt).toEqual(at);
});

test('a list of more entries than are read is refused', () => {
  const entry = derSequence(integer(1), derTime(at));
  const entries = Buffer.alloc(entry.length * (CRL_ENTRIES + 1), entry);
  expect(() => parseCrl(list({ entries }))).toThrow('too many entries');
});

test('a signer that names no distribution point is covered by a whole list', () => {
  const plain = kit.leaf(kit.authorityBelow, { extensions: signerExtensions() });
  expect(check({ crls: [list()] }, { signer: plain })).toBe('pass');
});
