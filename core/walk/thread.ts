import type { AnswerOf } from '../contract/answers.ts';
import type { AgencyId } from '../contract/ids.ts';
import type { Link } from '../contract/life.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Dispatches } from '../contract/ports.ts';
import type { DispatchRecord } from '../contract/records.ts';

type Thread = NonNullable<AnswerOf<'dispatch'>['thread']>;
type Related = Thread['earlier'][number];

/**
 * The messages that a dispatch refers to, and those that refer to it: replies, recalls, updates and replacements. Statuses show on the
 * deliveries themselves. What is not theirs is left out.
 *
 * @param theirs the viewer's agencies that are a party to the dispatch
 */
export async function threadOf(
  { dispatchId, details }: DispatchRecord,
  theirs: readonly AgencyId[],
  { dispatches }: { readonly dispatches: Pick<Dispatches, 'findMany' | 'thread'> },
): Promise<Thread> {
  const links = details.links ?? [];
  const ids = (await dispatches.thread(dispatchId, LIMITS.threadLooked + 1)).filter((id) => id !== dispatchId);
  const looked = ids.slice(0, LIMITS.threadLooked);
  const all = [...new Set([...links.map((link) => link.dispatchId), ...looked])];
  const found = new Map(
    (all.length > 0 ? await dispatches.findMany(all) : [])
      .filter((dispatch) => isParty(dispatch, theirs))
      .map((dispatch) => [dispatch.dispatchId, dispatch]),
  );
  const earlier = links.flatMap(({ dispatchId: id, as }) => {
    const dispatch = found.get(id);
    return dispatch ? [viewRelated(dispatch, as)] : [];
  });
  const later = looked.flatMap((id) => {
    const dispatch = found.get(id);
    return dispatch && !links.some((link) => link.dispatchId === id)
      ? [viewRelated(dispatch, linkTo(dispatchId, dispatch))]
      : [];
  });
  const more = later.length > LIMITS.thread || ids.length > looked.length;
  return { earlier, later: later.slice(0, LIMITS.thread), more };
}

const isParty = ({ sender, details }: DispatchRecord, theirs: readonly AgencyId[]): boolean =>
  theirs.includes(sender) || details.recipients.some(({ agencyId }) => theirs.includes(agencyId));

const CORRECTIONS = { 0: 'reply', 1: 'recall', 2: 'update', 3: 'replace' } as const;

/** How a later message refers to this one: by a link, or because it carries the same DocumentId as a correction. */
const linkTo = (id: DispatchRecord['dispatchId'], { details, headline }: DispatchRecord): Link['as'] =>
  details.links?.find((link) => link.dispatchId === id)?.as ?? CORRECTIONS[headline.business ?? 0];

const viewRelated = ({ dispatchId, headline }: DispatchRecord, as: Link['as']): Related => ({
  dispatchId,
  as,
  sender: headline.senderCode,
  documentId: headline.documentId,
  ...(headline.codeNumber === undefined ? {} : { codeNumber: headline.codeNumber }),
  ...(headline.codeNotation === undefined ? {} : { codeNotation: headline.codeNotation }),
  ...(headline.subject === undefined ? {} : { subject: headline.subject }),
  acceptedAt: new Date(headline.acceptedAt).toISOString(),
});
