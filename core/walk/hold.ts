import type { AnswerOf } from '../contract/answers.ts';
import type { DispatchId } from '../contract/ids.ts';
import type { Clock, Dispatches } from '../contract/ports.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { Retention } from '../contract/retention.ts';
import type { Act } from './administer.ts';

export interface HoldPorts {
  readonly clock: Clock;
  readonly dispatches: Pick<Dispatches, 'find'>;
  readonly retention: Pick<Retention, 'hold'>;
}

/**
 * Puts a legal hold on a dispatch, or takes it off: while it lasts neither content nor record is deleted. What is being deleted can be
 * held no more.
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
