import {
  type ActKind,
  type Asked,
  type AskedRevision,
  DAY,
  type Entry,
  isHeld,
  isOver,
  type ModelDelivery,
} from './town.ts';

/** A message that acts on one delivery. */
export interface ModelAct {
  readonly how: ActKind;
  readonly by: string;
  readonly acceptedAt: number;
  readonly code: string | undefined;
}

/**
 * What a message does to a delivery that exists, and what it comes to. In the order of acceptance the latest stands,
 * in whatever order the workers come: an older one changes nothing any more.
 */
export function actOn(delivery: ModelDelivery, act: ModelAct, now: number): string {
  if (isReport(act.how)) return hear(delivery, act, now);
  return act.how === 'recall' || act.how === 'remove' ? takeBack(delivery, act, now) : revise(delivery, act, now);
}

/** A status; `answer` is one that names the recall or update itself and not the document. */
export const isReport = (how: ActKind): boolean => how === 'status' || how === 'answer';

export const isLater = (one: { by: string; acceptedAt: number }, other: { by: string; acceptedAt: number }): boolean =>
  one.acceptedAt === other.acceptedAt ? one.by > other.by : one.acceptedAt > other.acceptedAt;

/** none → 01 → 03 → 04 → 05 → 06 with jumps, 02 only before registration; nothing follows a refusal. */
function goesForward(from: string | undefined, code: string): boolean {
  if (!['01', '02', '03', '04', '05', '06'].includes(code) || from === '02') return false;
  return code === '02' ? from === undefined || from === '01' : (from ?? '00') < code;
}

/** The recipient reports: once, whatever runs twice. */
function hear(delivery: ModelDelivery, act: ModelAct, now: number): string {
  const { code = '', by } = act;
  const before = delivery.heard.get(by);
  if (before !== undefined) return before;
  const moves = goesForward(delivery.business, code);
  const first = delivery.reported[code] === undefined;
  const answered = answer(delivery, act, now);
  if (!answered && first) log(delivery, ['x-status', delivery.business ?? 'none', code, by]);
  if (!first) delivery.repeats += 1;
  delivery.reported[code] = Math.min(delivery.reported[code] ?? act.acceptedAt, act.acceptedAt);
  if (moves) delivery.business = code;
  const outcome = moves || answered ? 'applied' : 'recorded';
  delivery.heard.set(by, outcome);
  return outcome;
}

/** 15 agrees and 16 refuses what was asked before: the recall if one is open, else the update or replacement. */
function answer(delivery: ModelDelivery, { code, by, acceptedAt }: ModelAct, now: number): boolean {
  if (code !== '15' && code !== '16') return false;
  const isOpen = (asked: Asked | undefined) => asked?.state === 'requested' && isLater({ by, acceptedAt }, asked);
  const which = isOpen(delivery.recall) ? 'recall' : isOpen(delivery.revision) ? 'revision' : undefined;
  const asked = which && delivery[which];
  if (!which || !asked) return false;
  asked.state = code === '15' ? 'agreed' : 'refused';
  asked.answer = by;
  log(delivery, [`x-${which}-${asked.state}`, 'requested', asked.state, by]);
  if (asked.state === 'refused') goOn(delivery, which, now);
  return true;
}

/** What was refused takes nothing away; what else was asked still does. */
function goOn(delivery: ModelDelivery, which: 'recall' | 'revision', now: number): void {
  if (delivery.ending.length === 0) return;
  delivery.ending = delivery.ending.filter((how) => isRecall(how) !== (which === 'recall'));
  if (delivery.ending.length === 0) delivery.due = nextLook(delivery, now);
}

const isRecall = (how: ActKind): boolean => how === 'recall' || how === 'remove';

/** Of what takes a delivery away, an update or replacement is told before a recall, and the latest of them. */
export const tellingOf = ({ ending }: ModelDelivery): ActKind | undefined =>
  ending.findLast((how) => !isRecall(how)) ?? ending.at(-1);

/** Its sender is warned three days before it expires, or half-way where it lives shortly; then it expires. */
export function nextLook({ warned, expiresAt }: ModelDelivery, now: number): ModelDelivery['due'] {
  if (warned) return { what: 'expire', at: expiresAt, attempts: 0 };
  return { what: 'warn', at: Math.ceil(expiresAt - Math.min(3 * DAY, (expiresAt - now) / 2)), attempts: 0 };
}

/** A recall, or an update that takes the recipient off the list. */
function takeBack(delivery: ModelDelivery, act: ModelAct, now: number): string {
  const { recall } = delivery;
  if (recall && recall.state !== 'refused') return recall.state === 'effective' ? 'withdrawn' : 'requested';
  if (recall?.by === act.by) return 'requested';
  if (recall && !isLater(act, recall)) return 'overtaken';
  const asked: Asked = { by: act.by, acceptedAt: act.acceptedAt, state: 'requested' };
  if (delivery.state === 'acknowledged' || isHeld(delivery, now)) {
    ask(delivery, act, now, ['x-recall-requested', recall?.state ?? 'none']);
    delivery.recall = asked;
    return 'requested';
  }
  if (isOver(delivery)) return 'settled';
  withdraw(delivery, act.by, now);
  delivery.recall = { ...asked, state: 'effective' };
  return 'withdrawn';
}

/** An update or a replacement. One that changes recipients alone leaves the document where it waits. */
function revise(delivery: ModelDelivery, act: ModelAct, now: number): string {
  const { recall, revision } = delivery;
  if (recall && recall.state !== 'refused' && isLater(recall, act)) return 'overtaken';
  if (revision?.by === act.by) return again(delivery, revision, now);
  if (revision && !isLater(act, revision)) return 'overtaken';
  const asked: AskedRevision = {
    by: act.by,
    acceptedAt: act.acceptedAt,
    how: act.how === 'replace' ? 'replace' : 'update',
    state: 'requested',
    earlier: updatesOf(delivery),
  };
  // It was replaced before by what is replaced now: nobody has it, and nobody is asked.
  if (revision?.state === 'effective') {
    delivery.revision = { ...asked, state: 'effective' };
    return 'withdrawn';
  }
  const waits = !isOver(delivery) && !isHeld(delivery, now);
  if (waits && act.how !== 'amend') {
    withdraw(delivery, act.by, now);
    delivery.revision = { ...asked, state: 'effective' };
    return 'withdrawn';
  }
  ask(delivery, act, now, ['x-revision-requested', revision?.state ?? 'none']);
  delivery.revision = asked;
  if (waits) return 'kept';
  return isOver(delivery) && delivery.state !== 'acknowledged' ? 'settled' : 'requested';
}

/** A repetition tells what has become of it by now. */
function again(delivery: ModelDelivery, { state }: AskedRevision, now: number): string {
  if (state === 'effective') return 'withdrawn';
  const isTheirs = delivery.state === 'acknowledged' || isHeld(delivery, now) || delivery.ending.length > 0;
  if (isTheirs) return 'requested';
  return isOver(delivery) ? 'settled' : 'kept';
}

/** The updates that are the same document for this recipient, the newest first: an act on one reaches the others. */
export function updatesOf({ revision }: ModelDelivery): readonly string[] {
  if (!revision) return [];
  return revision.how === 'update' ? [revision.by, ...revision.earlier] : revision.earlier;
}

function ask(delivery: ModelDelivery, act: ModelAct, now: number, [event, from]: readonly [string, string]): void {
  log(delivery, [event, from, 'requested', act.by]);
  if (!isHeld(delivery, now) || act.how === 'amend') return;
  delivery.ending.push(act.how);
  delivery.due = { what: 'withdraw', at: delivery.visibleAt, attempts: 0 };
}

function withdraw(delivery: ModelDelivery, by: string, now: number): void {
  log(delivery, ['x-withdrawn', delivery.state, 'withdrawn', by]);
  finish(delivery, 'withdrawn', now);
}

/** The lease ended unacknowledged: what was asked under it takes the delivery away. */
export function withdrawAtEnd(delivery: ModelDelivery, now: number): void {
  const how = tellingOf(delivery);
  const cause = how && isRecall(how) ? delivery.recall : delivery.revision;
  for (const asked of [delivery.recall, delivery.revision]) if (asked?.state === 'requested') asked.state = 'effective';
  log(delivery, ['x-withdrawn', delivery.state, 'withdrawn', cause?.by]);
  finish(delivery, 'withdrawn', now);
}

/** Final states are out of every inbox and need nobody's care. */
export function finish(delivery: ModelDelivery, state: ModelDelivery['state'], now: number): void {
  delivery.state = state;
  delivery.endedAt = now;
  delivery.lease = undefined;
  delivery.ending = [];
  delivery.due = undefined;
}

/** Every step stands in the timeline of what it changes. */
export const log = ({ timeline }: ModelDelivery, entry: Entry): void => void timeline.push(entry);
