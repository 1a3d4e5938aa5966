import type { StatusCode } from '../core/edxml/statusCode.ts';
import type { CommandContext, Invocation } from './command.ts';
import type { Profile } from './profile.ts';
import { lookFor, looksOf } from './sendStatus.ts';
import { UsageError } from './usageError.ts';
import { type WholeDispatch, wholeDispatch } from './wholeDispatch.ts';

/**
 * The document that a person wants to report on.
 *
 * @throws UsageError for a status: it says on which document to report instead.
 */
export async function documentAt(dispatchId: string, context: CommandContext): Promise<WholeDispatch> {
  const dispatch = await wholeDispatch(await context.client(), dispatchId);
  if (dispatch.headline.kind === 'document') return dispatch;
  const [about] = dispatch.deliveries.flatMap((delivery) => delivery.about ?? []);
  throw new UsageError(`${dispatchId} is a status${about ? `; it is about ${about.dispatchId}` : ''}`);
}

/**
 * The agency of the profile that reports: a recipient of the document, or its sender for a take-back.
 *
 * @throws UsageError when none or several may.
 */
export function reporterOf(
  document: WholeDispatch,
  { agencies }: Profile,
  { code, as }: { readonly code: StatusCode; readonly as: string | undefined },
): string {
  if (as !== undefined) return as;
  const parties = code === '13' ? [document.sender] : document.deliveries.map(({ recipient }) => recipient);
  const mine = parties.filter((party) => agencies.some((agency) => agency.code === party));
  const [only, another] = mine;
  if (another !== undefined) throw new UsageError(`which one reports? --as ${mine.join(' | --as ')}`);
  if (only !== undefined) return only;
  const role = code === '13' ? 'sent' : 'received';
  throw new UsageError(
    `no agency of the profile ${role} ${document.dispatchId}; if one has a new code, say it with --as`,
  );
}

/**
 * The recipients from whom a document is taken back: those that were named, else all.
 *
 * @throws UsageError when one was no recipient, or not all are known yet.
 */
export async function recalledFrom(
  document: WholeDispatch,
  invocation: Invocation,
  context: CommandContext,
): Promise<readonly string[]> {
  const named = invocation.texts('to');
  const whole = document.state === 'dispatched' ? document : await dispatched(document, invocation, context);
  const recipients = whole?.deliveries.map(({ recipient }) => recipient);
  if (recipients === undefined) {
    if (named.length > 0) return named;
    throw new UsageError(`${document.dispatchId} is still on its way to its recipients; name them with --to`);
  }
  const stranger = named.find((code) => !recipients.includes(code));
  if (stranger !== undefined)
    throw new UsageError(`${stranger} is no recipient of ${document.dispatchId}; there are ${recipients.join(', ')}`);
  return named.length > 0 ? [...new Set(named)] : recipients;
}

/** Waits until every recipient's delivery shows. */
async function dispatched(
  { dispatchId }: WholeDispatch,
  invocation: Invocation,
  context: CommandContext,
): Promise<WholeDispatch | undefined> {
  const client = await context.client();
  const look = async () => {
    const dispatch = await wholeDispatch(client, dispatchId);
    return dispatch.state === 'dispatched' ? dispatch : undefined;
  };
  return lookFor(look, looksOf(invocation), context);
}
