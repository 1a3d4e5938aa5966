import { AwsV4Signer } from 'aws4fetch';
import { BearerTokens } from '../../client/bearerTokens.ts';
import { type OperatorRole, ROUTES, type Route, type RouteName } from '../../core/contract/routes.ts';
import type { Call } from '../../scripts/contract/calls.ts';
import type { WorldSystemName } from '../../world/places.ts';
import type { TestAxis } from '../kit/testAxis.ts';

/** What a call is made of; `bytes` instead of `body` where it is no JSON. */
export type Asked = Pick<Call, 'path' | 'query' | 'headers' | 'body'> & {
  readonly as?: WorldSystemName;
  readonly bytes?: Buffer;
};

interface Made {
  readonly route: RouteName;
  readonly call: Call;
}

/** Calls routes of the axis by plain HTTP, each as who may, and keeps every call with its answer. */
export class Caller {
  readonly made: Made[] = [];
  /** `ETag` of the last answer that had one. */
  etag = '';
  readonly #town: TestAxis;

  constructor(town: TestAxis) {
    this.#town = town;
  }

  /** @returns the answer's JSON; `undefined` where there is none. */
  async call(name: RouteName, asked: Asked = {}): Promise<Record<string, unknown>> {
    const { path, query, headers, body } = asked;
    const shown = { path, query, headers, body };
    const response = await this.#send(name, asked);
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    const { status } = response;
    this.etag = response.headers.get('etag') ?? this.etag;
    this.made.push({ route: name, call: definedOf({ ...shown, status, answer }) as Call });
    return (answer ?? {}) as Record<string, unknown>;
  }

  async #send(name: RouteName, { as, path, query, headers, body, bytes }: Asked): Promise<Response> {
    const route: Route = ROUTES[name];
    const filled = route.path.replaceAll(/\{(\w+)\+?\}/g, (_, part: string) => encodeURIComponent(path?.[part] ?? ''));
    const url = new URL(filled, this.#town.facts.url);
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
    const type = bytes ? 'application/edxml' : 'application/json';
    const content = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
    const sent = { ...(content === undefined ? {} : { 'content-type': type }), ...headers };
    const request = { method: route.method, url: url.href, headers: sent, body: content ?? null };
    if (route.caller === 'operator') return this.#signed(request, route.roles?.[0] ?? 'viewer');
    const authorization = route.caller === 'system' ? await this.#token(as ?? 'trung-tam-mau') : undefined;
    return fetch(url, {
      ...request,
      headers: { ...sent, ...(authorization ? { authorization } : {}) },
      body: content === undefined ? null : new Uint8Array(Buffer.from(content)),
      redirect: 'manual',
    });
  }

  async #token(system: WorldSystemName): Promise<string> {
    const key = this.#town.world.systems.find(({ systemId }) => systemId === system)?.key;
    if (!key) throw new RangeError(`the sample world has no system ${system}`);
    const now = () => this.#town.axis.clock.now();
    return `Bearer ${await new BearerTokens({ audience: this.#town.facts.axis, system, key, now }).token()}`;
  }

  async #signed(
    { method, url, headers, body }: { method: string; url: string; headers: Record<string, string>; body: unknown },
    role: OperatorRole,
  ): Promise<Response> {
    const { region, operators } = this.#town.facts;
    const datetime = new Date(this.#town.axis.clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    const { accessKeyId, secretAccessKey, sessionToken } = operators[role];
    const session = sessionToken === undefined ? {} : { sessionToken };
    const signer = new AwsV4Signer({
      method,
      url,
      headers,
      body: typeof body === 'string' ? body : null,
      accessKeyId,
      secretAccessKey,
      ...session,
      service: 'execute-api',
      region,
      datetime,
    });
    const signed = await signer.sign();
    return fetch(signed.url, {
      method: signed.method,
      headers: signed.headers,
      body: signed.body ?? null,
      redirect: 'manual',
    });
  }
}

/** JSON knows no `undefined`: what is absent is not written. */
const definedOf = (members: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
