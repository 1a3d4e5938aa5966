import type { AnswerOf } from '../contract/answers.ts';
import type { DispatchId } from '../contract/ids.ts';
import type { Clock, Dispatches } from '../contract/ports.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { Retention } from '../contract/retention.ts';
import type { Act } from './administer.ts';

/** Longer than any call takes and clocks of functions differ. */
const LAST_HOUR = 3_600_000;

export interface HoldPorts {
  readonly clock: Clock;
  readonly dispatches: Pick<Dispatches, 'find'>;
  readonly retention: Pick<Retention, 'hold'>;
}

/**
 * Puts a legal hold on a dispatch, or takes it off: while it lasts neither content nor record is deleted. What is being deleted can be
 * held no more. A record goes in many writes that no single condition guards: shortly before its time is over holds are refused, so
 * that none can come between them.
 */
export async function holdDispatch(
  act: Act,
  { dispatchId, held }: { readonly dispatchId: DispatchId; readonly held: boolean },
  ports: HoldPorts,
): Promise<Outcome<AnswerOf<'holdDispatch'>>> {
  const seen = await ports.dispatches.find(dispatchId);
  if (!seen) return refuse('dispatch-not-found');
  const answer = { dispatchId, held, ...(seen.content ? { content: seen.content.state } : {}) };
  if (held === (seen.hold !== undefined)) return accept(answer);
  if (held && seen.content?.state === 'closing')
    return refuse('state-conflict', { state: 'closing', action: 'holdDispatch', from: 'kept, deleted' });
  const at = ports.clock.now();
  if (held && seen.due?.what === 'forget' && seen.due.at <= at + LAST_HOUR)
    return refuse('state-conflict', { state: 'forgotten', action: 'holdDispatch', from: 'kept, deleted' });
  const { by, reason } = act;
  const step = held ? { ev: 'x-held', from: 'kept', to: 'held' } : { ev: 'x-hold-ended', from: 'held', to: 'kept' };
  const written = await ports.retention.hold(seen, {
    entry: { ...step, at, by, detail: reason },
    ...(held ? { hold: { by, at, reason } } : {}),
    // What is deleted already waits for the end of its record, held or not.
    ...(held || seen.content ? {} : { due: { what: 'retain', at, attempts: 0 } }),
  });
  return written ? accept(answer) : refuse('busy');
}
