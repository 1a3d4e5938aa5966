import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An event as API Gateway sends it (HTTP API, payload format 2.0), with what a test wants to be different. */
export const gatewayEvent = (given: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'POST /v1/dispatches',
  rawPath: '/v1/dispatches',
  rawQueryString: '',
  headers: {},
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'api.example',
    domainPrefix: 'api',
    http: { method: 'POST', path: '/v1/dispatches', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    requestId: 'request-1',
    routeKey: 'POST /v1/dispatches',
    stage: '$default',
    time: '02/Mar/2026:08:00:00 +0000',
    timeEpoch: 1_772_438_400_000,
  },
  isBase64Encoded: false,
  ...given,
});
