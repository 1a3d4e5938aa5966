import {
  CfnCondition,
  CfnOutput,
  CfnParameter,
  Duration,
  Fn,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What outlives a deployment: exported to the stack with the functions. */
export class DataStack extends Stack {
  readonly table: dynamodb.TableV2;
  readonly bucket: s3.Bucket;
  readonly work: sqs.Queue;
  readonly dead: sqs.Queue;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.table = new dynamodb.TableV2(this, 'Records', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.bucket = new s3.Bucket(this, 'Objects', { versioned: true, enforceSSL: true });
    this.dead = new sqs.Queue(this, 'Dead', { enforceSSL: true, retentionPeriod: Duration.days(14) });
    this.work = new sqs.Queue(this, 'Work', {
      visibilityTimeout: Duration.seconds(2),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: 2 },
    });
  }
}

/** The functions of the sample and everything that invokes them. */
export class AxisStack extends Stack {
  readonly #bundles: string;
  readonly #variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: StackProps & { data: DataStack; bundles: string }) {
    super(scope, id, props);
    const { data } = props;
    this.#bundles = props.bundles;
    const stage = new CfnParameter(this, 'Level', { default: 'debug' });
    const quiet = new CfnCondition(this, 'Quiet', { expression: Fn.conditionEquals(stage.valueAsString, 'quiet') });
    this.#variables = {
      TABLE: data.table.tableName,
      QUEUE_URL: data.work.queueUrl,
      BUCKET: data.bucket.bucketName,
      LEVEL: Fn.conditionIf(quiet.logicalId, 'none', stage.valueAsString).toString(),
    };
    const echo = this.#function('Echo', 'echo', {});
    const probe = this.#function('Probe', 'probe', { timeout: Duration.seconds(15) });
    const worker = this.#function('Worker', 'worker', { timeout: Duration.seconds(2) });
    data.table.grantReadWriteData(probe);
    data.table.grantReadWriteData(worker);
    data.work.grantSendMessages(probe);
    worker.addEventSource(
      new SqsEventSource(data.work, { batchSize: 5, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
    this.#addRoutes(echo, probe);
    this.#addSchedules(probe);
    this.#addMissingGrants(echo);
    new CfnOutput(this, 'DeadUrl', { value: data.dead.queueUrl });
    new CfnOutput(this, 'TableName', { value: data.table.tableName });
  }

  #function(id: string, entry: string, options: Partial<lambda.FunctionProps>): lambda.Function {
    return new lambda.Function(this, id, {
      runtime: lambda.Runtime.NODEJS_LATEST,
      code: lambda.Code.fromAsset(`${this.#bundles}/${entry}`),
      handler: 'index.handler',
      memorySize: 256,
      environment: this.#variables,
      tracing: lambda.Tracing.ACTIVE,
      ...options,
    });
  }

  #addRoutes(echo: lambda.Function, probe: lambda.Function): void {
    const api = new gateway.HttpApi(this, 'Api', { defaultIntegration: new HttpLambdaIntegration('Fallback', echo) });
    const { GET, POST, ANY } = gateway.HttpMethod;
    const toEcho = new HttpLambdaIntegration('EchoIntegration', echo);
    api.addRoutes({ path: '/echo/{id}', methods: [GET], integration: toEcho });
    api.addRoutes({ path: '/echo/fixed', methods: [GET], integration: toEcho });
    api.addRoutes({ path: '/echo', methods: [POST], integration: toEcho });
    api.addRoutes({ path: '/files/{rest+}', methods: [ANY], integration: toEcho });
    api.addRoutes({
      path: '/probe',
      methods: [POST],
      integration: new HttpLambdaIntegration('ProbeIntegration', probe),
    });
    const authorizer = new HttpIamAuthorizer();
    const [admin] = api.addRoutes({ path: '/admin/{id}', methods: [GET], integration: toEcho, authorizer });
    const operator = new iam.Role(this, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
    admin?.grantInvoke(operator);
    new iam.Role(this, 'Stranger', { assumedBy: new iam.AccountRootPrincipal() });
    new CfnOutput(this, 'Url', { value: api.apiEndpoint });
    this.#addUnpermittedRoute(api);
  }

  /** A route whose function has no resource policy for this API: the deployment succeeds, every request fails. */
  #addUnpermittedRoute(api: gateway.HttpApi): void {
    const lonely = this.#function('Lonely', 'echo', {});
    const integration = new gateway.CfnIntegration(this, 'LonelyIntegration', {
      apiId: api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: lonely.functionArn,
      payloadFormatVersion: '2.0',
    });
    new gateway.CfnRoute(this, 'LonelyRoute', {
      apiId: api.apiId,
      routeKey: 'GET /lonely',
      target: `integrations/${integration.ref}`,
    });
  }

  #addSchedules(probe: lambda.Function): void {
    new events.Rule(this, 'EveryMinute', {
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [new targets.LambdaFunction(probe)],
    });
    new scheduler.Schedule(this, 'Nightly', {
      schedule: scheduler.ScheduleExpression.cron({ minute: '30', hour: '1' }),
      target: new LambdaInvoke(probe, {
        input: scheduler.ScheduleTargetInput.fromObject({ do: 'count', pk: 'nightly' }),
      }),
    });
  }

  /** A queue whose consumer's role may not receive from it. */
  #addMissingGrants(consumer: lambda.Function): void {
    const unread = new sqs.Queue(this, 'Unread', { visibilityTimeout: Duration.seconds(30) });
    new lambda.CfnEventSourceMapping(this, 'UnreadMapping', {
      eventSourceArn: unread.queueArn,
      functionName: consumer.functionName,
    });
    new CfnOutput(this, 'UnreadUrl', { value: unread.queueUrl });
  }
}
