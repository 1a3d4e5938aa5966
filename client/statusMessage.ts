import { writeEdxml } from '../adapters/xml/write.ts';
import type { AnswerOf } from '../core/contract/answers.ts';
import { localTime } from '../core/edxml/localTime.ts';
import { STATUS_CODES, type StatusCode } from '../core/edxml/statusCode.ts';
import { UsageError } from './usageError.ts';

type Headline = AnswerOf<'dispatch'>['headline'];

/** A document as the axis names it: a delivery of the inbox and the answer of `dispatch` are both of this shape. */
export interface NamedDocument {
  readonly headline: Pick<
    Headline,
    'kind' | 'documentId' | 'senderCode' | 'codeNumber' | 'codeNotation' | 'promulgationDate'
  >;
}

/** What a status says. */
export interface StatusReport {
  /** Code of your agency that reports. */
  readonly from: string;
  /** StatusCode of QCVN 102: `03` registered, `06` finished, `15` agreed … */
  readonly code: StatusCode;
  /** Why. A refusal (`02`, `16`) and a take-back (`13`) must say it. */
  readonly description?: string | undefined;
  /** Code of the agency that is told; the sender of the document if absent, a take-back (`13`) names a recipient. */
  readonly to?: string | undefined;
  readonly staff?: { readonly name?: string | undefined; readonly department?: string | undefined } | undefined;
  /** When it happened; now if absent. */
  readonly at?: Date | undefined;
}

/** Codes that mean nothing to the other side without a reason. */
export const NEEDS_REASON: readonly StatusCode[] = ['02', '13', '16'];

/**
 * Writes the status of a document as edXML, to be signed and submitted like every message.
 *
 * @throws UsageError when the reason or the recipient is missing, or what it is about is no document; XmlRefusal for text that XML
 * cannot carry.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, readProfile, signDocument, statusMessage } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * for await (const delivery of client.inbox()) {
 *   if (delivery.headline.kind === 'status') continue;
 *   const status = statusMessage(delivery, { from: delivery.recipient, code: '03', description: 'Số đến 120' });
 *   const { outcome } = await client.submit(await signDocument(status, profile));
 *   console.log(outcome);
 *   break;
 * }
 */
export function statusMessage({ headline }: NamedDocument, report: StatusReport): Buffer {
  const { from, code, to, staff, at = new Date() } = report;
  const description = report.description?.trim();
  if (headline.kind !== 'document') throw new UsageError('a status is about a document, not about another status');
  if (!Object.hasOwn(STATUS_CODES, code)) throw new UsageError(`no status is known by the code ${code}`);
  if (NEEDS_REASON.includes(code) && !description) throw new UsageError(`a status ${code} needs a description: why`);
  if (code === '13' && !to) throw new UsageError('a take-back names the recipient that it is for');
  const { senderCode, documentId, codeNumber, codeNotation, promulgationDate } = headline;
  const number = [codeNumber, codeNotation].filter(Boolean).join('/');
  return writeEdxml({
    MessageHeader: {
      From: { OrganId: from },
      ResponseFor: [
        { OrganId: to ?? senderCode, Code: number, DocumentId: documentId, PromulgationDate: promulgationDate },
      ],
      StaffInfo: { Staff: staff?.name, Department: staff?.department },
      StatusCode: code,
      Description: description,
      Timestamp: localTime(at.getTime()),
    },
  });
}

/**
 * Writes the message by which the sender of a document takes it back from one recipient (status 13). Whom it reaches before the document
 * was picked up never gets it; whoever has it already is asked, and answers 15 or 16.
 *
 * @throws UsageError as {@link statusMessage} does.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, readProfile, recallMessage, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * const { dispatchId, recipients } = await client.submit(await signDocument(await readFile('letter.edxml'), profile));
 * const document = await client.dispatch(dispatchId);
 * for (const { code } of recipients) {
 *   const recall = recallMessage(document, { to: code, reason: 'Gửi nhầm phụ lục' });
 *   const { outcome } = await client.submit(await signDocument(recall, profile));
 *   console.log(code, outcome);
 * }
 */
export function recallMessage(
  document: NamedDocument,
  { to, reason, ...rest }: { readonly to: string; readonly reason: string } & Pick<StatusReport, 'staff' | 'at'>,
): Buffer {
  const { senderCode: from } = document.headline;
  return statusMessage(document, { ...rest, from, to, code: '13', description: reason });
}
