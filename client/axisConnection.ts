import * as z from 'zod/mini';
import { ANSWERS, type AnswerOf, PROBLEM } from '../core/contract/answers.ts';
import { REFUSALS, type RefusalCode } from '../core/contract/refusals.ts';
import { ROUTES, type RouteName } from '../core/contract/routes.ts';
import { AxisFault } from './axisFault.ts';
import { AxisRefusal, type Language } from './axisRefusal.ts';
import type { BearerTokens } from './bearerTokens.ts';
import { readBounded } from './boundedBody.ts';
import { pauseAfter, type RetryPolicy, retryAfterMs } from './retryPolicy.ts';

/** More than API Gateway passes on for a Lambda function (6 MB). */
const ANSWER_BYTES = 8 * 1024 * 1024;
/** More than the 30 s that API Gateway waits for a function. */
export const USUAL_ANSWER_MS = 35_000;
// Written as a mapped type, so that the compiler ties a route to its own answer.
const SCHEMAS: { readonly [R in RouteName]: z.ZodMiniType<AnswerOf<R>> } = ANSWERS;

/** One call of a route of the contract. */
export interface RouteCall {
  /** Values of the path's `{parameters}`. */
  readonly path?: Readonly<Record<string, string>>;
  /** Undefined members are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> | string };
  /** How long the axis was asked to wait with its answer, in milliseconds. */
  readonly waitMs?: number;
}

export interface AxisConnectionOptions {
  readonly url: URL;
  readonly tokens: Pick<BearerTokens, 'token' | 'followClock' | 'renew'>;
  /**
   * Date tokens by the axis's own clock when it finds one out of date. Only for an axis on this machine, whose clock can be moved:
   * elsewhere whoever answers could collect tokens for a later day.
   */
  readonly followsClock: boolean;
  readonly fetch: typeof globalThis.fetch;
  readonly language: Language;
  readonly retry: RetryPolicy;
  /** Longest wait for an answer, in milliseconds. */
  readonly answerMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

type Attempt =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly error: AxisRefusal | AxisFault; readonly again: boolean; readonly afterMs?: number };

/** Speaks HTTP with one axis: addresses, tokens, time limits, repeats and the reading of answers. */
export class AxisConnection {
  readonly #options: AxisConnectionOptions;

  constructor(options: AxisConnectionOptions) {
    this.#options = options;
  }

  /**
   * Calls a route until it answers, is refused for good, or the attempts are used up.
   *
   * @throws AxisRefusal when the axis says no; AxisFault when no usable answer came.
   */
  async call<R extends RouteName>(route: R, call: RouteCall = {}): Promise<AnswerOf<R>> {
    const address = this.#address(route, call);
    let mayRenew = true;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(route, call, address);
      if (outcome.ok) return readAnswer(route, outcome.answer);
      if (mayRenew && isCode(outcome.error, 'token-expired')) {
        mayRenew = false;
        // A clock that was set back makes an old token look fresh.
        if (this.#options.followsClock) await this.#followClock();
        else this.#options.tokens.renew();
        continue;
      }
      const { retry, random } = this.#options;
      const pause = outcome.again ? pauseAfter(attempt, retry, { retryAfterMs: outcome.afterMs, random }) : undefined;
      if (pause === undefined) throw outcome.error;
      await this.#options.pause(pause);
    }
  }

  async #followClock(): Promise<void> {
    const { now } = await this.call('health');
    const axisNow = Date.parse(now);
    if (!Number.isNaN(axisNow)) this.#options.tokens.followClock(axisNow);
  }

  async #attempt(route: RouteName, call: RouteCall, address: URL): Promise<Attempt> {
    const request = await this.#request(route, call);
    try {
      const response = await this.#options.fetch(address, request);
      const text = (await readBounded(response, ANSWER_BYTES)).toString('utf8');
      return this.#judge(route, response, text);
    } catch (cause) {
      // The cause names the connection's failure; the request with its token is no part of it.
      const error = new AxisFault('unreachable', `${label(route)}: the axis did not answer (${reasonOf(cause)})`, {
        cause,
      });
      return { ok: false, error, again: true };
    }
  }

  async #request(route: RouteName, call: RouteCall): Promise<RequestInit> {
    const { method, caller } = ROUTES[route];
    const headers = new Headers({
      accept: 'application/json',
      'accept-language': this.#options.language,
      ...call.headers,
    });
    if (caller === 'system') headers.set('authorization', `Bearer ${await this.#options.tokens.token()}`);
    if (call.body) headers.set('content-type', call.body.type);
    // A redirect would carry the token to another host.
    const redirect = 'manual';
    const signal = AbortSignal.timeout(this.#options.answerMs + (call.waitMs ?? 0));
    return { method, headers, redirect, body: call.body?.bytes ?? null, signal };
  }

  #address(route: RouteName, call: RouteCall): URL {
    const path = ROUTES[route].path.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => {
      const value = call.path?.[name];
      if (!value || value === '.' || value === '..') throw new TypeError(`${label(route)} needs ${name}`);
      return encodeURIComponent(value);
    });
    const url = new URL(`${this.#options.url.pathname.replace(/\/$/, '')}${path}`, this.#options.url);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  #judge(route: RouteName, response: Response, text: string): Attempt {
    const json = parseJson(text);
    if (response.ok && json !== undefined) return { ok: true, answer: json };
    const afterMs = retryAfterMs(response.headers.get('retry-after'), this.#options.now());
    const failure = this.#failure(route, response.status, json);
    const again =
      failure instanceof AxisRefusal ? failure.retryable : response.status >= 500 || response.status === 429;
    return { ok: false, error: failure, again, ...(afterMs === undefined ? {} : { afterMs }) };
  }

  #failure(route: RouteName, status: number, json: unknown): AxisRefusal | AxisFault {
    const problem = z.safeParse(PROBLEM, json);
    if (problem.success && (status < 500 || problem.data.code in REFUSALS)) {
      return new AxisRefusal(problem.data, this.#options.language);
    }
    const instance = problem.success ? problem.data.instance : undefined;
    const failed = status >= 500 || status === 429;
    const words = failed ? `the axis failed with status ${status}` : `answer outside the contract, status ${status}`;
    return new AxisFault(failed ? 'fault' : 'unexpected', `${label(route)}: ${words}`, { status, instance });
  }
}

function readAnswer<R extends RouteName>(route: R, json: unknown): AnswerOf<R> {
  const answer = SCHEMAS[route].safeParse(json);
  if (answer.success) return answer.data;
  throw new AxisFault('unexpected', `${label(route)}: answer outside the contract`, { cause: answer.error });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isCode = (error: Error, code: RefusalCode): boolean => error instanceof AxisRefusal && error.code === code;

const label = (route: RouteName): string => `${ROUTES[route].method} ${ROUTES[route].path}`;

/** The innermost reason of a failed connection, e.g. `ECONNREFUSED`; fetch itself only says "fetch failed". */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  if (cause.cause instanceof Error) return reasonOf(cause.cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
