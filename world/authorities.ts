/** The certification authorities of the miniature world, and the signing certificates that they issue, good and bad. */
import {
  authorityExtensions,
  basicConstraints,
  extendedKeyUsage,
  type Issued,
  issueCertificate,
  keyUsage,
  makeKeys,
  type Name,
  signerExtensions,
} from './certificates.ts';

export interface Authorities {
  /** Self-signed, P-384: the operator's trust anchor. */
  readonly root: Issued;
  /** Issued by the root, P-256, path length 0. */
  readonly issuing: Issued;
}

const YEAR = 365 * 24 * 60 * 60_000;
const DAY = 24 * 60 * 60_000;

/**
 * Makes a root (20 years) and an issuing authority (10 years), both valid at `at`. `title` stands in their names, `pointers`
 * are further extensions of the issuing authority, such as where the root's revocation list lies.
 */
export async function createAuthorities(
  at: Date,
  title = 'Mẫu',
  pointers: readonly Buffer[] = [],
): Promise<Authorities> {
  const [rootKeys, issuingKeys] = await Promise.all([makeKeys('p-384'), makeKeys('p-256')]);
  const root = issueCertificate({
    name: [
      ['C', 'VN'],
      ['O', `Cơ quan chứng thực ${title}`],
      ['CN', `Gốc ${title}`],
    ],
    keys: rootKeys,
    ...around(at, YEAR, 20 * YEAR),
    extensions: authorityExtensions(),
    digest: 'sha384',
  });
  const issuing = issueCertificate({
    name: [
      ['C', 'VN'],
      ['O', `Cơ quan chứng thực ${title}`],
      ['CN', `Cấp phát ${title}`],
    ],
    keys: issuingKeys,
    issuer: root,
    ...around(at, YEAR, 10 * YEAR),
    extensions: [...authorityExtensions(0), ...pointers],
    digest: 'sha384',
  });
  return { root, issuing };
}

/** How a signing certificate departs from a good one. */
export type SignerVariant = 'good' | 'expired' | 'not-yet-valid' | 'wrong-usage' | 'wrong-purpose' | 'foreign-root';

export interface SignerRequest {
  readonly code: string;
  readonly name: string;
  readonly key: 'rsa-2048' | 'p-256';
  readonly at: Date;
  readonly variant?: SignerVariant;
  /** Further extensions, such as where its revocation is told. */
  readonly pointers?: readonly Buffer[];
}

/** What an agency signs with. */
export interface WorldSigner extends Issued {
  /** Leaf first, then the issuing authority: what goes into KeyInfo. The root stays out. */
  readonly chain: readonly Buffer[];
}

const purposeOfServers = '1.3.6.1.5.5.7.3.1';

/** Issues a signing certificate (2 years) for an agency; the variants are for tests that must see it refused. */
export async function issueSigner(authorities: Authorities, request: SignerRequest): Promise<WorldSigner> {
  const { at, variant = 'good', pointers = [] } = request;
  const { issuing } = variant === 'foreign-root' ? await createAuthorities(at, 'Lạ') : authorities;
  const issued = issueCertificate({
    name: signerName(request),
    keys: await makeKeys(request.key),
    issuer: issuing,
    ...signerValidity(at, variant),
    extensions: [...extensionsOf(variant), ...pointers],
  });
  return { ...issued, chain: [issued.certificate, issuing.certificate] };
}

function signerName({ code, name }: SignerRequest): Name {
  return [
    ['C', 'VN'],
    ['O', name],
    ['CN', name],
    ['UID', code],
  ];
}

function signerValidity(at: Date, variant: SignerVariant): { notBefore: Date; notAfter: Date } {
  if (variant === 'expired') return around(at, 2 * YEAR, -DAY);
  if (variant === 'not-yet-valid') return around(at, -DAY, 2 * YEAR);
  return around(at, 30 * DAY, 2 * YEAR);
}

function extensionsOf(variant: SignerVariant): readonly Buffer[] {
  if (variant === 'wrong-usage') return [basicConstraints(false), keyUsage('keyEncipherment')];
  if (variant === 'wrong-purpose') {
    return [basicConstraints(false), keyUsage('digitalSignature'), extendedKeyUsage(purposeOfServers)];
  }
  return signerExtensions();
}

function around(at: Date, before: number, after: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(at.getTime() - before), notAfter: new Date(at.getTime() + after) };
}
