import type { EdxmlMessage } from './message.ts';

/** What a document does to the documents before it. */
export type BussinessType = 'new' | 'recall' | 'update' | 'replace';

/** BussinessDocType on the wire. */
export const BUSSINESS_DOC_TYPES: Readonly<Record<BussinessType, string>> = {
  new: '0',
  recall: '1',
  update: '2',
  replace: '3',
};

/** The type of a document message, absent meaning new; null for a number that nobody defined. */
export function bussinessType(message: EdxmlMessage): BussinessType | null {
  switch (message.TraceHeaderList.Bussiness.BussinessDocType) {
    case undefined:
    case '0':
      return 'new';
    case '1':
      return 'recall';
    case '2':
      return 'update';
    case '3':
      return 'replace';
    default:
      return null;
  }
}

/** DocumentIds that a recall, update or replacement acts on. Writers put them in three places, so all three are read. */
export function targetDocumentIds(message: EdxmlMessage): readonly string[] {
  const { Bussiness } = message.TraceHeaderList;
  const named = [
    Bussiness.DocumentId,
    ...Bussiness.ReplacementInfoList.ReplacementInfo.map((info) => info.DocumentId),
    ...message.MessageHeader.ResponseFor.map((response) => response.DocumentId),
  ];
  return [...new Set(named.filter((id) => id !== undefined))];
}

/** Priority 1 to 4 is urgent; anything else, also what nobody defined, is not. */
export function isUrgent(message: EdxmlMessage): boolean {
  return /^[1-4]$/.test(message.MessageHeader.OtherInfo.Priority ?? '');
}
