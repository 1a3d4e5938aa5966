/** Asking a time-stamping authority: request and response of RFC 3161 section 2.4, without the transport. */
import { DerReader, enterWhole, Tag } from './derReader.ts';
import { readSmallInteger } from './derValues.ts';
import { der, derBoolean, derOid, derSequence, derUnsigned } from './derWriter.ts';
import { Oid } from './oids.ts';
import { parseTimeStampToken, type TokenHash } from './timeStampToken.ts';
import { TrustRefusal } from './trustRefusal.ts';

export interface TimeStampQuestion {
  readonly hash: TokenHash;
  /** Digest of what is to be stamped. */
  readonly digest: Buffer;
  /** Random octets, at least 8, by which the answer is known to be ours. */
  readonly nonce: Buffer;
}

/** DER of a TimeStampReq that asks for the authority's certificate too. */
export function timeStampRequest({ hash, digest, nonce }: TimeStampQuestion): Buffer {
  return derSequence(
    derUnsigned(Buffer.from([1])),
    derSequence(derSequence(derOid(Oid[hash]), der(Tag.null)), der(Tag.octetString, digest)),
    derUnsigned(nonce),
    derBoolean(true),
  );
}

/** PKIStatus values with a token: granted, and granted with modifications. */
const GRANTED: ReadonlySet<number> = new Set([0, 1]);

/**
 * The token of a TimeStampResp, which must answer this question. Whether its authority is believed is for a judge to say.
 *
 * @throws TrustRefusal `der` or `time-stamp`.
 */
export function readTimeStampResponse(bytes: Buffer, question: TimeStampQuestion): Buffer {
  const reader = enterWhole(bytes, Tag.sequence);
  const status = reader.enter(Tag.sequence);
  const value = readSmallInteger(status.read(Tag.integer));
  if (!GRANTED.has(value))
    throw new TrustRefusal('time-stamp', `the authority refused to stamp: ${saidBy(status, value)}`);
  const token = reader.read(Tag.sequence).encoded;
  reader.end();
  const { info } = parseTimeStampToken(token);
  const asked = derUnsigned(question.nonce);
  const same =
    info.imprint.hash === question.hash &&
    info.imprint.digest.equals(question.digest) &&
    info.nonce !== undefined &&
    der(Tag.integer, info.nonce).equals(asked);
  if (!same) throw new TrustRefusal('time-stamp', 'the authority answered another question');
  return token;
}

/** PKIFreeText, if any: what the authority says to people. */
function saidBy(status: DerReader, value: number): string {
  const texts = status.optional(Tag.sequence);
  const first = texts && !new DerReader(texts.content).done ? new DerReader(texts.content).next() : undefined;
  const text = first?.tag === Tag.utf8String ? first.content.toString('utf8').replace(/\p{Cc}/gu, ' ') : '';
  return `status ${value}${text === '' ? '' : `, ${text.slice(0, 200)}`}`;
}
