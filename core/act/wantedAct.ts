import type { Link } from '../contract/life.ts';
import { normalizeAgencyCode } from '../edxml/agencyCode.ts';
import { bussinessType } from '../edxml/bussinessType.ts';
import type { EdxmlMessage, ResponseFor } from '../edxml/message.ts';

/** An earlier document as a message names it: by the sender's DocumentId, else by number and date. */
export interface Reference {
  readonly documentId?: string | undefined;
  /** "number/notation", not split. */
  readonly code?: string | undefined;
  /** `yyyy/MM/dd`. */
  readonly date?: string | undefined;
}

export interface WantedTarget {
  readonly reference: Reference;
  /** Codes of the only recipients that it concerns; absent: all of the message. */
  readonly only?: readonly string[];
}

/** What a message says that it does to earlier ones, before anybody looked whether it may. */
export interface WantedAct {
  readonly as: Exclude<Link['as'], 'reply'>;
  readonly targets: readonly WantedTarget[];
  readonly code?: string;
  readonly reason?: string;
  /** Codes of agencies that an update removes from the recipients. */
  readonly removed: readonly string[];
  /** An update that changes nothing but recipients. */
  readonly contentStays: boolean;
}

/** Undefined for a new document, which acts on nothing. */
export function wantedAct(message: EdxmlMessage): WantedAct | undefined {
  const { MessageHeader } = message;
  if (message.kind === 'status') {
    const [about] = MessageHeader.ResponseFor;
    const { StatusCode: code, Description: reason } = MessageHeader;
    return (
      about && { as: 'status', targets: [{ reference: referenceTo(about) }], ...known({ code, reason }), ...PLAIN }
    );
  }
  const type = bussinessType(message);
  if (type === null || type === 'new') return undefined;
  const { BussinessDocReason: reason, BussinessDocumentInfo: info } = message.TraceHeaderList.Bussiness;
  const targets = targetsOf(message);
  if (type !== 'update') return { as: type, targets, ...known({ reason }), ...PLAIN };
  const removed = info.ReceiverList.Receiver.filter(({ ReceiverType }) => ReceiverType === '0').map(codeOf);
  return { as: type, targets, ...known({ reason }), removed, contentStays: info.DocumentInfo === '0' };
}

const PLAIN = { removed: [], contentStays: false } as const;

/**
 * The documents that a correction is about. Writers put them in three places. ResponseFor is asked last: beside one of the others it
 * may name what the document answers.
 */
function targetsOf(message: EdxmlMessage): readonly WantedTarget[] {
  const { DocumentId, ReplacementInfoList } = message.TraceHeaderList.Bussiness;
  const { ResponseFor: answers } = message.MessageHeader;
  const [only] = answers;
  const numberOf = (documentId: string | undefined) =>
    answers.find((answer) => answer.DocumentId === documentId) ?? (answers.length === 1 ? only : undefined);
  const named = (documentId: string | undefined): Reference => {
    const { code, date } = referenceTo(numberOf(documentId) ?? {});
    return { documentId, code, date };
  };
  const replaced = ReplacementInfoList.ReplacementInfo.map(({ DocumentId: id, OrganIdList }) => ({
    reference: named(id),
    ...(OrganIdList.OrganId.length > 0 ? { only: OrganIdList.OrganId.map(normalizeAgencyCode) } : {}),
  }));
  if (replaced.length > 0) return replaced;
  if (DocumentId !== undefined) return [{ reference: named(DocumentId) }];
  const references = new Map(answers.map((answer) => [answer.DocumentId ?? answer.Code ?? '', referenceTo(answer)]));
  return [...references.values()].map((reference) => ({ reference }));
}

export const referenceTo = ({ DocumentId, Code, PromulgationDate }: ResponseFor): Reference => ({
  documentId: DocumentId,
  code: Code,
  date: PromulgationDate,
});

const codeOf = ({ OrganId }: { readonly OrganId?: string }): string => normalizeAgencyCode(OrganId ?? '');

const known = ({ code, reason }: { code?: string | undefined; reason?: string | undefined }) => ({
  ...(code === undefined ? {} : { code }),
  ...(reason === undefined ? {} : { reason }),
});
