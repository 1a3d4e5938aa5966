import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CERTIFICATE_BYTES,
  parseCertificate,
  publicKeyOf,
  signerOf,
  thumbprintOf,
} from '../../../adapters/trust/certificate.ts';
import { derSequence } from '../../../adapters/trust/derWriter.ts';
import { Oid } from '../../../adapters/trust/oids.ts';
import { validatePath } from '../../../adapters/trust/path.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
import {
  authorityExtensions,
  extension,
  issueCertificate,
  keyUsage,
  makeKeys,
  type Name,
  signerExtensions,
} from '../../../world/certificates.ts';
import { createWorld } from '../../../world/world.ts';
import {
  certificatePolicies,
  inhibitAnyPolicy,
  nameConstraints,
  policyConstraints,
  policyMappings,
  subjectAltName,
} from './constraintExtensions.ts';

const at = new Date('2026-06-01T00:00:00Z');
const world = await createWorld({ at });
const ec = await makeKeys('p-256');
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2055-01-01T00:00:00Z') };

function made(name: Name, extensions = signerExtensions()): Buffer {
  return issueCertificate({ name, keys: ec, extensions, ...validity }).certificate;
}

describe('what is read is what an independent reader sees', () => {
  test.each(world.agencies)('certificate of $code', ({ signer }) => {
    const mine = parseCertificate(signer.certificate);
    const peer = new X509Certificate(signer.certificate);
    expect(mine.serial.toUpperCase()).toBe(peer.serialNumber);
    expect(mine.notBefore).toEqual(new Date(peer.validFrom));
    expect(mine.notAfter).toEqual(new Date(peer.validTo));
    expect(publicKeyOf(mine).equals(peer.publicKey)).toBe(true);
    expect(mine.extensions.extendedKeyUsage).toEqual(peer.keyUsage);
    expect(Buffer.from(thumbprintOf(signer.certificate), 'base64url').toString('hex').toUpperCase()).toBe(
      peer.fingerprint256.replaceAll(':', ''),
    );
    expect(peer.verify(world.authorities.issuing.publicKey)).toBe(true);
    expect(peer.checkIssued(new X509Certificate(world.intermediates[0]!))).toBe(true);
  });

  test('the report names the signer readably', () => {
    const { signer } = world.agency('X91.04');
    expect(signerOf(parseCertificate(signer.certificate))).toMatchObject({
      subject: 'UID=X91.04, CN=Sở Thử nghiệm, O=Sở Thử nghiệm, C=VN',
      issuer: 'CN=Cấp phát Mẫu, O=Cơ quan chứng thực Mẫu, C=VN',
      notBefore: '2026-05-02T00:00:00.000Z',
    });
  });
});

describe('names', () => {
  const keyOf = (name: Name) => parseCertificate(made(name)).subject.key;

  test('are equal without regard to case, runs of blanks and compatibility forms', () => {
    expect(keyOf([['CN', 'Sở  Thử NGHIỆM ']])).toBe(keyOf([['CN', 'sở thử nghiệm'.normalize('NFD')]]));
  });

  test.each<[string, Name, Name]>([
    [
      'an attribute more',
      [['CN', 'a']],
      [
        ['C', 'VN'],
        ['CN', 'a'],
      ],
    ],
    [
      'another order',
      [
        ['O', 'a'],
        ['CN', 'b'],
      ],
      [
        ['CN', 'b'],
        ['O', 'a'],
      ],
    ],
    ['another attribute', [['O', 'a']], [['OU', 'a']]],
    [
      'text that imitates the separators',
      [['O', 'a"]\n["2.5.4.3=b']],
      [
        ['O', 'a'],
        ['CN', 'b'],
      ],
    ],
  ])('differ by %s', (_what, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test('cannot imitate attributes or hide characters when printed', () => {
    const { text } = parseCertificate(made([['CN', 'Bộ, O=Chính phủ\u{202e}\n\u{0}']])).subject;
    expect(text).toBe('CN=Bộ\\, O\\=Chính phủ\u{fffd}\u{fffd}\u{fffd}');
  });
});

describe('structure', () => {
  const good = made([['CN', 'a']]);

  test.each<[string, () => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['a byte after the end', () => Buffer.concat([good, Buffer.from([0])])],
    ['one byte short', () => good.subarray(0, -1)],
    ['more than the largest size', () => Buffer.concat([good, Buffer.alloc(CERTIFICATE_BYTES)])],
    ['PEM instead of DER', () => Buffer.from(`-----BEGIN CERTIFICATE-----\n${good.toString('base64')}`)],
    ['the same extension twice', () => made([['CN', 'a']], [...signerExtensions(), keyUsage('keyCertSign')])],
    [
      'a key usage that is not a BIT STRING',
      () => made([['CN', 'a']], [extension(Oid.keyUsage, Buffer.from('0500', 'hex'), true)]),
    ],
    [
      'a path length without an authority',
      () => made([['CN', 'a']], [extension(Oid.basicConstraints, Buffer.from('3003020100', 'hex'), true)]),
    ],
    ['an empty list of purposes', () => made([['CN', 'a']], [extension(Oid.extKeyUsage, derSequence(), true)])],
    [
      'forty extensions',
      () =>
        made(
          [['CN', 'a']],
          Array.from({ length: 40 }, (_, i) => extension(`1.2.3.${i}`, Buffer.alloc(0), false)),
        ),
    ],
    ['an empty issuer name', () => made([])],
    ['forty attributes in a name', () => made(Array.from({ length: 40 }, () => ['OU', 'a'] as const))],
  ])('refuses %s', (_what, make) => {
    expect(() => parseCertificate(make())).toThrow(TrustRefusal);
  });

  test('refuses an algorithm outside that differs from the signed one inside', () => {
    const sha256 = Buffer.from('06082a8648ce3d040302', 'hex');
    const altered = Buffer.from(good);
    altered[good.lastIndexOf(sha256) + sha256.length - 1] = 0x03;
    expect(() => parseCertificate(altered)).toThrow(/differs/);
  });
});

describe('hostile bytes end in a refusal and nothing else', () => {
  const seeds = world.agencies.map(({ signer }) => signer.certificate);
  const judged = (der: Buffer): boolean => {
    try {
      parseCertificate(der);
    } catch (error) {
      if (!(error instanceof TrustRefusal)) throw error;
    }
    return validatePath({ leaf: der, intermediates: [...world.intermediates, der], anchors: world.anchors, at }).ok;
  };

  test('every single bit of a certificate, flipped: none is still accepted', () => {
    const { signer } = world.agency('X91.05');
    const der = Buffer.from(signer.certificate);
    const accepted: number[] = [];
    for (let bit = 0; bit < der.length * 8; bit++) {
      der[bit >> 3] = der[bit >> 3]! ^ (1 << (bit & 7));
      if (judged(der)) accepted.push(bit);
      der[bit >> 3] = der[bit >> 3]! ^ (1 << (bit & 7));
    }
    expect(accepted).toEqual([]);
    expect(judged(der)).toBe(true);
  });

  test('every octet of an authority with constraints on names and policies, altered: no path goes through it', () => {
    const { root } = world.authorities;
    const authority = issueCertificate({
      name: [['CN', 'a']],
      keys: ec,
      issuer: root,
      extensions: [
        ...authorityExtensions(),
        nameConstraints({
          permitted: [['directory', ['C=VN']]],
          excluded: [
            ['dns', 'a.vn'],
            ['ip', '0a000000ff000000'],
          ],
        }),
        certificatePolicies('1.2.3.4', Oid.anyPolicy),
        policyMappings(['1.2.3.4', '1.2.3.5']),
        policyConstraints({ explicit: 5, mapping: 0 }),
        inhibitAnyPolicy(1),
        subjectAltName([
          ['email', 'a@a.vn'],
          ['uri', 'https://a.vn'],
        ]),
      ],
      ...validity,
    });
    const leaf = issueCertificate({
      name: [['C', 'VN']],
      keys: ec,
      issuer: authority,
      extensions: signerExtensions(),
      ...validity,
    });
    const through = (der: Buffer): boolean =>
      validatePath({ leaf: leaf.certificate, intermediates: [der], anchors: world.anchors, at }).ok;
    const der = Buffer.from(authority.certificate);
    expect(through(der)).toBe(true);
    const accepted: number[] = [];
    for (let octet = 0; octet < der.length; octet++) {
      const bit = 1 << (octet % 8);
      der[octet] = der[octet]! ^ bit;
      if (through(der)) accepted.push(octet);
      der[octet] = der[octet]! ^ bit;
    }
    expect(accepted).toEqual([]);
  });

  test('cut, spliced and overwritten certificates', () => {
    const edit = fc.record({
      seed: fc.constantFrom(...seeds),
      from: fc.nat(800),
      remove: fc.nat(40),
      insert: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(edit, ({ seed, from, remove, insert }) => {
        const changed = Buffer.concat([seed.subarray(0, from), insert, seed.subarray(from + remove)]);
        expect(judged(changed)).toBe(seeds.some((other) => other.equals(changed)));
      }),
      { seed: 20_260_601, numRuns: 3000 },
    );
  });

  test('noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => !judged(Buffer.from(noise))),
      { seed: 20_260_601, numRuns: 2000 },
    );
  });
});
