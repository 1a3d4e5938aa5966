import type { IncomingMessage } from 'node:http';
import type { Principal } from '../contract/principal.ts';

/** A request that was read, with its path decoded. */
export interface GatewayRequest {
  readonly method: string;
  /** Decoded, as HTTP APIs match and hand it over. */
  readonly path: string;
  /** Still percent-encoded, without the question mark. */
  readonly query: string;
  /** Lower-case names; repeated headers joined with commas; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: string;
}

/** What the gateway adds to a request. */
export interface EventSetting {
  readonly account: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly traceId: string;
  /** Axis time in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Who signed, on routes with IAM authorization. */
  readonly caller?: { readonly principal: Principal; readonly accessKeyId: string };
}

/**
 * The event of payload format 2.0.
 * @see API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs"
 */
export function httpEvent(request: GatewayRequest, setting: EventSetting): Record<string, unknown> {
  const text = isTextType(request.headers['content-type']);
  const hasBody = request.body.length > 0;
  const query = queryParameters(request.query);
  return {
    version: '2.0',
    routeKey: setting.routeKey,
    rawPath: request.path,
    rawQueryString: request.query,
    ...(request.cookies.length > 0 ? { cookies: request.cookies } : {}),
    headers: gatewayHeaders(request, setting),
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: requestContext(request, setting),
    ...(Object.keys(setting.parameters).length > 0 ? { pathParameters: setting.parameters } : {}),
    ...(hasBody ? { body: request.body.toString(text ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: hasBody && !text,
  };
}

/**
 * The types whose bodies arrive as text. Everything else is base64, also a missing type, forms, and `+json` or `+xml` suffixes: the
 * list was found out on AWS by others (the documentation does not give it), and it is exactly this.
 */
export function isTextType(contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || ['application/json', 'application/xml', 'application/javascript'].includes(type);
}

/** Headers by lower-case name, repeated ones joined with commas in the order of arrival; cookies apart. */
export function readHeaders(message: IncomingMessage): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = (message.rawHeaders[index] ?? '').toLowerCase();
    const value = message.rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(';').map((cookie) => cookie.trim()));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return { headers: { ...headers }, cookies };
}

function gatewayHeaders(request: GatewayRequest, setting: EventSetting): Record<string, string> {
  const forwarded = request.headers['x-forwarded-for'];
  return {
    'content-length': String(request.body.length),
    ...request.headers,
    'x-amzn-trace-id': request.headers['x-amzn-trace-id'] ?? setting.traceId,
    'x-forwarded-for': forwarded === undefined ? request.sourceIp : `${forwarded}, ${request.sourceIp}`,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return { ...parameters };
}

function requestContext(request: GatewayRequest, setting: EventSetting): Record<string, unknown> {
  const domain = request.headers.host ?? '';
  return {
    accountId: setting.account,
    apiId: setting.apiId,
    ...(setting.caller === undefined ? {} : { authorizer: { iam: iamContext(setting.account, setting.caller) } }),
    domainName: domain,
    domainPrefix: domain.split('.')[0] ?? '',
    http: {
      method: request.method,
      path: request.path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: setting.requestId,
    routeKey: setting.routeKey,
    stage: '$default',
    time: commonLogTime(setting.at),
    timeEpoch: setting.at,
  };
}

function iamContext(account: string, caller: { principal: Principal; accessKeyId: string }): Record<string, unknown> {
  return {
    accessKey: caller.accessKeyId,
    accountId: account,
    callerId: caller.principal.name,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.principal.arn,
    userId: caller.principal.name,
  };
}

/** `12/Mar/2020:19:03:58 +0000`, the form that the gateway writes. */
function commonLogTime(at: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
