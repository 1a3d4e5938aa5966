import { dispatchIdOf } from '../../../core/contract/derivedIds.ts';
import type { Sha256 } from '../../../core/contract/ids.ts';
import type { Plan, Reference } from '../plan.ts';
import { AGENCIES, type AgencyCode } from './places.ts';
import {
  type ActKind,
  type Answer,
  done,
  MINUTE,
  type ModelDispatch,
  type ModelTarget,
  refused,
  type Town,
} from './town.ts';

/** A message as its sender's system hands it over. */
export interface Handed {
  readonly plan: Plan;
  readonly sha256: string;
  /** Whether the queue fails: the axis accepts all the same, and the watchman finds it. */
  readonly queueFails: boolean;
}

/** The id under which the axis keeps a message. */
export const dispatchOf = ({ plan, sha256 }: Pick<Handed, 'plan' | 'sha256'>): string =>
  dispatchIdOf({
    sender: AGENCIES[plan.from].id,
    kind: plan.kind === 'status' ? 'status' : 'document',
    documentId: plan.kind === 'status' ? (plan.about[0]?.documentId ?? '') : plan.documentId,
    ...(plan.kind === 'new' ? {} : { sha256: sha256 as Sha256 }),
  });

/** Accepted means kept; what is refused leaves nothing. The same bytes again are the same dispatch. */
export function* submit(town: Town, { plan, sha256, queueFails }: Handed): Generator<string, Answer> {
  if (town.suspended.has(plan.from)) return refused('sender-suspended');
  const id = dispatchOf({ plan, sha256 });
  const earlier = sentBefore(town, id, sha256);
  if (earlier) return earlier;
  const asked = askedFor(plan);
  if (asked.some((code) => town.suspended.has(code))) return refused('recipient-suspended');
  const found = resolve(town, plan, asked);
  if ('code' in found) return found;
  yield JSON.stringify(found);
  // A rival may have been faster.
  const rival = sentBefore(town, id, sha256);
  if (rival) return rival;
  const { now } = town;
  town.dispatches.set(id, {
    id,
    plan,
    kind: plan.kind === 'status' ? 'status' : 'document',
    business: BUSINESS[plan.kind],
    sender: plan.from,
    documentId: plan.kind === 'status' ? (plan.about[0]?.documentId ?? '') : plan.documentId,
    number: plan.kind === 'status' ? '' : plan.number,
    date: plan.date,
    urgent: plan.urgent,
    bytes: sha256,
    recipients: found.recipients,
    acceptedAt: now,
    expiresAt: plan.expiresIn === undefined ? undefined : now + plan.expiresIn,
    code: plan.code,
    targets: found.targets,
    state: 'accepted',
    content: 'kept',
    held: false,
    due: { what: 'fan-out', at: now + 2 * MINUTE, attempts: 0 },
    timeline: [['SubmissionAcceptance', 'none', 'accepted']],
  });
  yield 'accepted';
  if (!queueFails) town.queue.push(id);
  return done('accepted');
}

function sentBefore(town: Town, id: string, sha256: string): Answer | undefined {
  const earlier = town.dispatches.get(id);
  return earlier && (earlier.bytes === sha256 ? done('again') : refused('document-conflict'));
}

const BUSINESS = { new: 0, recall: 1, update: 2, amend: 2, replace: 3, status: undefined } as const;

/**
 * Whom a message is for: `To`, and whom an update or a replacement names beside it; a status goes to whom it answers.
 */
function askedFor({ kind, to, added, removed, at }: Plan): readonly AgencyCode[] {
  if (kind === 'update' || kind === 'amend') return [...new Set([...to, ...removed, ...added])];
  return kind === 'replace' ? [...new Set([...to, ...at])] : to;
}

interface Resolved {
  readonly recipients: readonly AgencyCode[];
  readonly targets: readonly ModelTarget[];
}

/**
 * Who may act: a recipient reports on what it received, a sender corrects what it sent. To anybody else the document
 * is unknown.
 */
function resolve(town: Town, plan: Plan, asked: readonly AgencyCode[]): Resolved | Extract<Answer, { ok: false }> {
  if (plan.kind === 'new') return { recipients: asked, targets: [] };
  if (plan.kind === 'status' && plan.code !== '13') return report(town, plan, asked);
  const targets: ModelTarget[] = [];
  const matched = new Set<AgencyCode>();
  for (const reference of plan.about) {
    const found = find(town, reference, { owner: plan.from, party: undefined });
    if (typeof found === 'string') return { ok: false, code: found };
    const concerned = plan.kind === 'replace' ? asked.filter((code) => plan.at.includes(code)) : asked;
    for (const code of concerned) {
      const holder = holderOf(town, found, code);
      if (!holder) continue;
      targets.push({ how: howOf(plan, code), dispatch: holder.id, agency: code, recipient: code });
      matched.add(code);
    }
  }
  const recipients = asked.filter((code) => matched.has(code) || howOf(plan, code) !== 'remove');
  const isNothing = recipients.length === 0 || (plan.kind === 'status' && targets.length === 0);
  return isNothing ? { ok: false, code: 'document-unknown' } : { recipients, targets };
}

/**
 * The document itself; of an agency that a correction under the same DocumentId added, the newest that it was a
 * recipient of.
 */
function holderOf(town: Town, document: ModelDispatch, agency: AgencyCode): ModelDispatch | undefined {
  if (document.recipients.includes(agency)) return document;
  const { sender, documentId } = document;
  return newestFirst(
    [...town.dispatches.values()].filter(
      (one) => one.kind === 'document' && one.business !== 0 && one.sender === sender && one.documentId === documentId,
    ),
  ).find(({ recipients }) => recipients.includes(agency));
}

const newestFirst = (dispatches: readonly ModelDispatch[]): readonly ModelDispatch[] =>
  dispatches.toSorted((a, b) => b.acceptedAt - a.acceptedAt || (a.id < b.id ? 1 : -1));

function howOf({ kind, removed }: Plan, code: AgencyCode): ActKind {
  if (kind === 'update' || kind === 'amend') return removed.includes(code) ? 'remove' : kind;
  return kind === 'replace' ? 'replace' : 'recall';
}

function report(town: Town, plan: Plan, asked: readonly AgencyCode[]): Resolved | Extract<Answer, { ok: false }> {
  const [to] = asked;
  const [reference] = plan.about;
  if (!to || !reference) return { ok: false, code: 'document-unknown' };
  const found = find(town, reference, { owner: to, party: plan.from });
  if (typeof found === 'string') return { ok: false, code: found };
  const own = { how: 'status' as const, agency: plan.from, recipient: to };
  // An answer may name the recall or the update itself: then it answers what that one asked.
  const asks =
    plan.code === '15' || plan.code === '16' ? found.targets.filter((one) => one.recipient === plan.from) : [];
  const answers = asks.map(({ dispatch }) => ({ ...own, how: 'answer' as const, dispatch }));
  return { recipients: asked, targets: [{ ...own, dispatch: found.id }, ...answers] };
}

/**
 * By DocumentId: the new document, else the newest correction that carries it; else by number and date, where that is
 * clear.
 */
function find(
  town: Town,
  { documentId, number, date }: Reference,
  { owner, party }: { readonly owner: AgencyCode; readonly party: AgencyCode | undefined },
): ModelDispatch | string {
  const fitting = [...town.dispatches.values()].filter(
    (one) => one.kind === 'document' && one.sender === owner && (party === undefined || one.recipients.includes(party)),
  );
  const named = fitting.filter((one) => one.documentId === documentId);
  const original = named.find(({ business }) => business === 0);
  if (original) return original;
  const [newest] = newestFirst(named);
  if (newest) return newest;
  const numbered = fitting.filter(
    (one) => one.number === number && one.date === date && (one.business === 0 || one.business === 3),
  );
  if (numbered.length > 1) return 'document-ambiguous';
  return numbered[0] ?? 'document-unknown';
}
