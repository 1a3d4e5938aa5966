import * as z from 'zod/mini';
import { isAtOrUnder, LONGEST_AGENCY_CODE, normalizeAgencyCode, parseAgencyCode } from '../edxml/agencyCode.ts';
import type { Sha256 } from './ids.ts';
import { LIMITS } from './limits.ts';

/**
 * The trust list: one JSON document in which the operator says whose signatures are believed, and by which rules. What it
 * leaves out gets the value named here; what is published is always written out in full.
 */

/** Signature algorithms that a list may allow, by family and digest: those that the engine checks, and no others. */
export const SIGNATURE_ALGORITHMS = [
  'rsa-sha256',
  'rsa-sha384',
  'rsa-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha384',
  'rsa-pss-sha512',
  'ecdsa-sha256',
  'ecdsa-sha384',
  'ecdsa-sha512',
] as const;
export type SignatureAlgorithmName = (typeof SIGNATURE_ALGORITHMS)[number];

export const CURVES = ['P-256', 'P-384'] as const;

/** DER in base64 (RFC 4648 section 4), on one line. */
const certificate = z
  .string()
  .check(
    z.minLength(64),
    z.maxLength(LIMITS.trust.certificateChars),
    z.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  );
/** An agency and everything below it: `X92`, `H37.02`, `000.00.31.H53`. */
const agency = z.string().check(
  z.maxLength(LONGEST_AGENCY_CODE),
  z.refine((code) => parseAgencyCode(code) !== null && code === normalizeAgencyCode(code), {
    params: { of: 'agency' },
  }),
);
const agencies = z.array(agency).check(z.minLength(1), z.maxLength(LIMITS.trust.agencies));
/** Dotted decimal. */
const oid = z
  .string()
  .check(z.maxLength(128), z.regex(/^(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/));
const certificates = (most: number) => z.array(certificate).check(z.maxLength(most));

const demand = z.enum(['required', 'optional']);

export const TRUST_LIST = z.strictObject({
  v: z.literal(1),
  anchors: z
    .array(
      z.strictObject({
        certificate,
        /** Agencies that may sign under this anchor, each with everything below it; absent: all. */
        agencies: z.optional(agencies),
      }),
    )
    .check(z.minLength(1), z.maxLength(LIMITS.trust.anchors)),
  /** Certificates of authorities below the anchors, for senders who leave them out. They are not anchors. */
  intermediates: z._default(certificates(LIMITS.trust.intermediates), []),
  /** Of documents, and of the certificates below an anchor. */
  signatureAlgorithms: z._default(z.array(z.enum(SIGNATURE_ALGORITHMS)).check(z.minLength(1)), [
    ...SIGNATURE_ALGORITHMS,
  ]),
  /** Of every key on a path. `rsa`: least bits of the modulus. */
  keySizes: z._default(
    z.strictObject({ rsa: z.int().check(z.minimum(2048), z.maximum(8192)), curves: z.array(z.enum(CURVES)) }),
    { rsa: 2048, curves: [...CURVES] },
  ),
  /** Inputs of path validation (RFC 5280 section 6.1.1 (c), (e) to (g)); no `accepted` policy means any. */
  policies: z._default(
    z.strictObject({
      accepted: z.array(oid).check(z.maxLength(LIMITS.trust.policies)),
      requireExplicit: z.boolean(),
      inhibitMapping: z.boolean(),
      inhibitAny: z.boolean(),
    }),
    { accepted: [], requireExplicit: false, inhibitMapping: false, inhibitAny: false },
  ),
  /** When no fresh news of revocation is at hand. `hours`: for how long after their end old ones are still taken. */
  revocation: z._default(
    z.strictObject({
      whenStale: z.enum(['refuse', 'accept-and-flag']),
      hours: z.int().check(z.minimum(0), z.maximum(LIMITS.trust.staleHours)),
    }),
    { whenStale: 'accept-and-flag', hours: 72 },
  ),
  /** Whether a message needs a signature in its XML, or a JWS beside it will do. The longest code that fits counts. */
  xmlSignature: z._default(
    z.strictObject({
      usual: demand,
      except: z._default(z.array(z.strictObject({ agency, demand })).check(z.maxLength(LIMITS.trust.agencies)), []),
    }),
    { usual: 'optional', except: [] },
  ),
  /** `signed`: a message with files, inside or beside it, needs a signature, even from an agency that may send unsigned ones. */
  attachments: z._default(z.enum(['signed', 'any']), 'signed'),
  /** Authorities whose time-stamps count (RFC 3161). */
  timeStamps: z._default(z.strictObject({ anchors: certificates(LIMITS.trust.anchors) }), { anchors: [] }),
});

/** A trust list, written out in full. */
export type TrustList = z.infer<typeof TRUST_LIST>;
/** A trust list as a person writes it: what it leaves out gets its usual value. */
export type TrustListDraft = z.input<typeof TRUST_LIST>;

/** The list in force, under the number by which reports name it. */
export interface PublishedTrust {
  /** Counts the published lists from 1. */
  readonly version: number;
  /** Of the document's bytes. */
  readonly sha256: Sha256;
  readonly list: TrustList;
}

/** A public key by what its strength is measured. */
export type KeySize =
  | { readonly kind: 'rsa' /** Of the modulus. */; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: (typeof CURVES)[number] }
  | { readonly kind: 'other' };

/** Whether a list takes keys of this kind and size. */
export function allowsKey({ keySizes: { rsa, curves } }: Pick<TrustList, 'keySizes'>, key: KeySize): boolean {
  if (key.kind === 'rsa') return key.bits >= rsa;
  return key.kind === 'ec' && curves.includes(key.curve);
}

/** Whether the agencies of an anchor include this one. */
export const mayAnchor = (anchor: TrustList['anchors'][number], code: string): boolean =>
  anchor.agencies === undefined || anchor.agencies.some((above) => isAtOrUnder(code, above));

/** What a list asks of an agency's messages: the longest code that it is at or under decides. */
export function xmlSignatureOf({ xmlSignature: { usual, except } }: TrustList, code: string): 'required' | 'optional' {
  const groups = (above: string) => above.split('.').filter((group) => !/^0+$/.test(group)).length;
  const [closest] = except
    .filter(({ agency: above }) => isAtOrUnder(code, above))
    .toSorted((a, b) => groups(b.agency) - groups(a.agency));
  return closest?.demand ?? usual;
}
