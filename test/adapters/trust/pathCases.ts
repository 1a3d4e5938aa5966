/** Certificates that break exactly one rule each, made with the world's own issuer of certificates. */
import { Oid } from '../../../adapters/trust/oids.ts';
import type { PathRequest } from '../../../adapters/trust/path.ts';
import type { CheckId } from '../../../core/verify/report.ts';
import {
  authorityExtensions,
  basicConstraints,
  type CertificateRequest,
  extendedKeyUsage,
  extension,
  type Issued,
  issueCertificate,
  type KeyKind,
  type KeyPair,
  keyUsage,
  makeKeys,
  signerExtensions,
} from '../../../world/certificates.ts';

export const at = new Date('2026-06-01T00:00:00Z');
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };

export interface PathCase {
  readonly what: string;
  /** The one check that fails; absent: the path holds. */
  readonly fails?: CheckId;
  readonly reason?: RegExp;
  readonly request: PathRequest;
}

type Change = Partial<Omit<CertificateRequest, 'name'>> & { readonly cn?: string };

/** Null, whatever it means to its extension. */
const anyValue = Buffer.from('0500', 'hex');

/** Makes every case; keys are shared where they do not matter. */
export async function makePathCases(): Promise<readonly PathCase[]> {
  const kinds: readonly KeyKind[] = ['p-256', 'p-384', 'rsa-2048', 'rsa-1024', 'p-521'];
  const made = await Promise.all(kinds.map(async (kind) => [kind, await makeKeys(kind)] as const));
  const keys = new Map<KeyKind, KeyPair>(made);
  const [rootKeys, subKeys, subSubKeys, strangerKeys] = await Promise.all(
    (['p-256', 'p-256', 'p-256', 'p-256'] as const).map(makeKeys),
  );
  const keyOf = (kind: KeyKind): KeyPair => keys.get(kind) ?? strangerKeys!;

  const authority = (cn: string, change: Change = {}): Issued =>
    issueCertificate({
      name: [
        ['C', 'VN'],
        ['CN', change.cn ?? cn],
      ],
      keys: rootKeys!,
      extensions: authorityExtensions(),
      ...validity,
      ...change,
    });
  const root = authority('Root');
  const sub = (change: Change = {}): Issued => authority('Sub', { keys: subKeys!, issuer: root, ...change });
  const leaf = (issuer: Issued, change: Change = {}): Issued =>
    issueCertificate({
      name: [
        ['C', 'VN'],
        ['CN', change.cn ?? 'Leaf'],
      ],
      keys: keyOf('p-256'),
      issuer,
      extensions: signerExtensions(),
      ...validity,
      ...change,
    });

  const request = (
    signer: Issued,
    others: readonly Issued[] = [],
    anchors: readonly Issued[] = [root],
  ): PathRequest => ({
    leaf: signer.certificate,
    intermediates: others.map((issued) => issued.certificate),
    anchors: anchors.map((issued) => issued.certificate),
    at,
  });
  const withSub = (change: Change): PathRequest => {
    const changed = sub(change);
    return request(leaf(changed), [changed]);
  };
  const stranger = authority('Sub', { keys: strangerKeys! });
  const goodSub = sub();
  const chain = (length: number): PathRequest => {
    const issuers = [root];
    for (let i = 1; i <= length; i++)
      issuers.push(authority(`Level ${i}`, { keys: subKeys!, issuer: issuers.at(-1)! }));
    return request(leaf(issuers.at(-1)!), issuers.slice(1));
  };
  const shortSub = sub({ extensions: authorityExtensions(0) });
  const below = authority('Below', { keys: subSubKeys!, issuer: shortSub });
  const selfIssued = authority('Sub', { keys: subSubKeys!, issuer: shortSub });
  const flipped = leaf(goodSub);
  const broken = Buffer.from(flipped.certificate);
  broken[broken.length - 3] = broken.at(-3)! ^ 1;

  return [
    { what: 'a leaf issued by the anchor', request: request(leaf(root)) },
    { what: 'a leaf below one intermediate', request: request(leaf(goodSub), [goodSub]) },
    {
      what: 'intermediates in any order, with strangers and rubbish among them',
      request: {
        ...request(leaf(goodSub), [stranger, goodSub]),
        intermediates: [Buffer.from('rubbish'), stranger.certificate, goodSub.certificate],
      },
    },
    { what: 'six certificates in all', request: chain(4) },
    { what: 'an RSA leaf', request: request(leaf(root, { keys: keyOf('rsa-2048') })) },
    { what: 'a P-384 leaf', request: request(leaf(root, { keys: keyOf('p-384') })) },
    { what: 'an RSA authority', request: withSub({ keys: keyOf('rsa-2048') }) },
    { what: 'nonRepudiation alone', request: request(leaf(root, { extensions: [keyUsage('nonRepudiation')] })) },
    { what: 'a path length that is just kept', request: request(leaf(shortSub), [shortSub]) },
    {
      what: 'a self-issued certificate, which a path length does not count',
      request: request(leaf(selfIssued), [selfIssued, shortSub]),
    },
    {
      what: 'a critical extension that is processed',
      request: request(
        leaf(root, { extensions: [...signerExtensions(), extension(Oid.subjectAltName, anyValue, true)] }),
      ),
    },
    {
      what: 'an unknown extension that is not critical',
      request: request(leaf(root, { extensions: [...signerExtensions(), extension('1.2.3.4', anyValue, false)] })),
    },
    {
      what: 'names that differ in case and blanks only',
      request: request(
        leaf({
          ...goodSub,
          name: [
            ['C', 'vn'],
            ['CN', ' SUB '],
          ],
        }),
        [goodSub],
      ),
    },

    { what: 'seven certificates in all', fails: 'certificate-path', reason: /too long/, request: chain(5) },
    {
      what: 'no issuer at hand',
      fails: 'certificate-path',
      reason: /no accepted issuer/,
      request: request(leaf(goodSub)),
    },
    {
      what: 'another root',
      fails: 'certificate-path',
      reason: /no accepted issuer/,
      request: request(leaf(root), [], [authority('Other')]),
    },
    {
      what: 'no anchors at all',
      fails: 'certificate-path',
      reason: /no accepted issuer/,
      request: request(leaf(root), [], []),
    },
    {
      what: 'a root that only the sender offers',
      fails: 'certificate-path',
      reason: /no accepted issuer/,
      request: request(leaf(root), [root], []),
    },
    {
      what: 'an issuer of the same name with another key',
      fails: 'certificate-path',
      reason: /does not verify/,
      request: request(leaf(goodSub), [{ ...goodSub, certificate: sub({ keys: strangerKeys! }).certificate }]),
    },
    {
      what: 'a flipped bit in the signature',
      fails: 'certificate-path',
      reason: /does not verify/,
      request: { ...request(flipped, [goodSub]), leaf: broken },
    },
    {
      what: 'an issuer that is a signer',
      fails: 'certificate-path',
      reason: /not a CA/,
      request: withSub({ extensions: signerExtensions() }),
    },
    {
      what: 'an issuer without basicConstraints',
      fails: 'certificate-path',
      reason: /not a CA/,
      request: withSub({ extensions: [keyUsage('keyCertSign')] }),
    },
    { what: 'an issuer of version 1', fails: 'certificate-path', reason: /not a CA/, request: withSub({ version: 1 }) },
    {
      what: 'an issuer that may not sign certificates',
      fails: 'certificate-path',
      reason: /keyCertSign/,
      request: withSub({ extensions: [basicConstraints(true), keyUsage('cRLSign')] }),
    },
    {
      what: 'a path length that is broken',
      fails: 'certificate-path',
      reason: /allows 0/,
      request: request(leaf(below), [below, shortSub]),
    },
    {
      what: 'a leaf that is an authority',
      fails: 'certificate-path',
      reason: /certification authority/,
      request: request(
        leaf(root, { extensions: [basicConstraints(true), keyUsage('digitalSignature', 'keyCertSign')] }),
      ),
    },
    {
      what: 'an unknown critical extension in the leaf',
      fails: 'certificate-path',
      reason: /1\.2\.3\.4/,
      request: request(leaf(root, { extensions: [...signerExtensions(), extension('1.2.3.4', anyValue, true)] })),
    },
    {
      what: 'an unknown critical extension in an issuer',
      fails: 'certificate-path',
      reason: /1\.2\.3\.4/,
      request: withSub({ extensions: [...authorityExtensions(), extension('1.2.3.4', anyValue, true)] }),
    },
    {
      what: 'a critical policy extension',
      fails: 'certificate-path',
      reason: /2\.5\.29\.32/,
      request: request(
        leaf(root, { extensions: [...signerExtensions(), extension(Oid.certificatePolicies, anyValue, true)] }),
      ),
    },
    ...[Oid.nameConstraints, Oid.policyConstraints, Oid.inhibitAnyPolicy].map(
      (oid): PathCase => ({
        what: `constraint ${oid}, even unmarked`,
        fails: 'certificate-path',
        reason: /not processed/,
        request: withSub({ extensions: [...authorityExtensions(), extension(oid, anyValue, false)] }),
      }),
    ),

    {
      what: 'an expired leaf',
      fails: 'certificate-validity',
      reason: /expired/,
      request: request(leaf(root, { notAfter: new Date('2026-05-31T23:59:59Z') })),
    },
    {
      what: 'a leaf of tomorrow',
      fails: 'certificate-validity',
      reason: /not valid before/,
      request: request(leaf(root, { notBefore: new Date('2026-06-01T00:00:01Z') })),
    },
    {
      what: 'an expired issuer',
      fails: 'certificate-validity',
      reason: /Sub.*expired/,
      request: withSub({ notAfter: new Date('2026-05-31T00:00:00Z') }),
    },
    {
      what: 'an expired anchor',
      fails: 'certificate-validity',
      reason: /Root.*expired/,
      request: request(leaf(root), [], [authority('Root', { notAfter: new Date('2026-05-31T00:00:00Z') })]),
    },

    {
      what: 'no key usage',
      fails: 'key-usage',
      reason: /no key usage/,
      request: request(leaf(root, { extensions: [basicConstraints(false)] })),
    },
    {
      what: 'a key for encryption',
      fails: 'key-usage',
      reason: /neither/,
      request: request(leaf(root, { extensions: [keyUsage('keyEncipherment', 'dataEncipherment')] })),
    },
    {
      what: 'a certificate for servers',
      fails: 'key-usage',
      reason: /other purposes/,
      request: request(
        leaf(root, { extensions: [keyUsage('digitalSignature'), extendedKeyUsage('1.3.6.1.5.5.7.3.1')] }),
      ),
    },

    {
      what: 'RSA of 1024 bits in the leaf',
      fails: 'certificate-algorithm',
      reason: /1024 bits/,
      request: request(leaf(root, { keys: keyOf('rsa-1024') })),
    },
    {
      what: 'RSA of 1024 bits in an issuer',
      fails: 'certificate-algorithm',
      reason: /1024 bits/,
      request: withSub({ keys: keyOf('rsa-1024') }),
    },
    {
      what: 'P-521',
      fails: 'certificate-algorithm',
      reason: /1\.3\.132\.0\.35/,
      request: request(leaf(root, { keys: keyOf('p-521') })),
    },
    {
      what: 'a point that is not on its curve',
      fails: 'certificate-algorithm',
      reason: /cannot be loaded/,
      request: request(leaf(root, { spki: offCurve(keyOf('p-256')) })),
    },
    {
      what: 'SHA-1 with ECDSA',
      fails: 'certificate-algorithm',
      reason: /not accepted/,
      request: request(leaf(root, { digest: 'sha1' })),
    },
    {
      what: 'SHA-1 with RSA',
      fails: 'certificate-algorithm',
      reason: /not accepted/,
      request: (() => {
        const rsaSub = sub({ keys: keyOf('rsa-2048') });
        return request(leaf(rsaSub, { digest: 'sha1' }), [rsaSub]);
      })(),
    },
  ];
}

function offCurve({ publicKey }: KeyPair): Buffer {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  spki[spki.length - 1] = spki.at(-1)! ^ 1;
  return spki;
}
