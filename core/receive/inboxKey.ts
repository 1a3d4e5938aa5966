import type { Headline } from '../contract/records.ts';

/** 0 an urgent document (edXML Priority 1 to 4), 1 any other document, 2 a status: each kind is one range of an inbox. */
export type Rank = 0 | 1 | 2;

export const rankOf = ({ kind, priority }: Pick<Headline, 'kind' | 'priority'>): Rank => {
  if (kind === 'status') return 2;
  return priority >= 1 && priority <= 4 ? 0 : 1;
};

const DIGITS = 15;

/** Sort key of the inbox index: `rank # visibleAt # id`, so that one range of a rank holds what may be offered now. */
export const inboxKeyOf = (rank: Rank, visibleAt: number, id: string): string =>
  `${rank}#${String(visibleAt).padStart(DIGITS, '0')}#${id}`;

/** Milliseconds since the epoch from which the delivery may be offered. */
export const visibleAtOf = (inboxKey: string): number => Number(inboxKey.slice(2, 2 + DIGITS));

/** The rank with which an inbox key or a lease token begins. */
export function rankIn(text: string): Rank {
  if (text.startsWith('0')) return 0;
  return text.startsWith('2') ? 2 : 1;
}

/**
 * A lease token: the rank, then 21 random base64url characters (126 bits). The rank is in it so that a release or an
 * extension can write the delivery's place in the inbox without reading the delivery first.
 */
export const leaseTokenOf = (rank: Rank, random: string): string => `${rank}${random.slice(0, 21)}`;

/**
 * Stands where a lease's token stands when the system itself holds the delivery, by its id: no client can send it, because
 * it is shorter than any token.
 */
export const SYSTEM_LEASE = 'system';
