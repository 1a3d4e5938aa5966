import type { ActOutcome, How, Order } from '../contract/life.ts';
import type { Mark } from '../contract/ports.ts';
import type { DeliveryRecord, DispatchRecord, TimelineEntry } from '../contract/records.ts';
import { bySystem } from '../contract/timeline.ts';
import { UNSIGNED_MARK } from '../contract/unsignedMark.ts';

/** A message that acts on one earlier delivery. */
export interface Acting extends Order {
  readonly how: How;
  /** StatusCode of a status. */
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** Who caused it, as timelines say it. */
  readonly who: string;
  /** Said wherever a message is shown that nobody signed. */
  readonly unsigned: boolean;
}

/** What a message comes to on one delivery: the mark that it leaves, if any. */
export interface Effect {
  readonly outcome: ActOutcome;
  readonly mark?: Mark;
}

export function actingOf({ dispatchId, headline, senderSystem, details }: DispatchRecord, how: How): Acting {
  return {
    how,
    by: dispatchId,
    acceptedAt: headline.acceptedAt,
    code: details.act?.code,
    reason: details.act?.reason,
    who: bySystem(senderSystem),
    unsigned: headline.signed === 'none',
  };
}

/** Characters of the sender's own words that a timeline keeps. */
const WORDS = 200;

/** A timeline entry that names the message which caused it. */
export function entryBy(
  acting: Acting,
  step: { readonly ev: string; readonly from: string; readonly to: string; readonly at: number },
): TimelineEntry {
  const words = [acting.reason?.slice(0, WORDS), acting.unsigned ? UNSIGNED_MARK.en : undefined];
  const detail = words.filter((text) => text !== undefined).join('; ');
  return { ...step, by: acting.who, dispatch: acting.by, ...(detail ? { detail } : {}) };
}

/** Whether a lease lasts: then the delivery counts as picked up. */
export const isHeld = ({ state, visibleAt }: Pick<DeliveryRecord, 'state' | 'visibleAt'>, now: number): boolean =>
  state === 'offered' && visibleAt > now;
