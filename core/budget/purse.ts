import type { Amounts, BudgetWindow } from '../contract/budget.ts';
import { LIMITS } from '../contract/limits.ts';
import type { SystemRecord } from '../contract/records.ts';

export type Unit = keyof Amounts;
const UNITS: readonly Unit[] = ['requests', 'bytes'];

/** What one instance of a function knows of the budget of one system in one window, and what it has spent of it. */
export interface Purse {
  readonly window: BudgetWindow;
  /** What this instance has drawn and was given. */
  readonly given: Amounts;
  readonly spent: Amounts;
  /** What all instances together had drawn when this one last drew. */
  readonly drawn: Amounts;
}

const NOTHING: Amounts = { requests: 0, bytes: 0 };
const each = (amount: (unit: Unit) => number): Amounts => ({ requests: amount('requests'), bytes: amount('bytes') });
const sum = (one: Amounts, other: Amounts): Amounts => each((unit) => one[unit] + other[unit]);

/** What a system may use in a window: the operator's own numbers for it, or everybody's. */
export const budgetOf = ({ limits }: Pick<SystemRecord, 'limits'>): Amounts => ({
  requests: limits?.requests ?? LIMITS.budget.requests,
  bytes: limits?.bytes ?? LIMITS.budget.bytes,
});

/** The window that a moment lies in. Systems begin theirs at different seconds, so that not all come back at once. */
export function windowOf(systemId: string, now: number): BudgetWindow {
  const length = LIMITS.budget.windowSeconds * 1000;
  const shift = [...systemId].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) % LIMITS.budget.windowSeconds, 7);
  const start = now - ((now - shift * 1000) % length);
  return { id: `${systemId}#${start / 1000}`, endsAt: start + length };
}

export const newPurse = (window: BudgetWindow): Purse => ({ window, given: NOTHING, spent: NOTHING, drawn: NOTHING });

/** Most that is drawn at once: a small budget is drawn in small parts, so that no instance takes it away from the others. */
const chunkOf = (unit: Unit, budget: Amounts): number =>
  Math.max(1, Math.min(LIMITS.budgetChunk[unit], Math.floor(budget[unit] / 20)));

const missingOf = ({ given, spent }: Purse, cost: Amounts, unit: Unit): number =>
  spent[unit] + cost[unit] - given[unit];

/** Little is spent before anything is drawn, and counted with the first draw: who asks seldom costs no write at all. */
const isLittle = (purse: Purse, unit: Unit, { cost, budget }: Priced): boolean =>
  purse.given[unit] === 0 && purse.spent[unit] + cost[unit] <= Math.floor(chunkOf(unit, budget) / 10);

/** What is asked for, and of which budget. */
export interface Priced {
  readonly cost: Amounts;
  readonly budget: Amounts;
}

/**
 * What has to be drawn before a cost can be spent; undefined where nothing has to, or nothing is left. An instance draws as
 * much as it has spent already, up to a chunk: one that few requests reach takes little away from the others.
 */
export function drawFor(purse: Purse, priced: Priced): Amounts | undefined {
  const { cost, budget } = priced;
  const wanted = each((unit) => {
    const missing = missingOf(purse, cost, unit);
    if (missing <= 0 || purse.drawn[unit] >= budget[unit] || isLittle(purse, unit, priced)) return 0;
    return Math.max(missing, Math.min(chunkOf(unit, budget), purse.spent[unit]));
  });
  return wanted.requests > 0 || wanted.bytes > 0 ? wanted : undefined;
}

/**
 * The purse after a draw. Requests are given as far as the budget goes. Bytes are given whole as long as any were left:
 * otherwise a file larger than the rest of every window would never pass.
 */
export function filled(purse: Purse, wanted: Amounts, { drawn, budget }: { drawn: Amounts; budget: Amounts }): Purse {
  const left = (unit: Unit): number => Math.max(0, budget[unit] - (drawn[unit] - wanted[unit]));
  const granted: Amounts = {
    requests: Math.min(wanted.requests, left('requests')),
    bytes: left('bytes') > 0 ? wanted.bytes : 0,
  };
  return { ...purse, given: sum(purse.given, granted), drawn };
}

/** The purse after a draw that could not be counted: who cannot count lets pass, and tries again a chunk later. */
export function trusted(purse: Purse, wanted: Amounts, budget: Amounts): Purse {
  const granted = each((unit) => (wanted[unit] > 0 ? Math.max(wanted[unit], chunkOf(unit, budget)) : 0));
  return { ...purse, given: sum(purse.given, granted) };
}

/** Spends a cost, if the purse holds it: otherwise says of what there is too little, and spends the request alone. */
export function spend(purse: Purse, priced: Priced): { readonly purse: Purse; readonly short?: Unit } {
  const { cost } = priced;
  const short = UNITS.find((unit) => missingOf(purse, cost, unit) > 0 && !isLittleAndLeft(purse, unit, priced));
  if (short === 'requests') return { purse, short };
  const spent = short === 'bytes' ? { ...cost, bytes: 0 } : cost;
  return { purse: { ...purse, spent: sum(purse.spent, spent) }, ...(short ? { short } : {}) };
}

const isLittleAndLeft = (purse: Purse, unit: Unit, priced: Priced): boolean =>
  purse.drawn[unit] < priced.budget[unit] && isLittle(purse, unit, priced);

/** What is left in the window, as far as this instance knows. */
export const leftOf = ({ given, spent, drawn }: Purse, budget: Amounts): Amounts =>
  each((unit) => Math.max(0, given[unit] - spent[unit] + Math.max(0, budget[unit] - drawn[unit])));
