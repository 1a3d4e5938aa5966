import type { ActOutcome } from '../core/contract/life.ts';
import type { StatusCode } from '../core/edxml/statusCode.ts';
import type { AxisClient } from './axisClient.ts';
import { AxisRefusal } from './axisRefusal.ts';
import type { CommandContext, CommandOption, Invocation } from './command.ts';
import { OUTCOMES_TOLD, statusOf } from './lifeWords.ts';
import { signDocument } from './signDocument.ts';
import { type StatusReport, statusMessage } from './statusMessage.ts';
import { printable } from './table.ts';
import type { WholeDispatch } from './wholeDispatch.ts';

/** Options of the commands that send a status. */
export const STATUS_OPTIONS: Readonly<Record<string, CommandOption>> = {
  as: { type: 'string', value: 'CODE', help: 'the agency that says it (default: the one that the document names)' },
  staff: { type: 'string', value: 'NAME', help: 'the clerk who did it' },
  department: { type: 'string', value: 'NAME', help: "the clerk's department" },
  unsigned: { type: 'boolean', help: "do not sign it; only where the agency's policy lets it in" },
  wait: { type: 'string', value: 'SECONDS', help: 'wait so long to see what comes of it (10)' },
};

/** One status to send: about which document, and what it says. */
export interface StatusToSend {
  readonly document: WholeDispatch;
  readonly report: StatusReport;
}

/** What came of one status. */
export interface SentStatus {
  /** The document. */
  readonly about: string;
  readonly code: StatusCode;
  readonly from: string;
  readonly to: string;
  /** The status itself; absent where the axis refused it. */
  readonly dispatchId?: string;
  /** Absent where the axis has not come to it in time. */
  readonly outcome?: ActOutcome;
  readonly refusal?: { readonly code: string; readonly detail: string; readonly vi: string };
}

/** Sent at once. */
const AT_ONCE = 4;
const LOOK_MS = 250;

/** Signs and submits statuses and waits for what comes of each; a line each as soon as it is known. */
export async function sendStatuses(
  statuses: readonly StatusToSend[],
  invocation: Invocation,
  context: CommandContext,
): Promise<readonly SentStatus[]> {
  // All are written before any is sent: what is wrong with one stops nothing half-way.
  const written = await Promise.all(statuses.map((status) => write(status, invocation, context)));
  const looks = looksOf(invocation);
  const sent: SentStatus[] = [];
  for (let start = 0; start < written.length; start += AT_ONCE) {
    const round = written.slice(start, start + AT_ONCE);
    const results = await Promise.all(round.map((one) => send(one, { looks, alone: written.length === 1 }, context)));
    for (const result of results) context.say(lineOf(result, context));
    sent.push(...results);
  }
  return sent;
}

/** How often to look, once, and then four times a second. */
export const looksOf = (invocation: Invocation): number =>
  1 + ((invocation.number('wait', { least: 0, most: 600 }) ?? 10) * 1000) / LOOK_MS;

/**
 * Looks until something is there or the looks are over.
 *
 * @returns undefined when it did not come in time
 */
export async function lookFor<T>(
  look: () => Promise<T | undefined>,
  looks: number,
  { pause }: Pick<CommandContext, 'pause'>,
): Promise<T | undefined> {
  for (let left = looks; ; left -= 1) {
    const found = await look();
    if (found !== undefined || left <= 1) return found;
    await pause(LOOK_MS);
  }
}

interface Written extends StatusToSend {
  readonly bytes: Buffer;
}

async function write(status: StatusToSend, invocation: Invocation, context: CommandContext): Promise<Written> {
  const staff = { name: invocation.text('staff'), department: invocation.text('department') };
  const report = { ...status.report, staff, at: new Date(context.now()) };
  const bytes = statusMessage(status.document, report);
  if (invocation.flag('unsigned')) return { ...status, bytes };
  return { ...status, bytes: await signDocument(bytes, await context.profile()) };
}

async function send(
  { document, report, bytes }: Written,
  { looks, alone }: { readonly looks: number; readonly alone: boolean },
  context: CommandContext,
): Promise<SentStatus> {
  const { code, from, to = document.headline.senderCode } = report;
  const facts = { about: document.dispatchId, code, from, to };
  const client = await context.client();
  try {
    const { dispatchId } = await client.submit(bytes);
    const outcome = await lookFor(() => outcomeOf(dispatchId, client), looks, context);
    return { ...facts, dispatchId, ...(outcome === undefined ? {} : { outcome }) };
  } catch (error) {
    // One of several: the others go on, and each says what became of it.
    if (alone || !(error instanceof AxisRefusal)) throw error;
    return { ...facts, refusal: { code: error.code, detail: error.detail, vi: error.vi.detail } };
  }
}

/** A status has one recipient, and what it came to stands on that delivery. */
async function outcomeOf(statusId: string, client: Pick<AxisClient, 'dispatch'>): Promise<ActOutcome | undefined> {
  const { deliveries } = await client.dispatch(statusId);
  return deliveries[0]?.about?.[0]?.outcome;
}

function lineOf(sent: SentStatus, { language, word }: CommandContext): string {
  const { about, code, from, to, dispatchId, outcome, refusal } = sent;
  const facts = [about, `${from} → ${to}`, statusOf(code, language)];
  if (refusal) {
    const detail = language === 'vi' ? refusal.vi : refusal.detail;
    return printable([...facts, `${word('refused')}: ${detail} (${refusal.code})`].join('  '));
  }
  const told = outcome ? OUTCOMES_TOLD[outcome][language] : `${word('working')}: docaxis follow ${dispatchId}`;
  return printable([...facts, told, ...(outcome ? [dispatchId] : [])].join('  '));
}
