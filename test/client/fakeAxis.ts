import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxisClient, type AxisClientOptions } from '../../client/axisClient.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Cut the connection after this many bytes of the body. */
  readonly cutAfter?: number;
  /** Send nothing more after this many bytes of the body, and keep the connection. */
  readonly stallAfter?: number;
}

export interface FakeAxis {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Answers of the next requests, in order; the last one stays. */
  script(...answers: readonly (FakeAnswer | ((request: SeenRequest) => FakeAnswer))[]): void;
  stop(): Promise<void>;
}

/** A server that answers what it is told to and remembers what it was asked. */
export async function startFakeAxis(): Promise<FakeAxis> {
  const seen: SeenRequest[] = [];
  let answers: (FakeAnswer | ((request: SeenRequest) => FakeAnswer))[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    seen.push(asked);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    const answer = (typeof next === 'function' ? next(asked) : next) ?? { status: 500 };
    const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(JSON.stringify(answer.body ?? {}));
    response.writeHead(answer.status ?? 200, { 'content-length': body.length, ...answer.headers });
    if (answer.stallAfter !== undefined) response.write(body.subarray(0, answer.stallAfter));
    else if (answer.cutAfter === undefined) response.end(body);
    else response.write(body.subarray(0, answer.cutAfter), () => setImmediate(() => response.destroy()));
  };
  const server = createServer((request, response) => {
    // A client that hangs up in the middle is what some tests do.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    script: (...next) => {
      answers = [...next];
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const PRIVATE_KEY = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  kid: 'key-1',
};

/** A client whose pauses take no time and are remembered. */
export function clientOf(axis: Pick<FakeAxis, 'url'>, options: Partial<AxisClientOptions> = {}) {
  const pauses: number[] = [];
  const client = new AxisClient({
    url: axis.url,
    audience: 'axis-test',
    system: 'test-system',
    key: PRIVATE_KEY,
    random: () => 1,
    pause: async (ms) => {
      pauses.push(ms);
    },
    ...options,
  });
  return { client, pauses };
}

export const HEALTH = {
  status: 'ok',
  axis: 'axis-test',
  stage: 'local',
  version: '1',
  now: '2026-11-21T00:00:00.000Z',
};

export const problem = (code: string, status: number, more: Readonly<Record<string, unknown>> = {}): FakeAnswer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: {
    type: `urn:docaxis:refusal:${code}`,
    title: 'Title',
    status,
    detail: 'English detail',
    instance: 'correlation-1',
    code,
    retryable: false,
    whoMustAct: 'sender',
    vi: { title: 'Tiêu đề', detail: 'Chi tiết tiếng Việt' },
    ...more,
  },
});
