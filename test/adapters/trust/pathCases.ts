/** Certification paths that hold, and paths that break exactly one rule each. */
import type { PathRequest } from '../../../adapters/trust/path.ts';
import type { CheckId } from '../../../core/contract/report.ts';
import {
  authorityExtensions,
  basicConstraints,
  extendedKeyUsage,
  extension,
  type KeyPair,
  keyUsage,
  signerExtensions,
} from '../../../world/certificates.ts';
import { subjectAltName } from './constraintExtensions.ts';
import type { PathKit } from './pathKit.ts';

export type GoodPath = readonly [what: string, request: PathRequest];

/** `reason` is what the failed check must say. */
export type BrokenPath = readonly [what: string, fails: CheckId, reason: RegExp, request: PathRequest];

/** Null, whatever it means to its extension. */
const anyValue = Buffer.from('0500', 'hex');

const serverAuthentication = '1.3.6.1.5.5.7.3.1';

export function goodPaths({
  keys,
  root,
  sub,
  authority,
  leaf,
  request,
  withSub,
  withLeaf,
  chain,
}: PathKit): GoodPath[] {
  const good = sub();
  const short = sub({ extensions: authorityExtensions(0) });
  const selfIssued = authority('Sub', { keys: keys.below, issuer: short });
  const stranger = authority('Sub', { keys: keys.stranger });
  const crowd = [Buffer.from('rubbish'), stranger.certificate, good.certificate];
  const shouted = { ...good, name: [['C', 'vn'] as const, ['CN', ' SUB '] as const] };
  const withExtension = (oid: string, critical: boolean) =>
    withLeaf({ extensions: [...signerExtensions(), extension(oid, anyValue, critical)] });
  return [
    ['a leaf issued by the anchor', request(leaf(root))],
    ['a leaf below one intermediate', request(leaf(good), [good])],
    ['intermediates among strangers and rubbish', { ...request(leaf(good)), intermediates: crowd }],
    ['six certificates in all', chain(4)],
    ['an RSA leaf', withLeaf({ keys: keys['rsa-2048'] })],
    ['a P-384 leaf', withLeaf({ keys: keys['p-384'] })],
    ['an RSA authority', withSub({ keys: keys['rsa-2048'] })],
    ['nonRepudiation alone', withLeaf({ extensions: [keyUsage('nonRepudiation')] })],
    ['a path length that is just kept', request(leaf(short), [short])],
    ['a self-issued certificate, which a path length does not count', request(leaf(selfIssued), [selfIssued, short])],
    [
      'a critical extension that is processed',
      withLeaf({ extensions: [...signerExtensions(), subjectAltName([['dns', 'example.vn']], true)] }),
    ],
    ['an unknown extension that is not critical', withExtension('1.2.3.4', false)],
    ['names that differ in case and blanks only', request(leaf(shouted), [good])],
  ];
}

/** Paths that cannot be built. */
export function deadEnds({ keys, root, sub, authority, leaf, request, chain }: PathKit): BrokenPath[] {
  const good = sub();
  const impostor = sub({ keys: keys.stranger });
  const signed = leaf(good);
  const flipped = Buffer.from(signed.certificate);
  flipped[flipped.length - 3] = flipped.at(-3)! ^ 1;
  const path = 'certificate-path';
  return [
    ['seven certificates in all', path, /too long/, chain(5)],
    ['no issuer at hand', path, /no accepted issuer/, request(signed)],
    ['another root', path, /no accepted issuer/, request(leaf(root), [], [authority('Other')])],
    ['no anchors at all', path, /no accepted issuer/, request(leaf(root), [], [])],
    ['a root that only the sender offers', path, /no accepted issuer/, request(leaf(root), [root], [])],
    ['an issuer of the same name with another key', path, /does not verify/, request(signed, [impostor])],
    ['a flipped bit in the signature', path, /does not verify/, { ...request(signed, [good]), leaf: flipped }],
  ];
}

/** Paths that are built and break a rule about authorities or extensions. */
export function brokenAuthorities({ keys, sub, authority, leaf, request, withSub, withLeaf }: PathKit): BrokenPath[] {
  const short = sub({ extensions: authorityExtensions(0) });
  const below = authority('Below', { keys: keys.below, issuer: short });
  const path = 'certificate-path';
  const critical = (oid: string) => extension(oid, anyValue, true);
  const certifier = keyUsage('digitalSignature', 'keyCertSign');
  return [
    ['an issuer that is a signer', path, /not a CA/, withSub({ extensions: signerExtensions() })],
    ['an issuer without basicConstraints', path, /not a CA/, withSub({ extensions: [keyUsage('keyCertSign')] })],
    ['an issuer of version 1', path, /not a CA/, withSub({ version: 1 })],
    [
      'an issuer that may not sign certificates',
      path,
      /keyCertSign/,
      withSub({ extensions: [basicConstraints(true), keyUsage('cRLSign')] }),
    ],
    ['a path length that is broken', path, /allows 0/, request(leaf(below), [below, short])],
    ['a leaf that is an authority', path, /authority/, withLeaf({ extensions: [basicConstraints(true), certifier] })],
    [
      'an unknown critical extension in the leaf',
      path,
      /1\.2\.3\.4/,
      withLeaf({ extensions: [...signerExtensions(), critical('1.2.3.4')] }),
    ],
    [
      'an unknown critical extension in an issuer',
      path,
      /1\.2\.3\.4/,
      withSub({ extensions: [...authorityExtensions(), critical('1.2.3.4')] }),
    ],
  ];
}

/** Paths that break a rule about time, usage or algorithms. */
export function brokenTerms({ keys, root, sub, authority, leaf, request, withSub, withLeaf }: PathKit): BrokenPath[] {
  const [validity, usage, algorithm] = ['certificate-validity', 'key-usage', 'certificate-algorithm'] as const;
  const past = { notAfter: new Date('2026-05-31T23:59:59Z') };
  const rsaSub = sub({ keys: keys['rsa-2048'] });
  const forServers = [keyUsage('digitalSignature'), extendedKeyUsage(serverAuthentication)];
  return [
    ['an expired leaf', validity, /expired/, withLeaf(past)],
    ['a leaf of tomorrow', validity, /not valid before/, withLeaf({ notBefore: new Date('2026-06-01T00:00:01Z') })],
    ['an expired issuer', validity, /Sub.*expired/, withSub(past)],
    ['an expired anchor', validity, /Root.*expired/, request(leaf(root), [], [authority('Root', past)])],
    ['no key usage', usage, /no key usage/, withLeaf({ extensions: [basicConstraints(false)] })],
    ['a key for encryption', usage, /neither/, withLeaf({ extensions: [keyUsage('keyEncipherment')] })],
    ['a certificate for servers', usage, /other purposes/, withLeaf({ extensions: forServers })],
    [
      'an authority for servers',
      usage,
      /Sub.*other purposes/,
      withSub({ extensions: [...authorityExtensions(), extendedKeyUsage(serverAuthentication)] }),
    ],
    ['RSA of 1024 bits in the leaf', algorithm, /1024 bits/, withLeaf({ keys: keys['rsa-1024'] })],
    ['RSA of 1024 bits in an issuer', algorithm, /1024 bits/, withSub({ keys: keys['rsa-1024'] })],
    ['P-521', algorithm, /1\.3\.132\.0\.35/, withLeaf({ keys: keys['p-521'] })],
    ['a point off its curve', algorithm, /cannot be loaded/, withLeaf({ spki: offCurve(keys['p-256']) })],
    ['SHA-1 with ECDSA', algorithm, /not accepted/, withLeaf({ digest: 'sha1' })],
    ['SHA-1 with RSA', algorithm, /not accepted/, request(leaf(rsaSub, { digest: 'sha1' }), [rsaSub])],
  ];
}

function offCurve({ publicKey }: KeyPair): Buffer {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  spki[spki.length - 1] = spki.at(-1)! ^ 1;
  return spki;
}
