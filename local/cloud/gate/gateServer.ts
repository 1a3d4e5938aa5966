import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { CloudOptions } from '../../contract/cloud.ts';
import type { CloudCall, Interference, PendingCall } from '../../contract/cloudCall.ts';
import { isAllowed, type NeededGrant } from '../iam/evaluate.ts';
import { authenticate, type Caller, type SignatureFault } from './authenticate.ts';
import type { CredentialRegistry } from './credentialRegistry.ts';
import type { Answer, GatedService, GateRequest, Operation } from './service.ts';
import { gateError, ServiceError } from './serviceError.ts';

/** A service that listens. */
export interface GateServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  stop(): Promise<void>;
}

/** What every gate of one cloud shares. */
export interface GateContext {
  readonly options: CloudOptions;
  readonly registry: CredentialRegistry;
  readonly onFault: (where: string, error: unknown) => void;
}

/** What is known of a call so far; the record of calls is made of it, however far the call came. */
interface Progress {
  caller?: Caller;
  operation?: Operation;
  bytesIn: number;
  cut: boolean;
}

// Longer than clients keep idle connections, so that no request meets a closing one.
const KEEP_ALIVE_MS = 65_000;
const HEADER_BYTES = 32_768;

/** Puts a service behind the gate on 127.0.0.1: every request is authenticated, authorised, interfered with, recorded. */
export async function startGate(service: GatedService, context: GateContext, port: number): Promise<GateServer> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: HEADER_BYTES },
    (incoming, outgoing) => {
      void answerOne({ service, context, incoming, outgoing });
    },
  );
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${portOf(server)}`, stop: () => close(server) };
}

interface Exchange {
  readonly service: GatedService;
  readonly context: GateContext;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

async function answerOne(exchange: Exchange): Promise<void> {
  const { service, context, incoming, outgoing } = exchange;
  const progress: Progress = { bytesIn: 0, cut: false };
  let request: GateRequest | undefined;
  let answer: Answer;
  incoming.on('data', (chunk: Buffer) => {
    progress.bytesIn += chunk.length;
  });
  incoming.pause();
  incoming.on('error', () => {});
  try {
    request = requestWithout(incoming);
    request = { ...request, body: await readBody(exchange) };
    answer = await carryOut(exchange, request, progress);
  } catch (error) {
    answer = service.refusal(asServiceError(exchange, error), request ?? requestWithout(incoming));
  }
  // Recorded before the caller can see the answer, so that whoever awaited a call finds it in the record.
  context.options.onCall?.(recordOf(exchange, progress, answer));
  await write(exchange, answer, progress).catch(() => outgoing.destroy());
  if (!incoming.complete) incoming.resume();
}

async function carryOut(exchange: Exchange, request: GateRequest, progress: Progress): Promise<Answer> {
  const { service, context, outgoing } = exchange;
  const caller = authenticate(request, {
    registry: context.registry,
    clock: context.options.clock,
    region: context.options.region,
    service: service.name,
  });
  if ('fault' in caller) throw signatureError(service, caller);
  progress.caller = caller;
  const operation = await service.identify(request);
  progress.operation = operation;
  const allows = (grant: NeededGrant) => isAllowed(caller.principal, grant, service.resourcePolicy?.(grant.resource));
  const missing = operation.grants.find((grant) => !allows(grant));
  if (missing) throw deniedError(service, caller, missing);
  const interference = (await context.options.interfere?.(pendingCall(service, caller, operation))) ?? {
    fate: 'proceed',
  };
  await sufferBefore(service, interference, progress);
  const hangup = new AbortController();
  outgoing.once('close', () => hangup.abort());
  const call = {
    request,
    operation,
    principal: caller.principal,
    signedHeaders: new Set(caller.parts.signedHeaders),
    presigned: caller.parts.expiresSeconds !== undefined,
    signal: hangup.signal,
    ...(interference.fate === 'lose' || interference.fate === 'late' ? { messages: interference } : {}),
    allows,
  };
  // A body that is streamed is read up by the first time.
  if (interference.fate === 'twice' && service.bodyLimit > 0) await service.perform(call);
  const answer = await service.perform(call);
  if (interference.fate === 'kill-after') progress.cut = true;
  if (interference.fate === 'fail-after')
    throw gateError(service.name, 'internal', 'The call failed after its effect.');
  return answer;
}

async function sufferBefore(service: GatedService, interference: Interference, progress: Progress): Promise<void> {
  switch (interference.fate) {
    case 'throttle':
      throw gateError(service.name, 'throttled', 'Rate exceeded');
    case 'fail-before':
      throw gateError(service.name, 'internal', 'The call failed before its effect.');
    case 'kill-before':
      progress.cut = true;
      throw gateError(service.name, 'internal', 'The connection was cut before the call.');
    case 'delay':
      await delay(interference.ms);
      return;
    default:
      return;
  }
}

function signatureError(service: GatedService, { fault, message, twice }: SignatureFault): ServiceError {
  if (twice && service.name === 's3') {
    return new ServiceError(
      'InvalidArgument',
      400,
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
  return gateError(service.name, fault, message);
}

function deniedError(service: GatedService, caller: Caller, grant: NeededGrant): ServiceError {
  return gateError(
    service.name,
    'denied',
    `User: ${caller.principal.arn} is not authorized to perform: ${grant.action} on resource: ${grant.resource}`,
  );
}

function asServiceError({ service, context }: Exchange, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  context.onFault(service.name, error);
  return gateError(service.name, 'internal', 'We encountered an internal error. Please try again.');
}

function requestWithout(incoming: IncomingMessage): GateRequest {
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(',');
  }
  return {
    method: incoming.method ?? 'GET',
    path,
    query: query.join('?'),
    headers,
    body: Buffer.alloc(0),
    stream: incoming,
  };
}

async function readBody({ service, incoming }: Exchange): Promise<Buffer> {
  if (service.bodyLimit === 0) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > service.bodyLimit) throw gateError(service.name, 'too-large', 'The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function write(exchange: Exchange, answer: Answer, progress: Progress): Promise<void> {
  const { context, incoming, outgoing } = exchange;
  if (progress.cut) {
    if (answer.body instanceof Readable) answer.body.destroy();
    outgoing.destroy();
    return;
  }
  // Clients correct their clock from this header, which must therefore tell axis time.
  outgoing.setHeader('date', new Date(context.options.clock.now()).toUTCString());
  for (const [name, value] of Object.entries(answer.headers)) outgoing.setHeader(name, value);
  outgoing.statusCode = answer.status;
  if (!incoming.complete) outgoing.setHeader('connection', 'close');
  if (answer.body instanceof Readable) {
    await pipeline(answer.body, outgoing);
    return;
  }
  if (incoming.method !== 'HEAD' && answer.status !== 204 && answer.status !== 304) {
    outgoing.setHeader('content-length', Buffer.byteLength(answer.body));
  }
  outgoing.end(answer.body);
}

function bytesOutOf(answer: Answer): number {
  if (answer.body instanceof Readable) return Number(answer.headers['content-length'] ?? 0);
  return Buffer.byteLength(answer.body);
}

function pendingCall(service: GatedService, caller: Caller, operation: Operation): PendingCall {
  return {
    principal: caller.principal.name,
    service: service.name,
    operation: operation.name,
    resource: operation.resource,
    accessKeyId: caller.credentials.accessKeyId,
  };
}

function recordOf({ service, context }: Exchange, progress: Progress, answer: Answer): CloudCall {
  const { caller, operation } = progress;
  return {
    at: context.options.clock.now(),
    principal: caller?.principal.name ?? 'anonymous',
    service: service.name,
    operation: operation?.name ?? 'Unknown',
    resource: operation?.resource ?? '*',
    status: progress.cut ? 0 : answer.status,
    bytesIn: progress.bytesIn,
    bytesOut: progress.cut ? 0 : bytesOutOf(answer),
    ...(answer.units ? { units: answer.units } : {}),
    ...(caller?.parts.expiresSeconds === undefined ? {} : { presigned: true }),
    ...(caller ? { accessKeyId: caller.credentials.accessKeyId } : {}),
  };
}

function portOf(server: Server): number {
  const address = server.address() as AddressInfo;
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
