/** Fetching from addresses that strangers chose: certificates name where their revocation lists lie. */
import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Fetched, PublicWeb } from '../../core/contract/revocation.ts';
import { isLoopback, isPublicAddress } from './publicAddress.ts';

export interface PublicWebOptions {
  /** Milliseconds for a whole fetch. */
  readonly timeoutMs: number;
  /** Lets addresses of this machine pass as well, on any port: for an axis on a laptop and for tests. */
  readonly allowLoopback?: boolean;
  /** Refuses plain http, but to this machine where that is allowed. */
  readonly httpsOnly?: boolean;
  /** All addresses of a host name; DNS unless said. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Longest entity tag or date that is kept and sent back, in characters. */
const VALIDATOR_CHARS = 100;
const PORTS: Readonly<Record<string, readonly string[]>> = { 'http:': ['', '80'], 'https:': ['', '443'] };

/** A refusal of this adapter's own, told as the reason of a failed fetch. */
class NotFetched extends Error {
  override readonly name = 'NotFetched';
}

/**
 * Fetches over http and https: every address that the host resolves to must be public, and the connection goes to the very
 * address that was checked. Redirects are not followed, answers are not decoded, size and time are bounded.
 */
export function createPublicWeb(options: PublicWebOptions): PublicWeb {
  return {
    fetch: ({ address, bytes, post, etag, lastModified }) => {
      const headers = {
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
        ...(post ? { 'content-type': post.type } : {}),
      };
      return askPublicly({ address, headers, body: post?.body }, options, (response) => read(response, bytes));
    },
  };
}

/** One request to an address that a stranger chose: a POST where there is a body. */
export interface PublicRequest {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
}

type Failed = Extract<Fetched, { what: 'failed' }>;

/** Asks by the rules of `createPublicWeb` and lets `read` judge the answer; the reason of a failure never holds the address. */
export async function askPublicly<T>(
  request: PublicRequest,
  options: PublicWebOptions,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<T | Failed> {
  try {
    const url = checkUrl(request.address, options);
    const signal = AbortSignal.timeout(options.timeoutMs);
    const address = await Promise.race([checkedAddress(url, options), ended(signal)]);
    return await exchange(url, { address, request, signal, read });
  } catch (error) {
    return { what: 'failed', why: reasonOf(error) };
  }
}

function checkUrl(text: string, { allowLoopback, httpsOnly }: PublicWebOptions): URL {
  const url = URL.parse(text);
  const ports = url && PORTS[url.protocol];
  if (!url || !ports) throw new NotFetched('the address is not one of http or https');
  if (httpsOnly && url.protocol !== 'https:' && !allowLoopback) throw new NotFetched(PLAIN);
  if (url.username !== '' || url.password !== '') throw new NotFetched('the address holds credentials');
  if (!ports.includes(url.port) && !allowLoopback) throw new NotFetched(`port ${url.port} is not asked`);
  return url;
}

async function checkedAddress(
  url: URL,
  { allowLoopback = false, httpsOnly = false, resolve = resolveAll }: PublicWebOptions,
): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = isIP(host) ? [host] : await resolve(host);
  const [address] = found;
  if (address === undefined) throw new NotFetched('the host has no address');
  const isAllowed = (one: string): boolean => isPublicAddress(one) || (allowLoopback && isLoopback(one));
  if (!found.every(isAllowed)) throw new NotFetched('the host has an address that is not public');
  if (httpsOnly && url.protocol !== 'https:' && !isLoopback(address)) throw new NotFetched(PLAIN);
  if (!isLoopback(address) && !PORTS[url.protocol]?.includes(url.port)) {
    throw new NotFetched(`port ${url.port} is not asked`);
  }
  return address;
}

async function resolveAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** A resolver that never answers must not keep a fetch waiting. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new NotFetched(LATE)), { once: true });
  });
}

const LATE = 'it does not answer in time';
const PLAIN = 'the address is not one of https';

interface Exchange<T> {
  readonly address: string;
  readonly request: PublicRequest;
  readonly signal: AbortSignal;
  readonly read: (response: IncomingMessage) => Promise<T>;
}

function exchange<T>(url: URL, { address, request, signal, read }: Exchange<T>): Promise<T> {
  const { headers, body } = request;
  const options: RequestOptions = {
    method: body ? 'POST' : 'GET',
    signal,
    // A connection of its own, to the address that was checked: the name is not resolved a second time.
    agent: false,
    lookup: pinned(address),
    headers: {
      'user-agent': 'docaxis',
      accept: '*/*',
      'accept-encoding': 'identity',
      ...headers,
      ...(body ? { 'content-length': body.length } : {}),
    },
  };
  return new Promise((settle, reject) => {
    const send: typeof requestHttp = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent: ClientRequest = send(url, options, (response) => {
      read(response)
        .then(settle, reject)
        .finally(() => sent.destroy());
    });
    // Of several errors the first counts, and none of them may go unheard: that would end the process.
    sent.on('error', reject);
    sent.end(body);
  });
}

const pinned =
  (address: string): LookupFunction =>
  (_host, { all }, answer) =>
    all ? answer(null, [{ address, family: isIP(address) }]) : answer(null, address, isIP(address));

async function read(response: IncomingMessage, most: number): Promise<Fetched> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 304) return { what: 'same' };
  if (statusCode !== 200) throw new NotFetched(`it answers ${statusCode}`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new NotFetched(`its answer is encoded as ${encoding.slice(0, 20)}`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a response without an encoding gives buffers');
    bytes += chunk.length;
    if (bytes > most) throw new NotFetched(`its answer is over ${most} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new NotFetched('its answer ended too soon');
  if (bytes === 0) throw new NotFetched('its answer is empty');
  const etag = validator(headers.etag);
  const lastModified = validator(headers['last-modified']);
  return { what: 'new', bytes: Buffer.concat(chunks), ...(etag && { etag }), ...(lastModified && { lastModified }) };
}

const validator = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= VALIDATOR_CHARS && /^[\x20-\x7e]+$/.test(text) ? text : undefined;

function reasonOf(error: unknown): string {
  if (error instanceof NotFetched) return error.message;
  if (!(error instanceof Error)) throw error;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return LATE;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return `it cannot be reached: ${code}`;
}
