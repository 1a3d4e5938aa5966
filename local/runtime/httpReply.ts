import { validateHeaderName, validateHeaderValue } from 'node:http';

/** What goes back to the client. */
export interface GatewayReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** An answer as it goes to a client. */
export interface GatewayAnswer {
  readonly method: string;
  /** Key of the route that led to a function; absent where none was found. */
  readonly routeKey?: string;
  readonly reply: GatewayReply;
}

/** A reply of the gateway itself: `{"message": …}`. */
export function gatewayMessage(status: number, message: string): GatewayReply {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message })) };
}

/** The gateway's own replies; none can be shaped by the stack. */
export const gatewayReplies = {
  badRequest: gatewayMessage(400, 'Bad Request'),
  forbidden: gatewayMessage(403, 'Forbidden'),
  notFound: gatewayMessage(404, 'Not Found'),
  bodyTooLarge: gatewayMessage(413, 'Request Entity Too Large'),
  payloadTooLarge: gatewayMessage(413, 'Request Too Long'),
  headersTooLarge: gatewayMessage(431, 'Request Header Fields Too Large'),
  failed: gatewayMessage(500, 'Internal Server Error'),
  unavailable: gatewayMessage(503, 'Service Unavailable'),
} as const;

/** Whether the gateway answered by itself: no function had a say in it. */
export const isGatewaysOwn = (reply: GatewayReply): boolean => Object.values(gatewayReplies).includes(reply);

/** Headers that belong to the connection: the gateway writes them itself. */
const connectionHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * Turns a function's result into a reply by the rules of payload format 2.0: without `statusCode` the result itself is the JSON
 * body. Anything that is not a valid response gives 500.
 */
export function replyOf(result: unknown): GatewayReply {
  if (!isRecord(result) || result.statusCode === undefined) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const status = Number(result.statusCode);
  const headers = headersOf(result);
  const body = bodyOf(result);
  if (!Number.isInteger(status) || status < 200 || status > 599 || headers === undefined || body === undefined) {
    return gatewayReplies.failed;
  }
  return { status, headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers }, body };
}

function bodyOf(result: Record<string, unknown>): Buffer | undefined {
  const { body } = result;
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return undefined;
  return Buffer.from(body, result.isBase64Encoded === true ? 'base64' : 'utf8');
}

function headersOf(result: Record<string, unknown>): Record<string, string | readonly string[]> | undefined {
  const given = result.headers ?? {};
  const cookies = result.cookies ?? [];
  if (!isRecord(given) || !Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string'))
    return undefined;
  const headers: Record<string, string | readonly string[]> = cookies.length > 0 ? { 'set-cookie': cookies } : {};
  for (const [name, value] of Object.entries(given)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
    if (!isValidHeader(name, String(value))) return undefined;
    if (!connectionHeaders.has(name.toLowerCase())) headers[name.toLowerCase()] = String(value);
  }
  return headers;
}

function isValidHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
