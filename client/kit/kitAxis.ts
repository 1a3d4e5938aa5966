import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTE_NAMES, ROUTES } from '../../core/contract/routes.ts';
import { retryAfterMs } from '../retryPolicy.ts';
import type { KitReply, KitRequest, KitRoute, Mischief } from './behaviour.ts';
import { type KitDocument, sha256Of } from './kitDocuments.ts';
import type { KitReceipts } from './kitReceipts.ts';
import { faultReply, json, readJson, refusalReply } from './kitReply.ts';
import { type KitTokenOptions, KitTokens } from './kitTokens.ts';
import { KitTruth } from './kitTruth.ts';
import { sendBy } from './kitWire.ts';
import type { Exchange } from './observation.ts';

/** Longest request that is read. */
const REQUEST_BYTES = 64 * 1024 * 1024;

export interface KitAxisOptions extends Pick<KitTokenOptions, 'profile' | 'axis'> {
  readonly receipts: KitReceipts;
  readonly offers: readonly KitDocument[];
  readonly mischief: readonly Mischief[];
  readonly clockAheadMs: number;
  readonly firstTokenIsOver: boolean;
  /** Milliseconds of silence where an answer should come. */
  readonly silenceMs: number;
}

/** An axis on this machine that misbehaves in one way, and the store to which its links lead, on a port of its own. */
export class KitAxis {
  readonly #options: KitAxisOptions;
  readonly #tokens: KitTokens;
  readonly #servers: readonly Server[];
  readonly #calls = new Map<Mischief, number>();
  readonly #begun = performance.now();
  readonly exchanges: Exchange[] = [];
  readonly truth: KitTruth;

  private constructor(options: KitAxisOptions) {
    this.#options = options;
    const now = () => Date.now() + options.clockAheadMs;
    const { profile, axis, receipts, offers, firstTokenIsOver } = options;
    this.#tokens = new KitTokens({ profile, axis, now, firstIsOver: firstTokenIsOver });
    this.truth = new KitTruth({ axis, system: profile.system, receipts, offers, now, storeUrl: () => this.#urlOf(1) });
    this.#servers = [axisRoute, storeRoute].map((route) =>
      createServer((request, response) => {
        // Whoever hangs up in the middle does what some behaviours are about.
        this.#serve(request, response, route).catch(() => response.destroy());
      }),
    );
  }

  static async start(options: KitAxisOptions): Promise<KitAxis> {
    const kit = new KitAxis(options);
    for (const server of kit.#servers)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', resolve);
      });
    return kit;
  }

  get url(): string {
    return this.#urlOf(0);
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #urlOf(index: number): string {
    const address = this.#servers[index]?.address() as AddressInfo | undefined;
    return `http://127.0.0.1:${address?.port ?? 0}`;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse, routeOf: typeof axisRoute): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://kit');
    const { route, path } = routeOf(incoming.method ?? '', url.pathname);
    const body = await readBody(incoming);
    // Who acknowledges by asking for more acknowledges, and what is played on acknowledgements is played on that.
    const acknowledges = route === 'receive' && readJson(body).acknowledge !== undefined;
    const { authorization } = incoming.headers;
    const exchange: Exchange = {
      route: acknowledges ? 'acknowledge' : route,
      token: /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? authorization,
      sha256: sha256Of(body),
      bytes: body.length,
      at: this.#now(),
      spoilt: false,
      status: undefined,
      abandoned: false,
      taken: 0,
      retryAfterMs: undefined,
      answeredAt: Number.NaN,
    };
    this.exchanges.push(exchange);
    const request = { path, query: url.searchParams, headers: incoming.headers, body };
    const { reply, mischief } = this.#decide(route === undefined ? undefined : { ...request, route }, exchange);
    exchange.retryAfterMs = retryAfterMs(reply.headers['retry-after'] ?? null, Date.now());
    exchange.answeredAt = this.#now();
    const { silenceMs } = this.#options;
    await sendBy(mischief?.wire, reply, { request: incoming, response, exchange, silenceMs });
  }

  #decide(request: KitRequest | undefined, exchange: Exchange) {
    if (request === undefined) return { reply: refusalReply('route-not-found', { method: 'this', path: 'path' }) };
    const refusal = needsToken(request.route) ? this.#tokens.refusalOf(exchange.token) : undefined;
    if (refusal) {
      exchange.spoilt = refusal.code === 'token-expired';
      return { reply: refusalReply(refusal.code, refusal.parameters) };
    }
    const mischief = this.#mischiefOn(exchange.route);
    exchange.spoilt = mischief !== undefined;
    const truth = mischief?.takesEffect === false ? faultReply(503) : this.#truthOf(request);
    mischief?.also?.(this.truth);
    return { reply: mischief?.answer?.(truth, this.truth) ?? truth, mischief };
  }

  #truthOf(request: KitRequest): KitReply {
    if (request.route === 'bytes') return this.#bytes(request);
    if (request.route === 'stranger') return json(200, {});
    return this.truth.handle(request);
  }

  /** As the store does: ranges, and no second authorisation beside that of the link. */
  #bytes({ path, headers }: KitRequest): KitReply {
    const bytes = this.truth.inbox.bytesOf(path[0] ?? '');
    if (headers.authorization !== undefined) return json(400, { code: 'InvalidArgument' });
    if (bytes === undefined) return json(403, { code: 'AccessDenied' });
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(String(headers.range ?? '')) ?? [];
    const plain = { 'content-type': 'application/edxml', 'accept-ranges': 'bytes' };
    if (from === undefined) return { status: 200, headers: plain, body: bytes };
    const last = to ? Math.min(Number(to), bytes.length - 1) : bytes.length - 1;
    const range = { 'content-range': `bytes ${from}-${last}/${bytes.length}` };
    return { status: 206, headers: { ...plain, ...range }, body: bytes.subarray(Number(from), last + 1) };
  }

  #mischiefOn(route: KitRoute | undefined): Mischief | undefined {
    for (const mischief of this.#options.mischief) {
      const calls = this.#calls.get(mischief) ?? 0;
      if (mischief.on !== route || calls >= (mischief.times ?? Number.POSITIVE_INFINITY)) continue;
      this.#calls.set(mischief, calls + 1);
      return mischief;
    }
    return undefined;
  }

  #now(): number {
    return performance.now() - this.#begun;
  }
}

interface Routed {
  readonly route: KitRoute | undefined;
  readonly path: readonly string[];
}

const PATTERNS = ROUTE_NAMES.filter((name) => ROUTES[name].caller !== 'operator').map((name) => ({
  name,
  method: ROUTES[name].method,
  pattern: new RegExp(`^${ROUTES[name].path.replaceAll(/\{\w+\}/g, '([^/]+)')}/?$`),
}));

function axisRoute(method: string, path: string): Routed {
  for (const { name, method: wanted, pattern } of PATTERNS) {
    const found = method === wanted ? pattern.exec(path) : null;
    if (found) return { route: name, path: found.slice(1) };
  }
  return { route: undefined, path: [] };
}

function storeRoute(method: string, path: string): Routed {
  if (method === 'GET' && path.startsWith('/content/')) return { route: 'bytes', path: [path] };
  if (method === 'PUT' && path.startsWith('/put/')) return { route: 'put', path: [path.slice('/put/'.length)] };
  return { route: 'stranger', path: [] };
}

const needsToken = (route: KitRoute): boolean =>
  route !== 'bytes' && route !== 'put' && route !== 'stranger' && ROUTES[route].caller === 'system';

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > REQUEST_BYTES) throw new RangeError('a request without end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
