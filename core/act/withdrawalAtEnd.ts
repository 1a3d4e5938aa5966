import type { Mark } from '../contract/ports.ts';
import type { DeliveryRecord } from '../contract/records.ts';
import { DELIVERY_TRANSITIONS } from '../contract/states.ts';
import { REASONS } from './effectOf.ts';

/**
 * What was recalled, updated or replaced while somebody held it is withdrawn once the lease ends unacknowledged.
 *
 * @returns undefined where nothing waits for the end of the lease
 */
export function withdrawalAtEnd(
  seen: DeliveryRecord,
  end: { readonly at: number; readonly who: string },
): Mark | undefined {
  const { withdrawing: how, recall, revision, state } = seen;
  if (how === undefined) return undefined;
  const { to, event } = DELIVERY_TRANSITIONS.withdraw;
  const cause = how === 'recall' || how === 'remove' ? recall : revision;
  return {
    to,
    onState: true,
    reason: REASONS[how],
    withdrawing: null,
    // What was agreed to stays agreed.
    ...(recall?.state === 'requested' ? { recall: { ...recall, state: 'effective' } } : {}),
    ...(revision?.state === 'requested' ? { revision: { ...revision, state: 'effective' } } : {}),
    entry: { ev: event, at: end.at, by: end.who, from: state, to, ...(cause ? { dispatch: cause.by } : {}) },
  };
}
