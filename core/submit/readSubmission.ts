import type { Sha256 } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Headline, Signed } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { normalizeAgencyCode } from '../edxml/agencyCode.ts';
import { bussinessType } from '../edxml/bussinessType.ts';
import { checkMessage } from '../edxml/checkMessage.ts';
import type { AttachmentInfo, EdxmlMessage } from '../edxml/message.ts';
import { type Problem, problem } from '../edxml/problem.ts';
import { secrecyMark } from '../edxml/secrecyMark.ts';

/** Checks the message itself, before anybody's authority or signature is asked: what is missing, wrong, or secret. */
export function checkFields(
  message: EdxmlMessage,
  attachments: readonly AttachmentInfo[],
): Outcome<{ readonly warnings: readonly Problem[] }> {
  if (secrecyMark(message) !== null) return refuse('secret-marked');
  const problems = checkMessage(message, { as: 'receiver', attachments });
  const errors = [
    ...problems.filter(({ severity }) => severity === 'error'),
    ...(textBytesOf([message, attachments]) > LIMITS.messageTextBytes ? [problem('too-long', 'MessageHeader')] : []),
  ].slice(0, LIMITS.problemsShown);
  if (errors.length > 0) {
    return refuse(
      'edxml-invalid',
      {
        problems: errors.map(({ message: text }) => text).join('; '),
        problemsVi: errors.map(({ messageVi }) => messageVi).join('; '),
      },
      { problems: errors },
    );
  }
  const recipients = recipientCodesOf(message);
  if (recipients.length > LIMITS.recipients)
    return refuse('recipients-too-many', { count: recipients.length, limit: LIMITS.recipients });
  return accept({ warnings: problems });
}

/** UTF-8 bytes of every text in a value, however deep. */
function textBytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + textBytesOf(inner), 0);
}

/**
 * Whom a message is for: `To` of a document, and whom an update or a replacement names beside it; a status has none and goes to the
 * party that `ResponseFor` names.
 */
export function recipientCodesOf(message: EdxmlMessage): readonly string[] {
  const { MessageHeader } = message;
  const named = message.kind === 'status' ? MessageHeader.ResponseFor : MessageHeader.To;
  const codes = named.map(({ OrganId }) => normalizeAgencyCode(OrganId ?? ''));
  return [...new Set([...codes, ...furtherRecipients(message)])];
}

/** An added agency gets the message; one that is removed, or whose document is replaced, is told of it. */
function furtherRecipients(message: EdxmlMessage): readonly string[] {
  const { BussinessDocumentInfo, ReplacementInfoList } = message.TraceHeaderList.Bussiness;
  const type = message.kind === 'status' ? null : bussinessType(message);
  if (type === 'update')
    return BussinessDocumentInfo.ReceiverList.Receiver.map(({ OrganId }) => normalizeAgencyCode(OrganId ?? ''));
  if (type !== 'replace') return [];
  return ReplacementInfoList.ReplacementInfo.flatMap(({ OrganIdList }) => OrganIdList.OrganId.map(normalizeAgencyCode));
}

export const senderCodeOf = (message: EdxmlMessage): string =>
  normalizeAgencyCode(message.MessageHeader.From.OrganId ?? '');

/** A status has no DocumentId of its own: it is named by the document that it reports on, and told apart by its bytes. */
export const documentIdOf = ({ kind, MessageHeader }: EdxmlMessage): string =>
  (kind === 'status' ? MessageHeader.ResponseFor[0]?.DocumentId : MessageHeader.DocumentId) ?? '';

/** BussinessDocType as a number; absent means new, a status has none. */
function businessOf(message: EdxmlMessage): 0 | 1 | 2 | 3 | undefined {
  if (message.kind === 'status') return undefined;
  return BUSINESS[bussinessType(message) ?? 'new'];
}

const BUSINESS = { new: 0, recall: 1, update: 2, replace: 3 } as const;

/** Whether a second message with the same DocumentId must have the same bytes (promise 2). */
export const isNewDocument = (message: EdxmlMessage): boolean => businessOf(message) === 0;

/** Priority as a number; what is out of range is kept in the message and counts as normal. */
function priorityOf({ MessageHeader }: EdxmlMessage): number {
  const priority = Number(MessageHeader.OtherInfo.Priority ?? '0');
  return Number.isInteger(priority) && priority >= 0 && priority <= 4 ? priority : 0;
}

export interface Facts {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly signed: Signed;
  readonly acceptedAt: number;
  readonly senderName: string;
}

/** What every delivery of the dispatch carries for the recipient's clerk. */
export function headlineOf(message: EdxmlMessage, facts: Facts): Headline {
  const { MessageHeader } = message;
  const business = businessOf(message);
  const { CodeNumber, CodeNotation } = MessageHeader.Code;
  const { PromulgationDate } = MessageHeader.PromulgationInfo;
  return {
    kind: message.kind,
    ...(business === undefined ? {} : { business }),
    documentId: documentIdOf(message),
    senderCode: senderCodeOf(message),
    // As registered: what a message calls its sender is the sender's own word.
    senderName: facts.senderName,
    ...(CodeNumber ? { codeNumber: CodeNumber } : {}),
    ...(CodeNotation ? { codeNotation: CodeNotation } : {}),
    ...(PromulgationDate ? { promulgationDate: PromulgationDate } : {}),
    ...(MessageHeader.Subject ? { subject: MessageHeader.Subject } : {}),
    priority: priorityOf(message),
    ...(MessageHeader.StatusCode ? { statusCode: MessageHeader.StatusCode } : {}),
    signed: facts.signed,
    sha256: facts.sha256,
    bytes: facts.bytes,
    acceptedAt: facts.acceptedAt,
  };
}
