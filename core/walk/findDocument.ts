import type { Reference } from '../act/wantedAct.ts';
import { dispatchIdOf } from '../contract/derivedIds.ts';
import type { AgencyId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Dispatches, OfficialNumber } from '../contract/ports.ts';
import type { DispatchRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { isEdxmlDate } from '../edxml/dates.ts';

export interface FindPorts {
  readonly dispatches: Pick<Dispatches, 'findMany' | 'corrections' | 'numbered'>;
}

export interface Sought {
  readonly reference: Reference;
  /** Whose document it is: the agency that a code means, and the one that held the code before a merger. */
  readonly senders: readonly AgencyId[];
  /** Whether a document may be the one that is meant. */
  readonly fits: (dispatch: DispatchRecord) => boolean | Promise<boolean>;
}

/**
 * The document that a message means: by its sender's DocumentId, else by number and date. A DocumentId that several corrections share
 * means the newest of them; a number and date that several documents share mean none.
 */
export async function findDocument(sought: Sought, ports: FindPorts): Promise<Outcome<DispatchRecord>> {
  const { reference, senders, fits } = sought;
  const { documentId } = reference;
  const [named] = documentId === undefined ? [] : await fitting(await newDocuments(senders, documentId, ports), fits);
  if (named) return accept(named);
  const [correction] =
    documentId === undefined ? [] : await fitting(await corrections(senders, documentId, ports), fits);
  if (correction) return accept(correction);
  const number = numberOf(reference);
  const numbered = number ? await fitting(await documentsNumbered(senders, number, ports), fits) : [];
  const dated = numbered.filter(({ headline }) => headline.promulgationDate === reference.date);
  // Updates and recalls carry the number of what they correct.
  const [only, another] = dated.filter(({ headline }) => headline.business === 0 || headline.business === 3);
  if (another) return refuse('document-ambiguous', { document: nameOf(reference), count: dated.length });
  return only ? accept(only) : refuse('document-unknown', { document: nameOf(reference) });
}

/** Strongly consistent: the id of a new document follows from its sender and DocumentId. */
const newDocuments = (
  senders: readonly AgencyId[],
  documentId: string,
  { dispatches }: FindPorts,
): Promise<readonly DispatchRecord[]> => dispatches.findMany(newIds(senders, documentId));

const newIds = (senders: readonly AgencyId[], documentId: string) =>
  senders.map((sender) => dispatchIdOf({ sender, kind: 'document', documentId }));

/** Updates and replacements of several owners with this DocumentId, the newest first. */
async function corrections(
  senders: readonly AgencyId[],
  documentId: string,
  ports: FindPorts,
): Promise<readonly DispatchRecord[]> {
  const found = await Promise.all(senders.map((sender) => correctionsOf(sender, documentId, ports)));
  return found.flat().toSorted((a, b) => b.headline.acceptedAt - a.headline.acceptedAt);
}

/** Corrections that an agency sent under a DocumentId, the newest first. */
export async function correctionsOf(
  sender: AgencyId,
  documentId: string,
  { dispatches }: FindPorts,
): Promise<readonly DispatchRecord[]> {
  const ids = await dispatches.corrections(dispatchIdOf({ sender, kind: 'document', documentId }), LIMITS.thread);
  const found = await dispatches.findMany(ids);
  return found
    .filter((dispatch) => dispatch.sender === sender && dispatch.headline.documentId === documentId)
    .toSorted((a, b) => b.headline.acceptedAt - a.headline.acceptedAt);
}

async function documentsNumbered(
  senders: readonly AgencyId[],
  number: OfficialNumber,
  { dispatches }: FindPorts,
): Promise<readonly DispatchRecord[]> {
  const ids = await Promise.all(senders.map((sender) => dispatches.numbered(sender, number, LIMITS.sameNumber)));
  return dispatches.findMany(ids.flat());
}

async function fitting(found: readonly DispatchRecord[], fits: Sought['fits']): Promise<readonly DispatchRecord[]> {
  const verdicts = await Promise.all(
    found.map(async (dispatch) => dispatch.headline.kind === 'document' && (await fits(dispatch))),
  );
  return found.filter((_, place) => verdicts[place]);
}

/** "number/notation" of a year; undefined where the reference does not say both. */
export function numberOf({ code, date }: Reference): OfficialNumber | undefined {
  if (code === undefined || date === undefined || !isEdxmlDate(date)) return undefined;
  const [number = '', ...notation] = code.split('/');
  return number === '' ? undefined : { year: date.slice(0, 4), number, notation: notation.join('/') };
}

/** How a refusal names the document that was meant. */
export const nameOf = ({ documentId, code, date }: Reference): string =>
  [documentId, code, date].filter((part) => part !== undefined).join(', ');
