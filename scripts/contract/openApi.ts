import * as z from 'zod/mini';
import { ANSWERS, PROBLEM } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { REQUESTS, SUBMIT_UPLOAD } from '../../core/contract/requests.ts';
import { type Caller, ROUTE_NAMES, ROUTES, type Route, type RouteName } from '../../core/contract/routes.ts';
import { WEBHOOK_BODIES } from '../../core/contract/webhook.ts';
import { answerExamplesOf, type Calls, parameterExampleOf, requestExampleOf } from './calls.ts';
import { problemExamples } from './problemExamples.ts';
import {
  GATEWAY_SCHEMA,
  headerComponents,
  type Json,
  refusalsOf,
  responseComponents,
  responsesOf,
} from './responses.ts';
import { ROUTE_FACTS, type RouteFacts } from './routeFacts.ts';
import { WEBHOOK_EXAMPLES, type WebhookType } from './webhookExamples.ts';

const SECURITY: Readonly<Record<Caller, readonly Json[]>> = {
  anyone: [],
  system: [{ systemToken: [] }],
  operator: [{ awsIam: [] }],
};

/** Seen from the description: signed before it is sent, with the sender's key. */
const SIGNED_LETTER = '../examples/documents/official-letter.edxml';

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

const TAGS: Readonly<Record<Caller, string>> = {
  system: "What agencies' systems call, with a token that their key signed",
  operator: 'What operators call, with AWS IAM in one of three roles',
  anyone: 'What anybody may ask',
};

/**
 * The OpenAPI 3.1 description of the axis, from the routes, the schemas and the refusal catalogue.
 *
 * @param calls calls that were made to a running axis: the examples.
 */
export function openApi(version: string, calls: Calls): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const name of ROUTE_NAMES) {
    const { path: route, method } = ROUTES[name];
    // OpenAPI has no word for a parameter that takes the rest of a path.
    const path = route.replace('+}', '}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, calls) };
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
    tags: Object.entries(TAGS).map(([tag, description]) => ({ name: tag, description })),
    paths,
    webhooks: webhooks(),
    components: {
      securitySchemes: SECURITY_SCHEMES,
      headers: headerComponents(),
      responses: responseComponents(),
      examples: problemExamples([...new Set(ROUTE_NAMES.flatMap(refusalsOf))].toSorted()),
      schemas: schemas(),
    },
  };
}

function operationOf(name: RouteName, calls: Calls): Json {
  const route: Route = ROUTES[name];
  const facts: RouteFacts = ROUTE_FACTS[name];
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.caller],
    ...(route.deprecation ? { deprecated: true } : {}),
    security: SECURITY[route.caller],
    ...(route.roles ? { 'x-operator-roles': route.roles } : {}),
    ...parametersOf(name, facts, calls),
    ...requestBodyOf(name, calls),
    responses: responsesOf(name, answerExamplesOf(name, calls)),
  };
}

function parametersOf(name: RouteName, facts: RouteFacts, calls: Calls): Json {
  const inPath = [...ROUTES[name].path.matchAll(/\{(\w+)\+?\}/g)].map(([, part = '']) => part);
  const described = (place: 'query' | 'header', sentences: Readonly<Record<string, string>> = {}): readonly Json[] =>
    Object.entries(sentences).map(([parameter, description]) => ({ name: parameter, in: place, description }));
  const parameters: readonly Json[] = [
    ...inPath.map((part) => ({ name: part, in: 'path', required: true })),
    ...described('query', facts.query),
    ...described('header', facts.headers),
  ];
  const whole = parameters.map((parameter) => {
    const example = parameterExampleOf(name, String(parameter.name), calls);
    return { ...parameter, schema: { type: 'string' }, ...(example === undefined ? {} : { example }) };
  });
  return whole.length > 0 ? { parameters: whole } : {};
}

function requestBodyOf(name: RouteName, calls: Calls): Json {
  const example = requestExampleOf(name, calls);
  const exampled = example === undefined ? {} : { example };
  if (name === 'submit') {
    const signed = { examples: { letter: { summary: 'An official letter', externalValue: SIGNED_LETTER } } };
    const uploaded = { schema: reference('submitUploadRequest'), ...exampled };
    const content = { 'application/edxml': signed, 'application/octet-stream': signed, 'application/json': uploaded };
    const description = `The signed edXML message, byte for byte, at most ${LIMITS.messageBytes} bytes; or the upload that holds it`;
    return { requestBody: { required: true, description, content } };
  }
  if (!(name in REQUESTS)) return {};
  return { requestBody: { content: { 'application/json': { schema: reference(`${name}Request`), ...exampled } } } };
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
    const [summary, example] = WEBHOOK_EXAMPLES[type as WebhookType];
    const content = { 'application/json': { schema: schemaOf(body, 'output'), example } };
    const said = { operationId: type, summary, tags: ['system'], security: [] };
    return [type, { post: { ...said, parameters, requestBody: { required: true, content }, responses } }];
  });
  return Object.fromEntries(described);
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
}

function schemas(): Json {
  return {
    Problem: schemaOf(PROBLEM, 'output'),
    GatewayMessage: GATEWAY_SCHEMA,
    submitUploadRequest: schemaOf(SUBMIT_UPLOAD, 'input'),
    ...Object.fromEntries(
      Object.entries(REQUESTS).map(([name, schema]) => [`${name}Request`, schemaOf(schema, 'input')]),
    ),
    ...Object.fromEntries(
      Object.entries(ANSWERS).map(([name, schema]) => [`${name}Answer`, schemaOf(schema, 'output')]),
    ),
  };
}
