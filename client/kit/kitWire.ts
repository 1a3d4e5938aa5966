import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KitReply, Wire } from './behaviour.ts';
import type { Exchange } from './observation.ts';

/** An answer that is still growing: more than any client should read. */
const FLOOD = { bytes: 64 * 1024 * 1024, chunk: 256 * 1024 } as const;
const DRIPS = { pieces: 20, ms: 50 } as const;

export interface WireTools {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly exchange: Exchange;
  /** Milliseconds for which nothing comes where nothing should. */
  readonly silenceMs: number;
}

/** Sends an answer in the way that was asked for. */
export async function sendBy(wire: Wire | undefined, reply: KitReply, tools: WireTools): Promise<void> {
  switch (wire?.how) {
    case undefined:
      return whole(reply, tools);
    case 'cut':
      await part(reply, wire.at, tools);
      return hangUp(tools);
    case 'stall':
      await part(reply, wire.at, tools);
      await silence(tools);
      return hangUp(tools);
    case 'late':
      await silence(tools);
      return tools.response.destroyed ? undefined : whole(reply, tools);
    case 'drip':
      return drip(reply, tools);
    case 'twice':
      return twice(reply, tools);
    case 'flood':
      return flood(reply, tools);
  }
}

function begin({ status, headers, body }: KitReply, { response, exchange }: WireTools): void {
  response.writeHead(status, { 'content-length': String(body.length), ...headers });
  exchange.status = status;
}

async function whole(reply: KitReply, tools: WireTools): Promise<void> {
  begin(reply, tools);
  await new Promise<void>((resolve) => {
    tools.response.once('close', resolve).end(reply.body, () => resolve());
  });
  tools.exchange.taken = reply.body.length;
}

async function part(reply: KitReply, share: number, tools: WireTools): Promise<void> {
  if (share === 0) return;
  begin(reply, tools);
  await write(reply.body.subarray(0, Math.floor(reply.body.length * share)), tools);
  tools.exchange.taken = Math.floor(reply.body.length * share);
}

/** Until the client hangs up, or has been silent for long enough. */
async function silence({ response, silenceMs, exchange }: WireTools): Promise<void> {
  const end = new AbortController();
  response.once('close', () => end.abort());
  if (!response.destroyed) await sleep(silenceMs, undefined, { signal: end.signal }).catch(() => undefined);
  exchange.abandoned = response.destroyed;
}

async function drip(reply: KitReply, tools: WireTools): Promise<void> {
  begin(reply, tools);
  const size = Math.ceil(reply.body.length / DRIPS.pieces);
  for (let from = 0; from < reply.body.length && !tools.response.destroyed; from += size) {
    await write(reply.body.subarray(from, from + size), tools);
    await sleep(DRIPS.ms);
  }
  tools.response.end();
}

/** In one go, so that the second one is there before the next request. */
async function twice(reply: KitReply, tools: WireTools): Promise<void> {
  const { socket } = tools.request;
  const headers = { 'content-length': String(reply.body.length), ...reply.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.cork();
  const sent = whole(reply, tools);
  socket.write(`HTTP/1.1 ${reply.status} OK\r\n${lines.join('')}\r\n`);
  socket.write(reply.body);
  socket.uncork();
  await sent;
}

async function flood({ status, headers }: KitReply, tools: WireTools): Promise<void> {
  const { response, exchange } = tools;
  response.writeHead(status, headers);
  exchange.status = status;
  const blank = Buffer.alloc(FLOOD.chunk, ' ');
  while (exchange.taken < FLOOD.bytes && !response.destroyed) {
    await write(blank, tools);
    exchange.taken += blank.length;
  }
  response.end('{}');
}

/** Until the bytes are with the system, or nobody wants them any more. */
async function write(bytes: Buffer, { response }: WireTools): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(bytes, () => {
      response.off('close', resolve);
      resolve();
    });
  });
}

const hangUp = ({ request }: WireTools): void => void request.socket.destroy();
