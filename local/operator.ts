import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod/mini';
import { ANSWERS, type AnswerOf, PROBLEM } from '../core/contract/answers.ts';
import { type OperatorRole, ROUTES, type Route, type RouteName } from '../core/contract/routes.ts';
import type { Credentials } from './contract/principal.ts';

/** The axis turned an operator's call down. */
export class OperatorRefusal extends Error {
  override readonly name = 'OperatorRefusal';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, detail: string) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}

export interface OperatorOptions {
  readonly url: string;
  readonly region: string;
  readonly credentials: Readonly<Record<OperatorRole, Credentials>>;
  /** Axis time: signatures are judged by it. */
  readonly now: () => number;
}

export interface OperatorCall {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const ATTEMPTS = 5;
const PAUSE_MS = 200;

// Written as a mapped type, so that the compiler ties a route to its own answer.
const SCHEMAS: { readonly [R in RouteName]: z.ZodMiniType<AnswerOf<R>> } = ANSWERS;

/** Calls the admin API with AWS IAM (Signature Version 4), each route in the first role that may. */
export class Operator {
  readonly #options: OperatorOptions;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** @throws OperatorRefusal when the axis says no, also after repeats where a repeat could help. */
  async call<R extends RouteName>(name: R, call: OperatorCall = {}): Promise<AnswerOf<R>> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#send(ROUTES[name], call);
      const json: unknown = await response.json().catch(() => undefined);
      if (response.ok) return z.parse(SCHEMAS[name], json);
      const problem = PROBLEM.safeParse(json);
      const retryable = problem.success ? problem.data.retryable : response.status >= 500;
      if (!retryable || attempt === ATTEMPTS) throw refusalOf(name, response.status, problem);
      await sleep(PAUSE_MS * attempt);
    }
  }

  async #send(route: Route, call: OperatorCall): Promise<Response> {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(call.path?.[part] ?? ''));
    const role = route.roles?.[0] ?? 'viewer';
    const address = new URL(path, this.#options.url);
    for (const [name, value] of Object.entries(call.query ?? {})) address.searchParams.set(name, value);
    const { accessKeyId, secretAccessKey, sessionToken } = this.#options.credentials[role];
    const signer = new AwsV4Signer({
      method: route.method,
      url: address.href,
      headers: { 'content-type': 'application/json' },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      service: 'execute-api',
      region: this.#options.region,
      datetime: new Date(this.#options.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    });
    const { method, url, headers, body } = await signer.sign();
    return fetch(url, { method, headers, body: body ?? null });
  }
}

function refusalOf(name: RouteName, status: number, problem: z.core.util.SafeParseResult<z.infer<typeof PROBLEM>>) {
  if (!problem.success) return new OperatorRefusal('fault', status, `${name} failed with status ${status}`);
  return new OperatorRefusal(problem.data.code, status, `${name}: ${problem.data.detail}`);
}
