import { createPublicKey } from 'node:crypto';
import * as z from 'zod/mini';
import { type ReceiptVerdict, verifyReceipt } from '../adapters/trust/receipt.ts';
import { AxisFault } from './axisFault.ts';

/** A receipt and what it takes to check it, as `submit` and `dispatch` answer them. */
export interface ReceiptEvidence {
  /** Compact JWS. */
  readonly receipt?: string | undefined;
  /** DER of the certificate that came with it, base64. */
  readonly receiptCertificate?: string | undefined;
}

/** Public key of an axis's receipt issuer, JWK (RFC 7517). */
export type ReceiptIssuerJwk = Readonly<Record<string, unknown>>;

/**
 * Checks a receipt without network or clock.
 *
 * @param issuer from a source that you trust, best kept from the day when your system was connected.
 * @throws TypeError if the issuer is not a usable public key.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, checkReceipt, readProfile, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * const answer = await client.submit(await signDocument(await readFile('letter.edxml'), profile));
 * const verdict = checkReceipt(answer, profile.receiptIssuer);
 * console.log(verdict.ok ? `accepted at ${verdict.payload.at}` : verdict.code);
 */
export function checkReceipt(evidence: ReceiptEvidence, issuer: ReceiptIssuerJwk): ReceiptVerdict {
  const { receipt, receiptCertificate } = evidence;
  if (receipt === undefined || receiptCertificate === undefined) {
    return { ok: false, code: 'malformed', message: 'there is no receipt, or no certificate with it' };
  }
  const issuerKey = createPublicKey({ key: { ...issuer }, format: 'jwk' });
  return verifyReceipt({ jws: receipt, certificate: Buffer.from(receiptCertificate, 'base64'), issuerKey });
}

const PAYLOAD = z.object({ id: z.string(), doc: z.object({ hash: z.string() }) });

/** What a receipt must be about: the dispatch, and the SHA-256 of its bytes in hexadecimal digits where they are known. */
export interface ReceiptSubject {
  readonly dispatchId: string;
  readonly sha256?: string;
}

/** @throws AxisFault `mismatch` when the receipt does not hold or is about something else. */
export function requireReceipt(evidence: ReceiptEvidence, subject: ReceiptSubject, issuer: ReceiptIssuerJwk): void {
  const verdict = checkReceipt(evidence, issuer);
  if (!verdict.ok) throw new AxisFault('mismatch', `the receipt does not hold: ${verdict.message}`);
  const payload = PAYLOAD.safeParse(verdict.payload);
  const { dispatchId, sha256 } = subject;
  const { id, doc } = payload.success ? payload.data : { id: undefined, doc: undefined };
  if (id === dispatchId && (sha256 === undefined || doc?.hash === sha256)) return;
  throw new AxisFault('mismatch', 'the receipt is about another document');
}
