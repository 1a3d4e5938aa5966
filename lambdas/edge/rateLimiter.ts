import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  budgetOf,
  drawFor,
  filled,
  leftOf,
  newPurse,
  type Priced,
  type Purse,
  spend,
  trusted,
  type Unit,
  windowOf,
} from '../../core/budget/purse.ts';
import type { Amounts, BudgetCounter } from '../../core/contract/budget.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Clock } from '../../core/contract/ports.ts';
import type { SystemRecord } from '../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import type { Observer } from './observe.ts';

/** Purses that one instance remembers. */
const PURSES = 10_000;
const UNIT_VI: Readonly<Record<Unit, string>> = { requests: 'yêu cầu', bytes: 'byte' };

/** Whether a request is within its system's budget, and what its answer says of it. */
export interface Spending {
  readonly outcome: Outcome<null>;
  /** draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4. */
  readonly headers: Readonly<Record<string, string>>;
  /** A refusal that this instance has made before in the same window: told to the caller and to nobody else. */
  readonly again: boolean;
}

/**
 * Holds every system to its budget. Requests are paid from what the instance has drawn; once a budget is used up the instance
 * remembers that until the window ends, so that a flood costs no write.
 */
export class RateLimiter {
  readonly #counter: BudgetCounter;
  readonly #clock: Clock;
  readonly #observer: Observer;
  readonly #purses = new Map<string, Purse>();
  /** Ids of windows in which somebody was refused. */
  readonly #told = new Set<string>();

  constructor(ports: { readonly counter: BudgetCounter; readonly clock: Clock; readonly observer: Observer }) {
    this.#counter = ports.counter;
    this.#clock = ports.clock;
    this.#observer = ports.observer;
  }

  async spend(system: SystemRecord, cost: Amounts): Promise<Spending> {
    const now = this.#clock.now();
    const priced = { cost, budget: budgetOf(system) };
    const { purse, short } = spend(await this.#filled(this.#purseOf(system, now), priced), priced);
    this.#keep(system, purse);
    const seconds = Math.max(1, Math.ceil((purse.window.endsAt - now) / 1000));
    const headers = headersOf(purse, priced.budget, seconds);
    if (!short) return { outcome: accept(null), headers, again: false };
    const outcome = refuse('rate-limited', {
      limit: priced.budget[short],
      unit: short,
      unitVi: UNIT_VI[short],
      window: LIMITS.budget.windowSeconds,
      retryAfter: seconds,
    });
    return { outcome, headers, again: this.#wasTold(purse) };
  }

  #purseOf({ systemId }: SystemRecord, now: number): Purse {
    const window = windowOf(systemId, now);
    const known = this.#purses.get(systemId);
    return known?.window.id === window.id ? known : newPurse(window);
  }

  #keep({ systemId }: SystemRecord, purse: Purse): void {
    if (this.#purses.size >= PURSES) this.#purses.clear();
    this.#purses.set(systemId, purse);
  }

  /** Who cannot count lets pass: a table that is in trouble must not turn everybody away. */
  async #filled(purse: Purse, priced: Priced): Promise<Purse> {
    const wanted = drawFor(purse, priced);
    if (!wanted) return purse;
    const { budget } = priced;
    try {
      return filled(purse, wanted, { drawn: await this.#counter.add(purse.window, wanted), budget });
    } catch (error) {
      this.#observer.event('budget-not-counted', { window: purse.window.id, why: String(error) });
      this.#observer.count('uncounted');
      return trusted(purse, wanted, budget);
    }
  }

  #wasTold({ window }: Purse): boolean {
    const known = this.#told.has(window.id);
    if (this.#told.size >= PURSES) this.#told.clear();
    this.#told.add(window.id);
    return known;
  }
}

/** What a request costs before its body is read: itself, and the bytes of a message or of what no route would read. */
export function costOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2, isMessage: boolean): Amounts {
  const bytes = isBase64Encoded ? Math.floor((body.length * 3) / 4) : body.length;
  return { requests: 1, bytes: isMessage || bytes > LIMITS.jsonBytes ? bytes : 0 };
}

function headersOf(purse: Purse, budget: Amounts, seconds: number): Readonly<Record<string, string>> {
  const left = leftOf(purse, budget);
  const window = `w=${LIMITS.budget.windowSeconds}`;
  return {
    'ratelimit-policy': `"requests";q=${budget.requests};${window}, "bytes";q=${budget.bytes};qu="content-bytes";${window}`,
    ratelimit: `"requests";r=${left.requests};t=${seconds}, "bytes";r=${left.bytes};t=${seconds}`,
  };
}
