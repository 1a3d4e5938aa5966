/** How often and how patiently a call is repeated. Every request of the axis may be repeated safely. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** Longest first pause, in milliseconds; doubles with every attempt. */
  readonly baseMs: number;
  /** Longest pause of our own, in milliseconds. */
  readonly capMs: number;
  /** Longest `Retry-After` that is waited for, in milliseconds; a longer one is left to the caller. */
  readonly patienceMs: number;
}

export const USUAL_RETRIES: RetryPolicy = { attempts: 5, baseMs: 200, capMs: 5000, patienceMs: 60_000 };

/**
 * Pause before the next attempt, in milliseconds, or undefined to give up. Without a wish of the server it is random up to an
 * exponentially growing bound, so that many clients that failed together do not come back together; a wish is kept exactly.
 */
export function pauseAfter(
  attempt: number,
  policy: RetryPolicy,
  said: { readonly retryAfterMs: number | undefined; readonly random: () => number },
): number | undefined {
  if (attempt >= policy.attempts) return undefined;
  if (said.retryAfterMs !== undefined) return said.retryAfterMs <= policy.patienceMs ? said.retryAfterMs : undefined;
  return said.random() * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1));
}

/** Milliseconds that a `Retry-After` header asks for, seconds or HTTP date (RFC 9110 section 10.2.3); undefined if unreadable. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = /GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
