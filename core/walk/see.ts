import type { AnswerOf } from '../contract/answers.ts';
import { type DispatchId, isDispatchId } from '../contract/ids.ts';
import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import { LOG_QUERIES, linesOfDispatches, linesOfRequest } from '../contract/logQueries.ts';
import type { CertificateListing, Clock, Directory, Dispatches, DueWork } from '../contract/ports.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { LogRow, LogSearch, QueueDepths } from '../contract/seeing.ts';
import { statsOf } from '../operate/statsOf.ts';
import { firstToEnd } from './firstToEnd.ts';

export interface SeePorts {
  readonly clock: Clock;
  readonly logs: LogSearch;
  readonly queues: QueueDepths;
  readonly work: DueWork;
  readonly dispatches: Pick<Dispatches, 'findMany'>;
  readonly listing: Pick<CertificateListing, 'expiring'>;
  readonly directory: Pick<Directory, 'agency'>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** What the watchman puts off for the longest time is due within it. */
const AHEAD_MS = 65 * MINUTE;
const PER_SHARD = 100;
/** Dispatches of one request whose lines are looked for. */
const DISPATCHES = 20;

/**
 * The numbers of the stage: what happened comes from the functions' own logs, what waits from the queues and the index of due work, and
 * certificates from their list. Nothing is kept for them.
 */
export async function stats(text: string | undefined, ports: SeePorts): Promise<Outcome<AnswerOf<'stats'>>> {
  const minutes = wholeNumber(text, LIMITS.stats.minutes);
  if (minutes === undefined) return refuse('parameter-invalid', problemOf('minutes', LIMITS.stats.minutes));
  const now = ports.clock.now();
  const period = { from: (Math.floor(now / MINUTE) - minutes + 1) * MINUTE, until: now };
  const [perMinute, refusals, latencies, queues, undelivered, certificate] = await Promise.all([
    ports.logs.ask(LOG_QUERIES.minutes, period),
    ports.logs.ask(LOG_QUERIES.refusals, period),
    ports.logs.ask(LOG_QUERIES.latencies, period),
    ports.queues.depths(),
    undeliveredOf(now, ports),
    nearestEnd(now, ports),
  ]);
  return accept({
    at: iso(now),
    minutes,
    ...statsOf({ minutes: perMinute, refusals, latencies }, { now, minutes }),
    queues: queues.map((depth) => ({ ...depth })),
    undelivered,
    ...(certificate ? { certificate } : {}),
  });
}

/** Dispatches whose deliveries do not all exist, by the index of due work. It is read so far and no further. */
async function undeliveredOf(now: number, ports: SeePorts): Promise<AnswerOf<'stats'>['undelivered']> {
  const shards = Array.from({ length: LIMITS.shards }, (_, shard) => shard);
  const due = await Promise.all(shards.map((shard) => ports.work.overdue(shard, now + AHEAD_MS, PER_SHARD)));
  const ids = due.flat().flatMap(({ id }) => (isDispatchId(id) ? [id] : []));
  const waiting = (await ports.dispatches.findMany(ids)).filter(({ state }) => state === 'accepted');
  const [oldest] = waiting.toSorted((a, b) => a.headline.acceptedAt - b.headline.acceptedAt);
  return {
    count: waiting.length,
    partial: due.some((shard) => shard.length === PER_SHARD),
    ...(oldest ? { oldest: { dispatchId: oldest.dispatchId, acceptedAt: iso(oldest.headline.acceptedAt) } } : {}),
  };
}

async function nearestEnd(now: number, ports: SeePorts): Promise<AnswerOf<'stats'>['certificate']> {
  const first = await firstToEnd(now, ports.listing);
  if (!first) return undefined;
  const { agencyId, thumbprint, notAfter } = first.claim;
  const agency = await ports.directory.agency(agencyId);
  return { agency: agency?.code ?? agencyId, thumbprint, notAfter: iso(notAfter), daysLeft: first.daysLeft };
}

/** Every line of one request, and of what became of the dispatches that it was about, whoever asked. */
export async function trace(
  asked: { readonly id: string | undefined; readonly hours: string | undefined },
  ports: Pick<SeePorts, 'clock' | 'logs'>,
): Promise<Outcome<AnswerOf<'trace'>>> {
  const { id } = asked;
  const hours = wholeNumber(asked.hours, LIMITS.stats.hours);
  if (hours === undefined) return refuse('parameter-invalid', problemOf('hours', LIMITS.stats.hours));
  if (id === undefined || !/^[\w=+/.-]{1,100}$/.test(id))
    return refuse('parameter-invalid', { parameter: 'id', problem: 'the x-correlation-id of an answer' });
  const now = ports.clock.now();
  const period = { from: now - hours * HOUR, until: now };
  const own = await ports.logs.ask(linesOfRequest(id), period);
  const ids = new Set(own.map(lineOf).flatMap(({ facts }) => dispatchesIn(facts)));
  const others = ids.size > 0 ? await ports.logs.ask(linesOfDispatches([...ids].slice(0, DISPATCHES)), period) : [];
  const lines = new Map([...own, ...others].map((row) => [JSON.stringify(row), row]));
  const shown = [...lines.values()].map(lineOf).toSorted((a, b) => a.at.localeCompare(b.at));
  return accept({ correlationId: id, hours, lines: shown });
}

const dispatchesIn = ({ dispatchId = '' }: Readonly<Record<string, string>>): readonly DispatchId[] =>
  isDispatchId(dispatchId) ? [dispatchId] : [];

type Line = AnswerOf<'trace'>['lines'][number];
/** On every line, and told apart from what happened. */
const ON_EVERY_LINE = ['level', 'message', 'timestamp', 'service', 'stage', 'version', 'xray_trace_id'];

function lineOf({ '@timestamp': time = '', '@message': text = '' }: LogRow): Line {
  const members = membersOf(text);
  const facts = Object.entries(members).filter(([name]) => !ON_EVERY_LINE.includes(name));
  return {
    at: `${time.replace(' ', 'T')}Z`,
    level: textOf(members.level),
    function: textOf(members.service),
    event: textOf(members.message),
    facts: Object.fromEntries(facts.map(([name, value]) => [name, textOf(value)])),
  };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return { message: text };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

function wholeNumber(text: string | undefined, { least, most, usual }: Bounds): number | undefined {
  if (text === undefined) return usual;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

const problemOf = (parameter: string, { least, most }: Bounds) => ({
  parameter,
  problem: `a whole number from ${least} to ${most}`,
});
