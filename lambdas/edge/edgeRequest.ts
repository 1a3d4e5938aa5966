import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { LIMITS } from '../../core/contract/limits.ts';
import type { SystemRecord } from '../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { REQUESTS, type RequestOf } from '../../core/contract/requests.ts';
import type { ROUTES, RouteName } from '../../core/contract/routes.ts';

/** Who calls, after the edge has checked it. */
type CallerOf<R extends RouteName> = (typeof ROUTES)[R]['caller'] extends 'system'
  ? { readonly caller: SystemRecord }
  : (typeof ROUTES)[R]['caller'] extends 'operator'
    ? { readonly operator: string }
    : Record<never, never>;

type BodyOf<R extends RouteName> = R extends keyof typeof REQUESTS
  ? { readonly body: RequestOf<R> }
  : Record<never, never>;

/** A request as a route's handler gets it: caller known, body parsed and checked. */
export type EdgeRequest<R extends RouteName = RouteName> = CallerOf<R> &
  BodyOf<R> & {
    readonly event: APIGatewayProxyEventV2;
    readonly correlationId: string;
    readonly path: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, string>>;
  };

/** The body's bytes as they were sent, if the gateway handed them over as bytes. */
export const bodyOf = (event: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');

/** Header values are looked up by small letters, as the gateway writes them. */
export const headerOf = (event: APIGatewayProxyEventV2, name: string): string | undefined => event.headers[name];

/** Without a locale zod/mini says no more than "Invalid input". */
const describe = en().localeError;

const hasSchema = (route: RouteName): route is keyof typeof REQUESTS => route in REQUESTS;

/** Parses the JSON body that a route declares; a route without one gets an empty object. */
export function parseBody(route: RouteName, event: APIGatewayProxyEventV2): Outcome<unknown> {
  if (!hasSchema(route)) return accept({});
  const takesList = route === 'setTrust' || route === 'tryTrust';
  return parseJson(REQUESTS[route], event, takesList ? LIMITS.trust.bytes : LIMITS.jsonBytes);
}

/** Parses a JSON body of at most `limit` bytes by a schema. */
export function parseJson<S extends z.ZodMiniType>(
  schema: S,
  event: APIGatewayProxyEventV2,
  limit: number = LIMITS.jsonBytes,
): Outcome<z.infer<S>> {
  const bytes = bodyOf(event);
  if (bytes.length > limit) return refuse('body-too-large', { bytes: bytes.length, limit });
  const value = readJson(bytes);
  if (value === undefined) return refuse('body-malformed', { problems: 'it is not JSON' });
  const parsed = z.safeParse(schema, value, { error: describe });
  if (parsed.success) return accept(parsed.data);
  const problems = parsed.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  return refuse('body-malformed', { problems: problems.join('; ') });
}

function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

export interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

/** `?limit=` and `?after=`. */
export function pageOf(query: Readonly<Record<string, string>>): Outcome<PageQuery> {
  const { limit = String(LIMITS.pageSize.usual), after } = query;
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > LIMITS.pageSize.most) {
    return refuse('parameter-invalid', {
      parameter: 'limit',
      problem: `a whole number from 1 to ${LIMITS.pageSize.most}`,
    });
  }
  return accept({ limit: Number(limit), ...(after === undefined ? {} : { after }) });
}

/** `Content-Digest` (RFC 9530 section 2): when it names SHA-256, the bytes received must have it. */
export function checkContentDigest(header: string | undefined, bytes: Buffer): Outcome<null> {
  if (header === undefined) return accept(null);
  // Of two members with one name the last one counts (RFC 9651 section 4.2.2).
  const declared = [...header.matchAll(/(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/g)].at(-1)?.[1];
  if (declared === undefined)
    return refuse('parameter-invalid', { parameter: 'Content-Digest', problem: 'it must give sha-256=:base64:' });
  const actual = createHash('sha256').update(bytes).digest();
  if (timingSafeEqual(actual, Buffer.from(declared, 'base64'))) return accept(null);
  return refuse('content-digest-mismatch', { actual: actual.toString('hex') });
}

/** Whether a link is wanted as JSON (`as=link`) in place of a redirect. */
export function wantsLink({ as }: Readonly<Record<string, string | undefined>>): Outcome<boolean> {
  if (as !== undefined && as !== 'link') return refuse('parameter-invalid', { parameter: 'as', problem: 'only link' });
  return accept(as === 'link');
}
