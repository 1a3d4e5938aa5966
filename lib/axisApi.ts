import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
  type MTLSConfig,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { FunctionName } from '../core/contract/environment.ts';
import { FACE_ROUTE_NAMES, FACE_ROUTES, type FaceRoute } from '../core/contract/faceRoutes.ts';
import { ROUTE_NAMES, ROUTES, type Route } from '../core/contract/routes.ts';
import type { StageConfig } from './stageConfig.ts';
import type { StepFunctions } from './stepFunction.ts';

/** What a line of the access log holds: who called what and how it ended, and no header that could hold a token. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  fault: '$context.integrationErrorMessage',
};

/** The routes of the contract, and the name under which they answer. */
export class AxisApi extends Construct {
  readonly api: HttpApi;
  /** Base URL of the axis. */
  readonly url: string;
  /** Where DNS has to point a domain of the stage. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, props: { readonly stage: StageConfig; readonly functions: StepFunctions }) {
    super(scope, id);
    const { stage, functions } = props;
    const { domain, throttle } = stage;
    const integrations = new Map<FunctionName, HttpLambdaIntegration>();
    const integrationOf = (name: FunctionName): HttpLambdaIntegration => {
      const known = integrations.get(name) ?? new HttpLambdaIntegration(name, functions[name].live);
      integrations.set(name, known);
      return known;
    };
    this.api = new HttpApi(this, 'Api', {
      apiName: `docaxis-${stage.name}`,
      createDefaultStage: false,
      // Behind a name of its own nobody may go round what stands before that name.
      disableExecuteApiEndpoint: domain !== undefined,
      // Paths that nobody declared are answered in the axis's own words.
      defaultIntegration: integrationOf('view'),
    });
    const name = domain && this.#domain(domain);
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      ...(throttle ? { throttle: { rateLimit: throttle.perSecond, burstLimit: throttle.burst } } : {}),
      ...(stage.accessLogs ? { accessLogSettings: this.#accessLog(stage) } : {}),
      ...(name ? { domainMapping: { domainName: name } } : {}),
    });
    this.#routes(integrationOf);
    // Not the API's own attribute: the address follows from its id, whether or not that is still used.
    this.url = domain
      ? `https://${domain.name}`
      : `https://${this.api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    this.domainTarget = name?.regionalDomainName;
  }

  #routes(integrationOf: (name: FunctionName) => HttpLambdaIntegration): void {
    for (const name of ROUTE_NAMES) {
      const route: Route = ROUTES[name];
      this.api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: integrationOf(route.function),
        authorizer: route.caller === 'operator' ? new HttpIamAuthorizer() : new HttpNoneAuthorizer(),
      });
    }
    for (const name of FACE_ROUTE_NAMES) {
      const route: FaceRoute = FACE_ROUTES[name];
      const integration = integrationOf(route.function);
      this.api.addRoutes({ path: route.path, methods: [HttpMethod[route.method]], integration });
    }
  }

  #domain({ name, certificateArn, mutualTls }: NonNullable<StageConfig['domain']>): DomainName {
    return new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
      ...(mutualTls ? { mtls: this.#mutualTls(mutualTls) } : {}),
    });
  }

  #mutualTls({ trustStore, version }: NonNullable<NonNullable<StageConfig['domain']>['mutualTls']>): MTLSConfig {
    const { hostname, pathname } = new URL(trustStore);
    return {
      bucket: Bucket.fromBucketName(this, 'TrustStore', hostname),
      key: pathname.slice(1),
      ...(version === undefined ? {} : { version }),
    };
  }

  #accessLog(stage: StageConfig) {
    const logGroup = new LogGroup(this, 'AccessLog', {
      logGroupName: `/docaxis/${stage.name}/access`,
      retention: stage.logDays satisfies RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
    };
  }
}
