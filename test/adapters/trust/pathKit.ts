/** Makes small certification paths for tests, one departure from a good one at a time. */
import type { PathRequest } from '../../../adapters/trust/path.ts';
import {
  authorityExtensions,
  type CertificateRequest,
  type Issued,
  issueCertificate,
  type KeyKind,
  type KeyPair,
  makeKeys,
  signerExtensions,
} from '../../../world/certificates.ts';

export const at = new Date('2026-06-01T00:00:00Z');
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };

/** What a certificate has that a good one has not. */
export type Change = Partial<CertificateRequest>;

type KeyName = KeyKind | 'root' | 'sub' | 'below' | 'stranger';

export interface PathKit {
  readonly keys: Readonly<Record<KeyName, KeyPair>>;
  readonly root: Issued;
  /** An authority called `cn` with the root's key, self-signed unless changed. */
  authority(cn: string, change?: Change): Issued;
  /** An authority below the root. */
  sub(change?: Change): Issued;
  leaf(issuer: Pick<Issued, 'name' | 'publicKey' | 'privateKey'>, change?: Change): Issued;
  request(leaf: Issued, others?: readonly Issued[], anchors?: readonly Issued[]): PathRequest;
  /** A good root and leaf with a changed authority between them. */
  withSub(change: Change): PathRequest;
  /** A leaf right below the root, changed. */
  withLeaf(change: Change): PathRequest;
  /** A leaf below so many authorities and the root. */
  chain(authorities: number): PathRequest;
}

export async function makePathKit(): Promise<PathKit> {
  const keys = await makeKitKeys();
  const authority = (cn: string, change: Change = {}): Issued =>
    issueCertificate({ name: named(cn), keys: keys.root, extensions: authorityExtensions(), ...validity, ...change });
  const root = authority('Root');
  const sub: PathKit['sub'] = (change) => authority('Sub', { keys: keys.sub, issuer: root, ...change });
  const leaf: PathKit['leaf'] = (issuer, change) =>
    issueCertificate({
      name: named('Leaf'),
      keys: keys['p-256'],
      issuer,
      extensions: signerExtensions(),
      ...validity,
      ...change,
    });
  const request: PathKit['request'] = (signer, others = [], anchors = [root]) => ({
    leaf: signer.certificate,
    intermediates: others.map((issued) => issued.certificate),
    anchors: anchors.map((issued) => issued.certificate),
    at,
  });
  const withSub = (change: Change): PathRequest => {
    const changed = sub(change);
    return request(leaf(changed), [changed]);
  };
  const chain = (authorities: number): PathRequest => {
    const issuers: Issued[] = [];
    let top = root;
    for (let level = 1; level <= authorities; level++) {
      top = authority(`Level ${level}`, { keys: keys.sub, issuer: top });
      issuers.push(top);
    }
    return request(leaf(top), issuers);
  };
  return {
    keys,
    root,
    authority,
    sub,
    leaf,
    request,
    withSub,
    withLeaf: (change) => request(leaf(root, change)),
    chain,
  };
}

async function makeKitKeys(): Promise<PathKit['keys']> {
  const [p256, p384, p521, rsa2048, rsa1024, root, sub, below, stranger] = await Promise.all([
    makeKeys('p-256'),
    makeKeys('p-384'),
    makeKeys('p-521'),
    makeKeys('rsa-2048'),
    makeKeys('rsa-1024'),
    makeKeys('p-256'),
    makeKeys('p-256'),
    makeKeys('p-256'),
    makeKeys('p-256'),
  ]);
  const kinds = { 'p-256': p256, 'p-384': p384, 'p-521': p521, 'rsa-2048': rsa2048, 'rsa-1024': rsa1024 };
  return { ...kinds, root, sub, below, stranger };
}

function named(cn: string): CertificateRequest['name'] {
  return [
    ['C', 'VN'],
    ['CN', cn],
  ];
}
