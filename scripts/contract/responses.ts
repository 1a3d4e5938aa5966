import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { REQUESTS } from '../../core/contract/requests.ts';
import { ROUTE_NAMES, ROUTES, type Route, type RouteName } from '../../core/contract/routes.ts';
import { exampleNameOf } from './problemExamples.ts';
import { ROUTE_FACTS, type RouteFacts } from './routeFacts.ts';

export type Json = Readonly<Record<string, unknown>>;

const isDeprecated = (name: RouteName): boolean => {
  const { deprecation }: Route = ROUTES[name];
  return deprecation !== undefined;
};

/** On every answer of a call that goes one day. */
const DEPRECATION: Readonly<Record<string, string>> = {
  Deprecation: 'Since when this call should not be used any more (RFC 9745)',
  Sunset: 'Until when it works (RFC 8594)',
  Link: 'Where to read what to use instead',
};

/** Every header that an answer of a function may carry, beside `Content-Type`. */
const HEADERS: Readonly<Record<string, string>> = {
  'X-Correlation-Id': 'Names this request in the logs of the axis: tell it to the operator when you ask for help',
  'Cache-Control': 'Nothing is kept by caches, but the directory by your own',
  // What every answer to a system says of its budget (draft-ietf-httpapi-ratelimit-headers-11).
  'RateLimit-Policy': 'The budgets `requests` and `bytes`: `q` in each window of `w` seconds',
  RateLimit:
    'What is left of each, `r`, as far as the answering instance knows, and seconds until the window ends, `t`',
  'Retry-After': 'Seconds after which the same request may be sent again',
  Location: 'Where the bytes are, for a short while; or where what goes on in the background is seen',
  ETag: 'The version of the directory, for `If-None-Match`',
  'WWW-Authenticate': '`Bearer` (RFC 6750)',
  'Preference-Applied': '`respond-async`, if you preferred so (RFC 7240)',
  ...(ROUTE_NAMES.some(isDeprecated) ? DEPRECATION : {}),
};
/** On every answer of a function. */
const ALWAYS = ['X-Correlation-Id', 'Cache-Control'] as const;
const BUDGET = ['RateLimit-Policy', 'RateLimit'] as const;
/** Statuses in which the gateway in front of the functions answers by itself. */
const GATEWAYS_OWN = [400, 403, 413, 429, 431, 500, 503, 504];

const referTo = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` });
const reference = (name: string): Json => referTo('schemas', name);
const headersOf = (names: readonly string[]): Json =>
  Object.fromEntries([...ALWAYS, ...names].map((name) => [name, referTo('headers', name)]));

/** `components.headers` of the description. */
export function headerComponents(): Json {
  const required = (name: string): Json => (ALWAYS.some((always) => always === name) ? { required: true } : {});
  return Object.fromEntries(
    Object.entries(HEADERS).map(([name, description]) => [
      name,
      { description, ...required(name), schema: { type: 'string' } },
    ]),
  );
}

/** What the gateway says by itself: no function had a say in it. */
export const GATEWAY_SCHEMA: Json = {
  type: 'object',
  properties: { message: { type: 'string' } },
  required: ['message'],
  additionalProperties: false,
};

/** `components.responses` of the description. */
export function responseComponents(): Json {
  const content = { 'application/json': { schema: reference('GatewayMessage') } };
  const description = `The gateway in front of the axis answered by itself: ${GATEWAYS_OWN.join(', ')}. 429, 503 and 504 may be sent again`;
  return { Gateway: { description, content } };
}

/** Refusals that come from who calls and what the body is, whatever the route does. */
function commonRefusals(name: RouteName): readonly RefusalCode[] {
  const { caller }: Route = ROUTES[name];
  return [
    ...(caller === 'system'
      ? (['authentication-required', 'token-invalid', 'token-expired', 'system-suspended', 'rate-limited'] as const)
      : []),
    ...(caller === 'operator' ? (['authentication-required'] as const) : []),
    ...(name in REQUESTS ? (['body-malformed', 'body-too-large'] as const) : []),
  ];
}

/** Every refusal that a route may answer. */
export const refusalsOf = (name: RouteName): readonly RefusalCode[] => [
  ...new Set([...commonRefusals(name), ...ROUTE_FACTS[name].refusals]),
];

/** Examples of answers in JSON, by status. */
export type AnswerExamples = Readonly<Record<string, unknown>>;

/** `responses` of an operation: successes, refusals by status, faults, and the gateway's own words. */
export function responsesOf(name: RouteName, examples: AnswerExamples): Json {
  return {
    ...successesOf(name, examples),
    ...refusalResponses(name),
    // Nobody is refused here but by the quota of the gateway.
    ...(refusalsOf(name).length === 0 ? { 429: referTo('responses', 'Gateway') } : {}),
    500: {
      description: '`fault`: the axis failed; send the same request again',
      headers: headersOf([...usualOf(name), 'Retry-After']),
      content: problemContent(['fault'], 500),
    },
    default: referTo('responses', 'Gateway'),
  };
}

/** Headers of single answers of success. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'submit 202': ['Location', 'Retry-After', 'Preference-Applied'],
  'submission 200': ['Retry-After'],
  'completeUpload 202': ['Location'],
  'receive 200': ['Retry-After'],
  'content 302': ['Location'],
  'logFile 302': ['Location'],
  'attachment 302': ['Location'],
  'directory 200': ['ETag'],
  'directory 303': ['ETag', 'Location'],
  'directory 304': ['ETag'],
};

/** Headers of every answer of a route, beside those of every route. */
const usualOf = (name: RouteName): readonly string[] => [
  ...(ROUTES[name].caller === 'system' ? BUDGET : []),
  ...(isDeprecated(name) ? Object.keys(DEPRECATION) : []),
];

function successesOf(name: RouteName, examples: AnswerExamples): Json {
  const facts: RouteFacts = ROUTE_FACTS[name];
  const successes = { [facts.success]: 'Done', ...facts.also };
  const described = Object.entries(successes).map(([status, description]): [string, Json] => {
    const leads = status === '302' || status === '303';
    const headers = headersOf([...usualOf(name), ...(MORE[`${name} ${status}`] ?? [])]);
    if (leads) return [status, { description: 'The bytes are at `Location`, for a short while', headers }];
    if (status === '304') return [status, { description, headers }];
    const example = status in examples ? { example: examples[status] } : {};
    const content = { 'application/json': { schema: reference(`${name}Answer`), ...example } };
    return [status, { description, headers, content }];
  });
  return Object.fromEntries(described);
}

function refusalResponses(name: RouteName): Json {
  const refusals = refusalsOf(name);
  const statuses = [...new Set(refusals.map((code) => REFUSALS[code].status))].toSorted((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status): [number, Json] => {
      const codes = refusals.filter((code) => REFUSALS[code].status === status);
      const description = codes.map((code) => `\`${code}\``).join(', ');
      const retry = codes.some((code) => REFUSALS[code].retryable) ? ['Retry-After'] : [];
      const challenge = status === 401 ? ['WWW-Authenticate'] : [];
      const headers = headersOf([...usualOf(name), ...retry, ...challenge]);
      return [status, { description, headers, content: problemContent(codes, status) }];
    }),
  );
}

function problemContent(codes: readonly (RefusalCode | 'fault')[], status: number): Json {
  const examples = Object.fromEntries(codes.map((code) => [code, referTo('examples', exampleNameOf(code))]));
  return {
    'application/problem+json': { schema: reference('Problem'), examples },
    ...(GATEWAYS_OWN.includes(status) ? { 'application/json': { schema: reference('GatewayMessage') } } : {}),
  };
}
