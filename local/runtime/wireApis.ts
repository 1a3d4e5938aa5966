import { functionNameOf } from '../assembly/identity.ts';
import { numberAt, textAt } from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import type { RouteTarget } from './httpGateway.ts';
import type { LambdaFunction } from './lambdaFunction.ts';
import type { MayInvoke } from './permissions.ts';
import { whereOf } from './provision.ts';
import { ofType } from './roles.ts';
import { RouteTable } from './routeTable.ts';

/** What a wiring looks up. */
export interface Wiring {
  readonly resources: readonly Resource[];
  /** By function name. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly mayInvoke: MayInvoke;
  readonly region: string;
  readonly account: string;
}

const longestIntegrationMs = 30_000;

/** Builds the routes of one HTTP API. @throws Unsupported for stages, integrations and authorizers other than those of this project. */
export function wireApi(api: Resource, wiring: Wiring): RouteTable<RouteTarget> {
  if (api.properties.ProtocolType !== 'HTTP') throw new Unsupported('an API that is not an HTTP API', whereOf(api));
  const ofApi = (type: string): readonly Resource[] =>
    ofType(wiring.resources, type).filter((resource) => resource.properties.ApiId === api.ref);
  const routes = new RouteTable<RouteTarget>();
  const stages = ofApi('AWS::ApiGatewayV2::Stage');
  for (const stage of stages) {
    if (stage.properties.StageName !== '$default') throw new Unsupported('a stage other than $default', whereOf(stage));
  }
  // without a stage nothing is deployed, and every request is answered 404
  if (stages.length === 0) return routes;
  const integrations = new Map(
    ofApi('AWS::ApiGatewayV2::Integration').map((integration) => [integration.ref, integration]),
  );
  for (const route of ofApi('AWS::ApiGatewayV2::Route')) {
    const key = textAt(route.properties.RouteKey, whereOf(route));
    routes.add(key, routeTarget(route, { key, integrations, wiring, apiId: api.ref }));
  }
  return routes;
}

interface RouteSetting {
  readonly key: string;
  readonly integrations: ReadonlyMap<string, Resource>;
  readonly wiring: Wiring;
  readonly apiId: string;
}

function routeTarget(route: Resource, { key, integrations, wiring, apiId }: RouteSetting): RouteTarget {
  const where = whereOf(route);
  const authorization = route.properties.AuthorizationType ?? 'NONE';
  if (authorization !== 'NONE' && authorization !== 'AWS_IAM') {
    throw new Unsupported(`the authorization type ${String(authorization)}`, where);
  }
  const target = textAt(route.properties.Target, where);
  const integration = integrations.get(target.replace(/^integrations\//, ''));
  if (integration === undefined) throw new Error(`${where}: no integration ${target}`);
  const { IntegrationType, PayloadFormatVersion, IntegrationUri, TimeoutInMillis } = integration.properties;
  if (IntegrationType !== 'AWS_PROXY')
    throw new Unsupported(`the integration type ${String(IntegrationType)}`, whereOf(integration));
  if (PayloadFormatVersion !== '2.0')
    throw new Unsupported(`payload format ${String(PayloadFormatVersion)}`, whereOf(integration));
  const invoked = functionAt(textAt(IntegrationUri, whereOf(integration)), { wiring, where: whereOf(integration) });
  const [method = '', path = ''] = key === '$default' ? ['$default', ''] : key.split(' ');
  const caller = {
    service: 'apigateway.amazonaws.com',
    sourceArn: `arn:aws:execute-api:${wiring.region}:${wiring.account}:${apiId}/$default/${method}${path}`,
    account: wiring.account,
  };
  return {
    function: invoked,
    authorization,
    timeoutMs: Math.min(
      longestIntegrationMs,
      TimeoutInMillis === undefined ? longestIntegrationMs : numberAt(TimeoutInMillis, where),
    ),
    permitted: wiring.mayInvoke(invoked.definition.name, caller),
  };
}

/** The function that a name, ARN or integration URI means. */
export function functionAt(reference: string, { wiring, where }: { wiring: Wiring; where: string }): LambdaFunction {
  const found = wiring.functions.get(functionNameOf(reference));
  if (found === undefined) throw new Error(`${where}: no function ${reference} in the assembly`);
  return found;
}
