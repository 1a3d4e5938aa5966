/** Receipts: the axis's signed statements, as compact JWS that anybody can check offline with the issuer's public key. */
import type { KeyObject } from 'node:crypto';
import { type Certificate, parseCertificate, publicKeyOf, thumbprintOf } from './certificate.ts';
import { isSignedBy } from './certificateSignature.ts';
import { type InstanceKey, RECEIPT_SIGNING } from './instanceKey.ts';
import { type CompactParts, decodeBase64Url, fitsKey, splitCompact, startSigning, startVerifying } from './jwsParts.ts';
import { Oid } from './oids.ts';
import { parseJsonObject } from './strictJson.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** JWS `typ` of a receipt. */
export const RECEIPT_TYPE = 'axis-receipt+jws';
/** JWS `typ` of an evidence record: what happened after the acceptance, in the same form. */
export const EVIDENCE_TYPE = 'axis-evidence+jws';
export type StatementType = typeof RECEIPT_TYPE | typeof EVIDENCE_TYPE;

/** Longest receipt, in characters: one with a thousand recipients stays below it. */
const RECEIPT_LENGTH = 262_144;

const members = ['alg', 'typ', 'x5t#S256'] as const;

/** What a receipt says. `at` is the time of the decision, ISO 8601 in UTC; the other members belong to the axis. */
export type ReceiptPayload = Readonly<Record<string, unknown>> & { readonly at: string };

/**
 * Signs a payload (ES256). Signing the same payload again gives other bytes: keep and repeat the first receipt.
 *
 * @throws TrustRefusal `signing` if the instance key's certificate does not cover the payload's `at`, `too-large`.
 */
export function signReceipt(payload: ReceiptPayload, key: InstanceKey, typ: StatementType = RECEIPT_TYPE): string {
  const at = readInstant(payload.at);
  if (at === undefined || at < key.notBefore || at > key.notAfter) {
    throw new TrustRefusal('signing', 'the instance key does not cover the time of the receipt');
  }
  const header = { alg: 'ES256', typ, 'x5t#S256': key.thumbprint };
  const input = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signer = startSigning('ES256', key.privateKey);
  signer.update(Buffer.from(input, 'ascii'));
  const receipt = `${input}.${signer.finish().toString('base64url')}`;
  if (receipt.length > RECEIPT_LENGTH) throw new TrustRefusal('too-large', 'a receipt over its limit');
  return receipt;
}

/** Why a receipt proves nothing; closed. */
export type ReceiptFailure =
  | 'malformed'
  | 'header'
  | 'certificate-unreadable'
  | 'certificate-mismatch'
  | 'certificate-not-issued'
  | 'certificate-purpose'
  | 'certificate-validity'
  | 'signature-mismatch'
  | 'payload';

export type ReceiptVerdict =
  | { readonly ok: true; readonly payload: ReceiptPayload; readonly certificate: Certificate }
  | { readonly ok: false; readonly code: ReceiptFailure; readonly message: string };

export interface ReceiptProof {
  readonly jws: string;
  /** DER of the delegation certificate that came with the receipt. */
  readonly certificate: Buffer;
  /** The axis's receipt issuer, from a source that the verifier trusts. */
  readonly issuerKey: KeyObject;
  /** What it must be: a receipt, if nothing is said. */
  readonly type?: StatementType;
}

/** Checks a receipt without any network or clock: the certificate must cover the time that the receipt states. Never throws. */
export function verifyReceipt(proof: ReceiptProof): ReceiptVerdict {
  const { jws, certificate: bytes, issuerKey, type = RECEIPT_TYPE } = proof;
  const parts = readOrFail(() => splitCompact(jws, RECEIPT_LENGTH, members));
  if (!parts.ok) return failure(parts.code === 'jws-header' ? 'header' : 'malformed', parts.message);
  const { alg, typ } = parts.value.header;
  if (alg !== 'ES256' || typ !== type) return failure('header', `alg must be ES256 and typ ${type}`);
  if (parts.value.header['x5t#S256'] !== thumbprintOf(bytes)) {
    return failure('certificate-mismatch', 'the receipt names another certificate');
  }
  const certificate = readOrFail(() => parseCertificate(bytes));
  if (!certificate.ok) return failure('certificate-unreadable', certificate.message);
  const broken = delegationProblem(certificate.value, issuerKey);
  if (broken !== undefined) return broken;
  const key = readOrFail(() => publicKeyOf(certificate.value));
  if (!key.ok) return failure('certificate-unreadable', key.message);
  if (!holds(parts.value, key.value))
    return failure('signature-mismatch', 'the signature does not hold over this payload');
  return readPayload(parts.value, certificate.value);
}

/** What keeps a certificate from being a delegation of this issuer. */
function delegationProblem(certificate: Certificate, issuerKey: KeyObject): ReceiptVerdict | undefined {
  const { scheme, tbs, signature, extensions } = certificate;
  if (scheme?.key !== 'ec' || !isSignedBy({ scheme, bytes: tbs, signature }, issuerKey)) {
    return failure('certificate-not-issued', 'the certificate is not signed by the receipt issuer');
  }
  const { extendedKeyUsage: purposes, keyUsage, basicConstraints } = extensions;
  const onlyReceipts =
    purposes?.length === 1 && purposes[0] === RECEIPT_SIGNING && extensions.critical.has(Oid.extKeyUsage);
  const onlySigns = keyUsage?.size === 1 && keyUsage.has('digitalSignature');
  if (!onlyReceipts || !onlySigns || basicConstraints?.ca !== false || hasUnknownCritical(certificate)) {
    return failure('certificate-purpose', 'the certificate is not one for signing receipts and nothing else');
  }
  return undefined;
}

const delegationExtensions: ReadonlySet<string> = new Set([Oid.basicConstraints, Oid.keyUsage, Oid.extKeyUsage]);

function hasUnknownCritical({ extensions }: Certificate): boolean {
  return [...extensions.critical].some((id) => !delegationExtensions.has(id));
}

function holds({ headerText, payloadText, signature }: CompactParts, key: KeyObject): boolean {
  if (!fitsKey('ES256', key)) return false;
  const verifier = startVerifying('ES256', key, signature);
  verifier.update(Buffer.from(`${headerText}.${payloadText}`, 'utf8'));
  return verifier.holds();
}

function readPayload({ payloadText }: CompactParts, certificate: Certificate): ReceiptVerdict {
  const payload = parseJsonObject(decodeBase64Url(payloadText)?.toString('utf8') ?? '');
  const at = readInstant(payload?.at);
  if (payload === undefined || at === undefined) return failure('payload', 'the payload is not a receipt with a time');
  if (at < certificate.notBefore || at > certificate.notAfter) {
    return failure('certificate-validity', 'the certificate does not cover the time of the receipt');
  }
  return { ok: true, payload: { ...payload, at: at.toISOString() }, certificate };
}

/** A time exactly as `toISOString` writes it. */
function readInstant(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) || time.toISOString() !== value ? undefined : time;
}

function failure(code: ReceiptFailure, message: string): ReceiptVerdict & { readonly ok: false } {
  return { ok: false, code, message };
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

function readOrFail<T>(read: () => T): Read<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof TrustRefusal) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
