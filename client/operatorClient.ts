import type { AnswerOf } from '../core/contract/answers.ts';
import { type OperatorRole, ROUTES, type Route, type RouteName } from '../core/contract/routes.ts';
import { AxisConnection, type RouteCall, USUAL_ANSWER_MS } from './axisConnection.ts';
import { AxisFault } from './axisFault.ts';
import type { Language } from './axisRefusal.ts';
import { axisUrl, isLoopback } from './axisUrl.ts';
import { NotAllowed } from './notAllowed.ts';
import type { OperatorCredentials } from './operatorProfile.ts';
import { USUAL_RETRIES } from './retryPolicy.ts';

export interface OperatorClientOptions {
  readonly url: string;
  readonly region: string;
  /** Credentials of one of the operators' roles. */
  readonly credentials: (role: OperatorRole) => OperatorCredentials;
  readonly language: Language;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

/** One call of an operators' route. */
export interface OperatorCall extends Omit<RouteCall, 'body' | 'headers'> {
  readonly body?: object;
}

/** Operators have no bearer tokens: their routes never ask for one. */
const NO_TOKENS = {
  token: () => Promise.reject(new TypeError('an operator signs with AWS IAM')),
  followClock: () => undefined,
  renew: () => undefined,
};

/**
 * Calls the operators' routes with AWS IAM (Signature Version 4), each in the first role that may. The signing library is
 * loaded at the first call: systems never need it.
 */
export class OperatorClient {
  readonly #options: OperatorClientOptions;
  readonly #url: URL;
  #offset: Promise<number> | undefined;

  /** @throws TypeError when the URL is not one that a client may talk to. */
  constructor(options: OperatorClientOptions) {
    this.#options = options;
    this.#url = axisUrl(options.url);
  }

  /** @throws AxisRefusal when the axis says no; NotAllowed when IAM does; AxisFault when no usable answer came. */
  async call<R extends RouteName>(name: R, { body, ...call }: OperatorCall = {}): Promise<AnswerOf<R>> {
    const route: Route = ROUTES[name];
    const role = route.roles?.[0] ?? 'viewer';
    const sent = body === undefined ? {} : { body: { type: 'application/json', bytes: JSON.stringify(body) } };
    try {
      return await this.#connect(this.#signing(role)).call(name, { ...call, ...sent });
    } catch (error) {
      // The gateway's own refusal has no shape of ours.
      if (error instanceof AxisFault && error.status === 403) throw new NotAllowed(role);
      throw error;
    }
  }

  #connect(send: typeof globalThis.fetch): AxisConnection {
    const { language, now, pause } = this.#options;
    const retry = USUAL_RETRIES;
    const shared = { url: this.#url, tokens: NO_TOKENS, followsClock: false, language, retry, now, pause };
    return new AxisConnection({ ...shared, answerMs: USUAL_ANSWER_MS, fetch: send, random: Math.random });
  }

  /** A fetch that signs what it sends. */
  #signing(role: OperatorRole): typeof globalThis.fetch {
    return async (input, init = {}) => {
      const { AwsV4Signer } = await import('aws4fetch');
      const { accessKeyId, secretAccessKey, sessionToken } = this.#options.credentials(role);
      const body = typeof init.body === 'string' ? init.body : null;
      const signer = new AwsV4Signer({
        method: init.method ?? 'GET',
        url: String(input instanceof Request ? input.url : input),
        headers: new Headers(init.headers),
        body,
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        service: 'execute-api',
        region: this.#options.region,
        datetime: new Date(await this.#now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
      });
      const signed = await signer.sign();
      return this.#options.fetch(signed.url, { ...init, headers: signed.headers });
    };
  }

  /** Axis time. Only an axis on this machine has a clock that can be moved; elsewhere one's own is right. */
  async #now(): Promise<number> {
    const { now, fetch } = this.#options;
    if (!isLoopback(this.#url)) return now();
    this.#offset ??= this.#connect(fetch)
      .call('health')
      .then((health) => Date.parse(health.now) - now());
    return now() + (await this.#offset);
  }
}
