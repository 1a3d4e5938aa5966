import * as z from 'zod/mini';
import { ANSWERS, PROBLEM } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { REQUESTS, SUBMIT_UPLOAD } from '../../core/contract/requests.ts';
import { type Caller, ROUTE_NAMES, ROUTES, type Route, type RouteName } from '../../core/contract/routes.ts';
import { WEBHOOK_BODIES } from '../../core/contract/webhook.ts';
import { ROUTE_FACTS, type RouteFacts } from './routeFacts.ts';

type Json = Readonly<Record<string, unknown>>;

const SECURITY: Readonly<Record<Caller, readonly Json[]>> = {
  anyone: [],
  system: [{ systemToken: [] }],
  operator: [{ awsIam: [] }],
};

const SECURITY_SCHEMES: Json = {
  systemToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: `JWT signed with a key that is registered for the system (RFC 7523): iss is the system, aud the axis, life at most ${LIMITS.tokenSeconds} s.`,
  },
  awsIam: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'AWS Signature Version 4 for the service execute-api, in one of the roles viewer, operator and security.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
};

/** Refusals that come from who calls and what the body is, whatever the route does. */
export function commonRefusals(name: RouteName): readonly RefusalCode[] {
  const { caller }: Route = ROUTES[name];
  return [
    ...(caller === 'system'
      ? (['authentication-required', 'token-invalid', 'token-expired', 'system-suspended', 'rate-limited'] as const)
      : []),
    ...(caller === 'operator' ? (['authentication-required'] as const) : []),
    ...(name in REQUESTS ? (['body-malformed', 'body-too-large'] as const) : []),
  ];
}

/** The OpenAPI 3.1 description of the axis, from the routes, the schemas and the refusal catalogue. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const name of ROUTE_NAMES) {
    const { path, method } = ROUTES[name];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'docaxis',
      version,
      summary: 'An exchange axis for signed official documents between government agencies',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:4010', description: 'npm start on this machine' }],
    paths,
    webhooks: webhooks(),
    components: { securitySchemes: SECURITY_SCHEMES, headers: headers(), schemas: schemas() },
  };
}

function operationOf(name: RouteName): Json {
  const route: Route = ROUTES[name];
  const facts: RouteFacts = ROUTE_FACTS[name];
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.caller],
    security: SECURITY[route.caller],
    ...(route.roles ? { 'x-operator-roles': route.roles } : {}),
    ...parametersOf(route, facts),
    ...requestBodyOf(name),
    responses: responsesOf(name, facts),
  };
}

function parametersOf({ path }: Route, facts: RouteFacts): Json {
  const string = { type: 'string' };
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: string })),
    ...Object.entries(facts.query ?? {}).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: string,
    })),
    ...Object.entries(facts.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: string,
    })),
  ];
  return parameters.length > 0 ? { parameters } : {};
}

function requestBodyOf(name: RouteName): Json {
  if (name === 'submit') {
    const uploaded = { schema: reference('submitUploadRequest') };
    const content = { 'application/edxml': {}, 'application/octet-stream': {}, 'application/json': uploaded };
    const description = `The signed edXML message, byte for byte, at most ${LIMITS.messageBytes} bytes; or the upload that holds it`;
    return { requestBody: { required: true, description, content } };
  }
  if (!(name in REQUESTS)) return {};
  return { requestBody: { content: { 'application/json': { schema: reference(`${name}Request`) } } } };
}

/** What every answer to a system says of its budget (draft-ietf-httpapi-ratelimit-headers-11). */
const BUDGET_HEADERS: Readonly<Record<string, string>> = {
  'RateLimit-Policy': 'The budgets `requests` and `bytes`: `q` in each window of `w` seconds',
  RateLimit:
    'What is left of each, `r`, as far as the answering instance knows, and seconds until the window ends, `t`',
};
const referTo = (name: string): Json => ({ $ref: `#/components/headers/${name}` });
const budgetHeaders: Json = Object.fromEntries(Object.keys(BUDGET_HEADERS).map((name) => [name, referTo(name)]));

function responsesOf(name: RouteName, facts: RouteFacts): Json {
  const answer = { 'application/json': { schema: reference(`${name}Answer`) } };
  const headers = ROUTES[name].caller === 'system' ? { headers: budgetHeaders } : {};
  const successes = { [facts.success]: 'Done', ...facts.also };
  const responses: Record<string, Json> = {};
  for (const [status, description] of Object.entries(successes)) {
    responses[status] =
      status === '302'
        ? { description: 'The bytes are at `Location`, for a short while', ...headers }
        : { description, ...headers, content: answer };
  }
  const refusals = [...commonRefusals(name), ...facts.refusals];
  for (const status of new Set(refusals.map((code) => REFUSALS[code].status).toSorted())) {
    const codes = refusals.filter((code) => REFUSALS[code].status === status);
    const description = [...new Set(codes)].map((code) => `\`${code}\``).join(', ');
    const retry = codes.includes('rate-limited')
      ? { headers: { ...budgetHeaders, 'Retry-After': referTo('Retry-After') } }
      : {};
    responses[status] = { description, ...retry, ...problem };
  }
  return { ...responses, 500: { description: '`fault`: the axis failed; send the same request again', ...problem } };
}

const WEBHOOK_HEADERS: Readonly<Record<string, string>> = {
  'webhook-id': 'Names what is told: the same at every try',
  'webhook-timestamp': 'When this try was made, seconds since the epoch',
  'webhook-signature':
    '`v1,` and the base64 HMAC-SHA256 of `webhook-id.webhook-timestamp.body` under the secret after `whsec_`',
};

/** What the axis posts to the systems' own endpoints (standardwebhooks.com). */
function webhooks(): Json {
  const schema = { type: 'string' };
  const parameters = Object.entries(WEBHOOK_HEADERS).map(([name, description]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema,
  }));
  const responses = { '2XX': { description: 'Taken; any other answer counts as a failure and is tried again' } };
  const described = Object.entries(WEBHOOK_BODIES).map(([type, body]) => {
    const content = { 'application/json': { schema: schemaOf(body, 'output') } };
    return [type, { post: { parameters, requestBody: { required: true, content }, responses } }];
  });
  return Object.fromEntries(described);
}

function headers(): Json {
  const described = { ...BUDGET_HEADERS, 'Retry-After': 'Seconds after which the same request may be sent again' };
  return Object.fromEntries(
    Object.entries(described).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const problem: Json = { content: { 'application/problem+json': { schema: reference('Problem') } } };

function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
}

function schemas(): Json {
  return {
    Problem: schemaOf(PROBLEM, 'output'),
    submitUploadRequest: schemaOf(SUBMIT_UPLOAD, 'input'),
    ...Object.fromEntries(
      Object.entries(REQUESTS).map(([name, schema]) => [`${name}Request`, schemaOf(schema, 'input')]),
    ),
    ...Object.fromEntries(
      Object.entries(ANSWERS).map(([name, schema]) => [`${name}Answer`, schemaOf(schema, 'output')]),
    ),
  };
}
