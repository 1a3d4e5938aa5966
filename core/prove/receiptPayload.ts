import type { DispatchId } from '../contract/ids.ts';
import type { AgencyRecord, Headline, Recipient } from '../contract/records.ts';
import { DISPATCH_TRANSITIONS } from '../contract/states.ts';

/** What every statement of the axis says of the document: `hash` is the SHA-256 of its bytes, hexadecimal, `size` their number. */
export interface StatedDocument {
  readonly msg: string;
  /** Number and notation. */
  readonly code?: string;
  readonly hash: string;
  readonly size: number;
  readonly kind: string;
}

export const statedDocument = (headline: Headline): StatedDocument => ({
  msg: headline.documentId,
  ...(headline.codeNumber ? { code: `${headline.codeNumber}/${headline.codeNotation ?? ''}` } : {}),
  hash: headline.sha256,
  size: headline.bytes,
  kind: headline.kind,
});

/** What the axis states when it accepts: payload of the receipt (compact JWS, ES256). */
export interface ReceiptPayload extends Readonly<Record<string, unknown>> {
  readonly v: 1;
  /** The dispatch. */
  readonly id: string;
  readonly ev: string;
  /** ISO 8601, UTC: when the axis decided. */
  readonly at: string;
  /**
   * Of a record that was rebuilt: when the axis decided. Then `at` is when it was rebuilt, because a key cannot vouch for a time before it.
   */
  readonly accepted?: string;
  readonly axis: string;
  readonly doc: StatedDocument;
  readonly from: { readonly code: string; readonly agency: string; readonly certificate?: string };
  readonly to: readonly string[];
  readonly signed: string;
}

export function receiptPayloadOf(acceptance: {
  axis: string;
  dispatchId: DispatchId;
  headline: Headline;
  sender: AgencyRecord;
  certificate?: string | undefined;
  recipients: readonly Recipient[];
}): ReceiptPayload {
  const { axis, dispatchId, headline, sender, certificate, recipients } = acceptance;
  return {
    v: 1,
    id: dispatchId,
    ev: DISPATCH_TRANSITIONS.accept.event,
    at: new Date(headline.acceptedAt).toISOString(),
    axis,
    doc: statedDocument(headline),
    from: { code: headline.senderCode, agency: sender.agencyId, ...(certificate ? { certificate } : {}) },
    to: recipients.map(({ code }) => code),
    signed: headline.signed,
  };
}
