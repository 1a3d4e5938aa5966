import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { fates, type InterferenceRule, type RecordedCall } from './callBook.ts';
import type { LogLine } from './logBook.ts';

/** What the control server acts on. */
export interface ControlTarget {
  readonly token: string;
  now(): number;
  advance(ms: number): void;
  set(ms: number): void;
  calls(since: number): { calls: readonly RecordedCall[]; counts: Readonly<Record<string, number>>; total: number };
  fire(name: string): Promise<unknown>;
  interfere(rules: readonly InterferenceRule[]): void;
  logs(filter: { function?: string; since?: number }): readonly LogLine[];
  resources(): unknown;
  stop(): void;
}

const rule = z.strictObject({
  service: z.string().optional(),
  operation: z.string().optional(),
  principal: z.string().optional(),
  resource: z.string().optional(),
  nth: z.int().min(1).optional(),
  fate: z.enum(fates),
  ms: z.number().min(0).max(60_000).optional(),
});
const clockChange = z.union([
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ set: z.union([z.number(), z.iso.datetime().transform((text) => Date.parse(text))]) }),
]);
const interference = z.strictObject({ rules: z.array(rule).max(100) });
const bodyLimit = 65_536;

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

/**
 * Steers a running local axis: loopback only, and only for who can read the token in the data folder.
 *
 * GET /clock, POST /clock {advanceMs} or {set} (milliseconds or ISO 8601), GET /calls?since=n, POST /fire/{schedule},
 * POST /interfere {rules}, GET /logs?function=&since=, GET /resources, POST /stop.
 */
export class ControlServer {
  readonly #server: Server;
  readonly #target: ControlTarget;

  private constructor(target: ControlTarget) {
    this.#target = target;
    this.#server = createServer((message, response) => {
      void this.#answer(message).then(({ status, value }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(message.complete ? {} : { connection: 'close' }),
        });
        response.end(JSON.stringify(value));
      });
    });
  }

  static async listen(target: ControlTarget): Promise<ControlServer> {
    const control = new ControlServer(target);
    await new Promise<void>((resolve, reject) => {
      control.#server.once('error', reject);
      control.#server.listen(0, '127.0.0.1', resolve);
    });
    return control;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    // the answer to POST /stop is still on its way
    const timer = setTimeout(() => this.#server.closeAllConnections(), 500);
    await closed;
    clearTimeout(timer);
  }

  async #answer(message: IncomingMessage): Promise<Answer> {
    try {
      if (!isAuthorized(message.headers.authorization, this.#target.token))
        return refusal(401, 'the bearer token is in control.token of the data folder');
      const url = new URL(message.url ?? '/', 'http://127.0.0.1');
      return await this.#route(`${message.method} ${url.pathname}`, { url, body: await readJson(message) });
    } catch (error) {
      if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof RangeError)
        return refusal(400, error.message);
      return refusal(500, error instanceof Error ? error.message : String(error));
    }
  }

  async #route(key: string, { url, body }: { url: URL; body: unknown }): Promise<Answer> {
    const target = this.#target;
    if (key === 'GET /clock') return ok(clockOf(target));
    if (key === 'POST /clock') {
      const change = clockChange.parse(body);
      if ('set' in change) target.set(change.set);
      else target.advance(change.advanceMs);
      return ok(clockOf(target));
    }
    if (key === 'GET /calls') return ok(target.calls(Number(url.searchParams.get('since') ?? 0)));
    if (key === 'POST /interfere') {
      target.interfere(interference.parse(body).rules.map(definedMembers));
      return ok({});
    }
    if (key === 'GET /logs') return ok({ lines: target.logs(logFilter(url)) });
    if (key === 'GET /resources') return ok(target.resources());
    if (key.startsWith('POST /fire/')) {
      const result = await target.fire(decodeURIComponent(key.slice('POST /fire/'.length)));
      return ok({ result: result ?? null });
    }
    if (key === 'POST /stop') {
      setImmediate(() => target.stop());
      return ok({ stopping: true });
    }
    return refusal(404, `no ${key}`);
  }
}

function ok(value: unknown): Answer {
  return { status: 200, value };
}

function refusal(status: number, message: string): Answer {
  return { status, value: { message } };
}

function clockOf(target: ControlTarget): { now: number; iso: string } {
  const now = target.now();
  return { now, iso: new Date(now).toISOString() };
}

function logFilter(url: URL): { function?: string; since?: number } {
  const name = url.searchParams.get('function');
  const since = url.searchParams.get('since');
  return { ...(name === null ? {} : { function: name }), ...(since === null ? {} : { since: Number(since) }) };
}

function definedMembers(given: z.infer<typeof rule>): InterferenceRule {
  const { fate, ...others } = given;
  const kept = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { fate, ...kept };
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > bodyLimit) throw new RangeError(`a body of more than ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  return size === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
