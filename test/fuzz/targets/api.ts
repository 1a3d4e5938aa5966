import { REQUESTS } from '../../../core/contract/requests.ts';
import { ROUTE_NAMES, ROUTES, type RouteName } from '../../../core/contract/routes.ts';
import { leasedDelivery, requestOf } from '../../refusals/targets.ts';
import { alterJson } from '../alterJson.ts';
import { alterText } from '../alterText.ts';
import { HOSTILE_TEXTS } from '../hostileText.ts';
import { type Input, latin1, octets, pick, type Random, type Target } from '../input.ts';
import { judgeRequest } from '../outside/judgeRequest.ts';
import type { Place } from '../outside/place.ts';

/** Processor time of the whole axis for one request, its embedded services included. */
export const REQUEST_MS = 3000;
/** Parameters that some route reads; every route is asked with all of them. */
const QUERIES = ['limit', 'after', 'agency', 'code', 'name', 'parent', 'delivery', 'as', 'since', 'dryRun'];
/** Headers that some route or some framework reads. */
const HEADERS = [
  ...['content-type', 'accept', 'accept-encoding', 'prefer', 'range', 'if-match', 'content-digest', 'content-encoding'],
  ...[
    'x-correlation-id',
    'x-amzn-trace-id',
    'x-http-method-override',
    'x-forwarded-host',
    'x-original-url',
    'forwarded',
  ],
  ...[
    'ratelimit',
    'retry-after',
    'idempotency-key',
    'delivery-expires',
    'document-signature',
    '__proto__',
    'constructor',
  ],
];
/** `setWebhook` calls what it is told to: only an address that is refused before goes there. */
const UNREACHABLE = /"url":"https?:\/\/10\.0\.0\.1[/:"]/;

/** Every route for systems, and every route for operators, each from a request that is right. */
export async function apiTargets(place: Place): Promise<readonly Target[]> {
  const seeds = await seedsOf(place);
  const named = (name: string, routes: readonly Input[]): Target => ({
    name,
    limitMs: REQUEST_MS,
    make: (random) => alterRequest(pick(random, routes), random),
    judge: async (input) => (isHarmless(input) ? judgeRequest(input, place) : undefined),
  });
  const isOperators = ({ route }: Input): boolean => ROUTES[route as RouteName].caller === 'operator';
  return [
    named(
      'api',
      seeds.filter((seed) => !isOperators(seed)),
    ),
    named('operator', seeds.filter(isOperators)),
  ];
}

function isHarmless({ route, body = '' }: Input): boolean {
  if (route !== 'setWebhook') return true;
  const urls = body.match(/[a-z]+:\/*[^"]*/gi) ?? [];
  return urls.length === 0 || (urls.length === 1 && UNREACHABLE.test(body));
}

async function seedsOf(place: Place): Promise<readonly Input[]> {
  const { town, about } = place;
  const { systemId, key, code } = town.foreign;
  // Of a system whose lists nobody asks for: what is put aside by force still stands in them, as nothing else ever does.
  const aside = await leasedDelivery(town, { code, authorization: () => town.token(systemId, key) });
  const names = new Map(Object.entries(place.known).map(([name, value]) => [value, `{{${name}}}`]));
  const seeds: Input[] = [];
  for (const route of ROUTE_NAMES.filter((name) => name !== 'submit')) {
    const request = await requestOf(route, town, route === 'requeue' || route === 'discard' ? aside : about);
    const seed = seedOf(route, request);
    seeds.push(Object.fromEntries(Object.entries(seed).map(([name, text]) => [name, named(text, names)])));
  }
  return seeds;
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [value, name] of names) if (value.length > 8) result = result.replaceAll(value, name);
  return result;
}

function seedOf(route: RouteName, request: { path: string; type?: string; body?: string | Buffer }): Input {
  const [path = '', query = ''] = request.path.split('?');
  const pattern = new RegExp(`^${ROUTES[route].path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  const input: Record<string, string> = { route };
  for (const [name, value] of Object.entries(pattern.exec(path)?.groups ?? {})) input[`path.${name}`] = value;
  for (const [name, value] of new URLSearchParams(query)) input[`query.${name}`] = value;
  if (request.type) input['header.content-type'] = request.type;
  if (ROUTES[route].caller === 'system') input['header.authorization'] = '{{recipientBearer}}';
  if (route in REQUESTS) input.body = latin1(Buffer.from(request.body ?? '{}'));
  return input;
}

/** A request with one to three things changed: most of all its body, where it has one. */
export function alterRequest(seed: Input, random: Random): Input {
  let input = seed;
  for (let left = 1 + random(3); left > 0; left--) input = alterOnce(input, random);
  return input;
}

function alterOnce(input: Input, random: Random): Input {
  const kind = random(10);
  const { body } = input;
  if (kind < 5 && body !== undefined)
    return { ...input, body: latin1(alterJson(octets(body).toString('utf8'), random)) };
  if (kind === 5) return { ...input, [`header.${pick(random, HEADERS)}`]: pick(random, HOSTILE_TEXTS) };
  if (kind === 6) return { ...input, [`query.${pick(random, HOSTILE_TEXTS)}`]: pick(random, HOSTILE_TEXTS) };
  if (kind === 7) {
    const { 'header.content-type': _, ...others } = input;
    return random(3) > 0 ? input : others;
  }
  const paths = Object.keys(input).filter((name) => name.startsWith('path.'));
  if (kind === 8 && paths.length > 0) {
    const name = pick(random, paths);
    // The gateway matches no empty segment.
    return { ...input, [name]: alterText(input[name] ?? '', random) || '0' };
  }
  const name = `query.${pick(random, QUERIES)}`;
  return { ...input, [name]: alterText(input[name] ?? pick(random, ['25', 'X92', 'true']), random) };
}
