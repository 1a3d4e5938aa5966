import { createHash } from 'node:crypto';
import type { DeliveryId, DispatchId, Thumbprint } from '../contract/ids.ts';
import type { Headline, TimelineEntry } from '../contract/records.ts';
import { type StatedDocument, statedDocument } from './receiptPayload.ts';

/** What the axis states of one step of a timeline: payload of an evidence record (compact JWS, ES256, `axis-evidence+jws`). */
export interface EvidencePayload extends Readonly<Record<string, unknown>> {
  readonly v: 1;
  /** ISO 8601, UTC: when the axis signed it. The key vouches for this time; `event.at` is what the timeline says. */
  readonly at: string;
  readonly axis: string;
  /** 16 random octets, base64url: who sees the log's entry cannot guess at the record behind it. */
  readonly salt: string;
  /** Whose timeline. */
  readonly of: DispatchId | DeliveryId;
  readonly dispatch: DispatchId;
  readonly doc: StatedDocument;
  readonly from: string;
  /** Code of the recipient; absent where it is about all of them. */
  readonly to?: string;
  /** `n` counts from 1 without gaps. */
  readonly event: Omit<TimelineEntry, 'at'> & { readonly n: number; readonly at: string };
  /** Place in the log of the step before this one. */
  readonly prev?: number;
}

/** Whose steps are recorded. */
export interface EvidenceSubject {
  readonly id: DispatchId | DeliveryId;
  readonly dispatchId: DispatchId;
  readonly headline: Headline;
  readonly recipientCode?: string;
}

export function evidencePayloadOf(
  { id, dispatchId, headline, recipientCode }: EvidenceSubject,
  entry: TimelineEntry,
  about: {
    readonly n: number;
    readonly prev: number | undefined;
    readonly axis: string;
    readonly at: number;
    readonly salt: string;
  },
): EvidencePayload {
  return {
    v: 1,
    at: new Date(about.at).toISOString(),
    axis: about.axis,
    salt: about.salt,
    of: id,
    dispatch: dispatchId,
    doc: statedDocument(headline),
    from: headline.senderCode,
    ...(recipientCode ? { to: recipientCode } : {}),
    event: { ...entry, n: about.n, at: new Date(entry.at).toISOString() },
    ...(about.prev === undefined ? {} : { prev: about.prev }),
  };
}

/** Kind of an entry of the log: a record. */
const RECORD = Buffer.from([1]);

/** What the log holds of a record (compact JWS): its kind and its SHA-256, 33 octets. It says nothing of who wrote to whom. */
export const entryOf = (jws: string): Buffer =>
  Buffer.concat([RECORD, createHash('sha256').update(jws, 'ascii').digest()]);

/** Which certificate a record names in its header (`x5t#S256`). The axis wrote the record: what it says is not checked here. */
export function thumbprintIn(jws: string): Thumbprint {
  const header: { readonly 'x5t#S256': Thumbprint } = JSON.parse(
    Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString(),
  );
  return header['x5t#S256'];
}
