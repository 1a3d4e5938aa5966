import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authentication, SignedRequest } from '../contract/cloud.ts';
import type { Principal } from '../contract/principal.ts';
import { FunctionError } from './functionError.ts';
import { type GatewayRequest, httpEvent, readHeaders } from './httpEvent.ts';
import { type GatewayAnswer, type GatewayReply, gatewayReplies, replyOf } from './httpReply.ts';
import { type LambdaFunction, newTraceId } from './lambdaFunction.ts';
import { PortTaken } from './portTaken.ts';
import type { RouteMatch, RouteTable } from './routeTable.ts';

/** Where a route leads. */
export interface RouteTarget {
  readonly function: LambdaFunction;
  readonly authorization: 'NONE' | 'AWS_IAM';
  /** Real milliseconds that the integration may take; at most 30,000. */
  readonly timeoutMs: number;
  /** Whether the function's resource policy lets this API invoke it. */
  readonly permitted: boolean;
}

/** What an HTTP API needs from its surroundings. */
export interface GatewaySetting {
  readonly apiId: string;
  readonly region: string;
  readonly account: string;
  readonly routes: RouteTable<RouteTarget>;
  now(): number;
  authenticate(request: SignedRequest): Authentication;
  allows(principal: Principal, action: string, resource: string): boolean;
  /** Called for every request on a route with IAM authorization. */
  onJudged(call: { principal: string; resource: string; status: number; bytesIn: number }): void;
  /** Something the operator of the local axis should read. */
  warn(line: string): void;
  /** Told every answer before it goes out, the gateway's own included. */
  onAnswer?(answer: GatewayAnswer): void;
}

/** API Gateway quotas for HTTP APIs: payload, and request line with headers, in bytes. */
const bodyLimit = 10 * 1024 * 1024;
const headerLimit = 10_240;
/** How long the rest of a refused body is read, in milliseconds. */
const drainMs = 2_000;

/** One HTTP API on a port of 127.0.0.1. It answers 503 until {@link HttpGateway.open} gives it its routes. */
export class HttpGateway {
  readonly #server: Server;
  #setting: GatewaySetting | undefined;

  private constructor() {
    // Node's own limit lies above the gateway's, so that the gateway's is the one that answers
    this.#server = createServer(
      { maxHeaderSize: 64 * 1024 },
      (message, response) => void this.#serve(message, response),
    );
  }

  /** @throws PortTaken if somebody listens on the port already. Port 0: the system chooses. */
  static async listen(port: number): Promise<HttpGateway> {
    const gateway = new HttpGateway();
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
      );
      gateway.#server.listen(port, '127.0.0.1', resolve);
    });
    return gateway;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  open(setting: GatewaySetting): void {
    this.#setting = setting;
  }

  /** Takes no more requests and waits up to `graceMs` for the running ones. */
  async stop(graceMs: number): Promise<void> {
    this.#setting = undefined;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = `${randomBytes(11).toString('base64url')}=`;
    const answered = await this.#answer(message, requestId).catch((error: unknown) => {
      if (!message.destroyed)
        this.#setting?.warn(`the gateway failed: ${error instanceof Error ? error.stack : String(error)}`);
      return { reply: gatewayReplies.failed };
    });
    this.#setting?.onAnswer?.({ method: message.method ?? '', ...answered });
    const { reply } = answered;
    if (response.destroyed) return;
    const length = { 'content-length': String(reply.body.length) };
    const headers = { date: new Date().toUTCString(), ...reply.headers, ...length, 'apigw-requestid': requestId };
    // a body that was not read to its end would be taken for the next request
    if (!message.complete) response.setHeader('connection', 'close');
    response.writeHead(
      reply.status,
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerValue(value)])),
    );
    if (message.method !== 'HEAD') response.write(reply.body);
    if (!message.complete) await drain(message);
    response.end();
  }

  async #answer(message: IncomingMessage, requestId: string): Promise<Omit<GatewayAnswer, 'method'>> {
    const setting = this.#setting;
    if (setting === undefined) return { reply: gatewayReplies.unavailable };
    if (headerSize(message) > headerLimit) return { reply: gatewayReplies.headersTooLarge };
    const body = await readBody(message);
    if (body === undefined) return { reply: gatewayReplies.bodyTooLarge };
    const request = requestOf(message, body);
    if (request === undefined) return { reply: gatewayReplies.badRequest };
    const match = setting.routes.match(request.method, request.path);
    if (match === undefined) return { reply: gatewayReplies.notFound };
    const reply = await this.#lead(setting, { message, request, match, requestId });
    return { routeKey: match.key, reply };
  }

  /** Hands a request to the function of its route, if its caller may. */
  async #lead(setting: GatewaySetting, { message, request, match, requestId }: Led): Promise<GatewayReply> {
    const caller = match.target.authorization === 'AWS_IAM' ? this.#judge(setting, { message, request }) : undefined;
    if (match.target.authorization === 'AWS_IAM' && caller === undefined) return gatewayReplies.forbidden;
    if (!match.target.permitted) {
      setting.warn(
        `route ${match.key}: the function ${match.target.function.definition.name} does not permit this API to invoke it`,
      );
      return gatewayReplies.failed;
    }
    return this.#integrate(setting, { request, match, requestId, ...(caller === undefined ? {} : { caller }) });
  }

  /** IAM authorization: who signed, and may they `execute-api:Invoke` this method and path? */
  #judge(
    setting: GatewaySetting,
    { message, request }: { message: IncomingMessage; request: GatewayRequest },
  ): Caller | undefined {
    const [path = '/'] = (message.url ?? '/').split('?');
    const signed = {
      method: request.method,
      path,
      query: request.query,
      headers: { ...request.headers },
      body: request.body,
    };
    const verdict = setting.authenticate({ ...signed, service: 'execute-api' });
    const resource = `arn:aws:execute-api:${setting.region}:${setting.account}:${setting.apiId}/$default/${request.method}${request.path}`;
    const allowed = verdict.ok && setting.allows(verdict.principal, 'execute-api:Invoke', resource);
    const principal = verdict.ok ? verdict.principal.name : 'anonymous';
    setting.onJudged({ principal, resource, status: allowed ? 200 : 403, bytesIn: request.body.length });
    if (!verdict.ok || !allowed) return undefined;
    const accessKeyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return { principal: verdict.principal, accessKeyId };
  }

  async #integrate(setting: GatewaySetting, work: Integration): Promise<GatewayReply> {
    const { target, key, parameters } = work.match;
    const at = setting.now();
    const traceId = newTraceId(at);
    const event = httpEvent(work.request, {
      account: setting.account,
      apiId: setting.apiId,
      routeKey: key,
      parameters,
      requestId: work.requestId,
      traceId,
      at,
      ...(work.caller === undefined ? {} : { caller: work.caller }),
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<GatewayReply>((resolve) => {
      timer = setTimeout(() => resolve(gatewayReplies.unavailable), target.timeoutMs);
    });
    const result = target.function.invoke(event, { requestId: randomUUID(), traceId }).then(replyOf, failureReply);
    return Promise.race([result, late]).finally(() => clearTimeout(timer));
  }
}

type Caller = { readonly principal: Principal; readonly accessKeyId: string };

interface Led {
  readonly message: IncomingMessage;
  readonly request: GatewayRequest;
  readonly match: RouteMatch<RouteTarget>;
  readonly requestId: string;
}

interface Integration extends Omit<Led, 'message'> {
  readonly caller?: Caller;
}

function failureReply(error: unknown): GatewayReply {
  if (!(error instanceof FunctionError)) throw error;
  if (error.failure === 'too-large') return gatewayReplies.payloadTooLarge;
  return error.failure === 'throttled' ? gatewayReplies.unavailable : gatewayReplies.failed;
}

/** Request line, header names and values, without separators. */
function headerSize(message: IncomingMessage): number {
  const line = Buffer.byteLength(`${message.method} ${message.url} HTTP/${message.httpVersion}`);
  return message.rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part), line);
}

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(message.headers['content-length'] ?? 0) > bodyLimit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > bodyLimit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Lets a client that is still sending read its refusal: closing at once would reset its connection. Bounded by time. */
async function drain(message: IncomingMessage): Promise<void> {
  const ended = new Promise<void>((resolve) => message.once('close', resolve).once('end', resolve).resume());
  const timer = setTimeout(() => message.destroy(), drainMs);
  await ended;
  clearTimeout(timer);
}

/** HTTP APIs decode the path before matching, and an encoded question mark ends it. A path that is not valid UTF-8 has no meaning. */
function requestOf(message: IncomingMessage, body: Buffer): GatewayRequest | undefined {
  const [, encodedPath, query = ''] = /^(\/[^?]*)(?:\?(.*))?$/s.exec(message.url ?? '') ?? [];
  if (encodedPath === undefined) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(encodedPath).split('?')[0] ?? '/';
  } catch {
    return undefined;
  }
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  return {
    method: message.method ?? 'GET',
    path,
    query,
    ...readHeaders(message),
    body,
    sourceIp,
    protocol: `HTTP/${message.httpVersion}`,
  };
}

function headerValue(value: string | readonly string[]): string | string[] {
  return typeof value === 'string' ? value : [...value];
}
