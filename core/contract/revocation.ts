import type { Sha256, Thumbprint } from './ids.ts';

/** What the axis holds of the news of revoked certificates, and what it needs of the outside to get them. Times are milliseconds since the epoch. */

/** News as they were last fetched and found good; their bytes lie in the content bucket under their digest. */
export interface HeldNews {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly fetchedAt: number;
  /** What a list says that it covers, see {@link CheckedNews}. */
  readonly scope?: string;
  /** For asking again only for what changed (RFC 9110 section 13). */
  readonly etag?: string;
  readonly lastModified?: string;
}

/** One address that tells of revocation: of a list, or of a responder that is asked for one certificate. */
export interface RevocationSource {
  readonly kind: 'crl' | 'ocsp';
  readonly address: string;
  /** The certificate that a responder is asked about. */
  readonly about?: Thumbprint;
  /** Name of the authority whose certificates it tells about. */
  readonly issuer: string;
  /** The last good news, kept however long the address fails. */
  readonly held?: HeldNews;
  readonly triedAt?: number;
  readonly failing?: { readonly since: number; readonly why: string };
}

/** All sources, in one item of the registry. */
export interface RevocationRecord {
  readonly v: 1;
  /** When it was written; also tells one write from the next. */
  readonly at: number;
  /** Version of the trust list whose certificates were looked at. */
  readonly trust: number;
  /** When registered certificates were last looked through for addresses. */
  readonly lookedAt: number;
  /** Sources beyond `LIMITS.revocation.sources` that are not asked. */
  readonly leftOut: number;
  readonly sources: readonly RevocationSource[];
}

export interface RevocationIndex {
  /** Strongly consistent. */
  current(): Promise<RevocationRecord | undefined>;
  /** Writes over the very record that was seen; false: somebody else was faster. */
  replace(record: RevocationRecord, seen: RevocationRecord | undefined): Promise<boolean>;
}

/** Bytes of news, by their digest. */
export interface RevocationObjects {
  read(sha256: Sha256): Promise<Buffer | undefined>;
  write(sha256: Sha256, bytes: Buffer): Promise<void>;
}

/** What is held, for judging certificates; believed for at most `LIMITS.registryCacheSeconds`. */
export interface RevocationNews {
  readonly sources: readonly RevocationSource[];
  /** Bytes of everything held; the same Buffer as long as the digest is the same. */
  readonly objects: ReadonlyMap<Sha256, Buffer>;
}

export interface RevocationLibrary {
  current(): Promise<RevocationNews>;
}

export type Fetched =
  | { readonly what: 'same' }
  | { readonly what: 'new'; readonly bytes: Buffer; readonly etag?: string; readonly lastModified?: string }
  | { readonly what: 'failed'; readonly why: string };

export interface FetchRequest {
  readonly address: string;
  /** Most bytes of an answer. */
  readonly bytes: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Body of a POST and its content type; a GET without. */
  readonly post?: { readonly body: Buffer; readonly type: string };
}

/** Fetches from public addresses only, within bounds of size and time; whatever goes wrong is an answer. */
export interface PublicWeb {
  fetch(request: FetchRequest): Promise<Fetched>;
}

/** News that hold together: signed by the authority, fresh at the time that was asked. */
export type CheckedNews =
  | {
      readonly ok: true;
      readonly thisUpdate: number;
      readonly nextUpdate: number;
      /** Of a list: equal for lists that cover the same certificates. */
      readonly scope?: string;
    }
  | { readonly ok: false; readonly why: string };

/** Where a certificate says that its revocation is told. */
export interface RevocationPointers {
  readonly issuer: string;
  readonly crl: readonly string[];
  readonly ocsp: readonly string[];
}

/** Reads certificates and news in DER; `authorities` are those of the trust list. Never throws for hostile input. */
export interface RevocationReader {
  /** Undefined for a certificate that cannot be read or names no address. */
  pointers(certificate: Buffer): RevocationPointers | undefined;
  /** `issuer` is that of the source: another authority's list, however good, is not what the address is asked for. */
  checkList(
    list: Buffer,
    by: { readonly authorities: readonly Buffer[]; readonly at: number; readonly issuer: string },
  ): CheckedNews;
  /** Undefined when the certificate's issuer is not among the authorities. */
  question(
    certificate: Buffer,
    by: { readonly authorities: readonly Buffer[]; readonly nonce: Buffer },
  ): Buffer | undefined;
  checkAnswer(
    answer: Buffer,
    by: {
      readonly certificate: Buffer;
      readonly authorities: readonly Buffer[];
      readonly at: number;
      readonly nonce: Buffer;
    },
  ): CheckedNews;
}
