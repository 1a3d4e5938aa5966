import type { AgencyId } from '../contract/ids.ts';
import type { Trouble } from '../contract/logEvents.ts';
import type { Dispatches } from '../contract/ports.ts';
import { type Check, warned } from '../contract/report.ts';
import type { EdxmlMessage } from '../edxml/message.ts';
import { isNewDocument } from '../submit/readSubmission.ts';

/**
 * A warning where the sender has sent a new document of the same number, notation and year before, under another DocumentId: clerks
 * write a document anew and forget that it had gone. Corrections and recalls carry the number on purpose. Only said, never refused:
 * the index lags, and numbering is the sender's own affair.
 */
export async function possibleDuplicate(
  sender: AgencyId,
  message: EdxmlMessage,
  ports: {
    readonly dispatches: Pick<Dispatches, 'numbered'>;
    readonly trouble: Trouble;
  },
): Promise<readonly Check[]> {
  const { CodeNumber: number, CodeNotation: notation = '' } = message.MessageHeader.Code;
  const date = message.MessageHeader.PromulgationInfo.PromulgationDate;
  if (!number || !date || !isNewDocument(message)) return [];
  const year = date.slice(0, 4);
  try {
    const same = await ports.dispatches.numbered(sender, { year, number, notation }, 1);
    if (same.length === 0) return [];
  } catch (error) {
    ports.trouble('number-not-looked-up', error, { about: sender });
    return [];
  }
  const shown = notation === '' ? number : `${number}/${notation}`;
  return [
    warned('message-fields', `possible duplicate: number ${shown} of ${year} was sent before under another DocumentId`),
  ];
}
