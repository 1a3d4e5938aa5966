import { Aws, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import {
  ENVIRONMENT,
  type EnvironmentName,
  type EnvironmentOf,
  type FunctionName,
} from '../core/contract/environment.ts';
import { FACE_ROUTE_NAMES, FACE_ROUTES, type FaceRoute } from '../core/contract/faceRoutes.ts';
import { ROUTE_NAMES, ROUTES, type Route } from '../core/contract/routes.ts';
import { Alarms } from './alarms.ts';
import type { DataStack } from './dataStack.ts';
import { grantsOf, type Resources } from './grants.ts';
import { OperatorRoles } from './operatorRoles.ts';
import { CONCLUDE_SECONDS, FAN_OUT_SECONDS, NOTIFY_SECONDS, Queues, SEAL_SECONDS } from './queues.ts';
import type { StageConfig } from './stageConfig.ts';
import { StepFunction } from './stepFunction.ts';

export interface ServiceStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly data: DataStack;
  /** Folder of each function's bundle. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
  readonly version: string;
}

const ABOUT: Readonly<
  Record<FunctionName, { readonly seconds: number; readonly megabytes?: number; readonly description: string }>
> = {
  submit: { seconds: 29, description: 'Submitted, verified, kept: answers with the receipt' },
  conclude: { seconds: CONCLUDE_SECONDS, description: 'Goes on with submissions that take long' },
  deliver: { seconds: FAN_OUT_SECONDS, description: 'Puts one delivery per recipient and rings its inbox' },
  receive: { seconds: 29, description: 'Leases waiting deliveries' },
  fetch: { seconds: 15, description: 'Hands out links to content' },
  attachments: { seconds: 29, description: 'Cuts attachments out of messages and hands out links to them' },
  upload: { seconds: 29, description: 'Says where uploads are sent, and how far they are' },
  seal: {
    seconds: SEAL_SECONDS,
    description: 'Reads what was uploaded in parts and compares it with what was declared',
  },
  acknowledge: { seconds: 15, description: 'Settles leases' },
  view: { seconds: 15, description: 'Shows dispatches, the directory and the axis' },
  administer: { seconds: 15, description: 'The operators’ routes' },
  compatSend: { seconds: 29, description: 'Takes messages from systems that speak as the SDK or the provinces do' },
  compatTake: { seconds: 29, description: 'The inbox and the sent list for the same systems' },
  compatAgencies: { seconds: 29, description: 'The directory for the same systems, and their own agencies in it' },
  // It holds the directory while it makes the lists: see docs/results.
  publish: { seconds: 300, megabytes: 1769, description: 'Publishes the directory and what changed in it' },
  revocation: { seconds: 240, description: 'Fetches news of revoked certificates' },
  webhook: { seconds: 29, description: 'Where systems are notified' },
  notify: { seconds: NOTIFY_SECONDS, description: 'Sends notifications to webhooks' },
  watch: { seconds: 55, description: 'Moves what did not move' },
};

/** Functions, routes, queues and schedules: everything that a code deployment may touch. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const queues = new Queues(this, 'Queues', stage);
    const inboxes = this.formatArn({ service: 'sqs', resource: `${queues.inboxNamePrefix}*` });
    const inboxRoleName = `docaxis-${stage.name}-inbox`;
    const inboxRoleArn = this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: inboxRoleName });
    const functions = this.#functions(props, {
      environment: this.#environment(props, queues, inboxRoleArn),
      resources: {
        dispatches: props.data.dispatches.tableArn,
        registry: props.data.registry.tableArn,
        contentBucket: props.data.content.bucketArn,
        directoryObjects: props.data.content.arnForObjects('directory/*'),
        trustObjects: props.data.content.arnForObjects('trust/*'),
        revocationObjects: props.data.content.arnForObjects('revocation/*'),
        contentObjects: props.data.content.arnForObjects('dispatches/*'),
        answerObjects: props.data.uploads.arnForObjects('answers/*'),
        uploadObjects: props.data.uploads.arnForObjects('uploads/*'),
        fanOut: queues.fanOut.queueArn,
        heldMessages: props.data.uploads.arnForObjects('submissions/*'),
        seal: queues.seal.queueArn,
        submissions: queues.submissions.queueArn,
        webhooks: queues.webhooks.queueArn,
        inboxes,
        inboxRole: inboxRoleArn,
        receiptKey: props.data.receiptKey.keyArn,
        secretsKey: props.data.secretsKey.keyArn,
        stage: stage.name,
      },
    });
    const inboxRole = new Role(this, 'InboxRole', {
      roleName: inboxRoleName,
      description: `docaxis ${stage.name}: reads inbox queues; cut down to one queue by a session policy`,
      assumedBy: functions.receive.role,
    });
    inboxRole.addToPolicy(
      new PolicyStatement({ actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], resources: [inboxes] }),
    );
    functions.deliver.function.addEventSource(
      new SqsEventSource(queues.fanOut, { batchSize: 10, maxConcurrency: 10, reportBatchItemFailures: true }),
    );
    functions.seal.function.addEventSource(
      new SqsEventSource(queues.seal, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures: true }),
    );
    functions.conclude.function.addEventSource(
      new SqsEventSource(queues.submissions, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures: true }),
    );
    functions.notify.function.addEventSource(
      // Alone in its batch: a slow endpoint holds up nobody else's notification.
      new SqsEventSource(queues.webhooks, { batchSize: 1, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    this.#schedules(functions.watch.function);
    new Rule(this, 'EveryQuarter', {
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [new LambdaTarget(functions.publish.function)],
    });
    // Often, so that a trust list published just now is looked through soon; a source is asked only when it is time.
    new Rule(this, 'EveryFiveMinutes', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaTarget(functions.revocation.function)],
    });
    const api = this.#api(stage, functions);
    new OperatorRoles(this, 'Operators', { stage, api });
    new Alarms(this, 'Alarms', {
      stage,
      dead: {
        'fan-out-dead': queues.fanOutDead,
        'inbox-dead': queues.inboxDead,
        'seal-dead': queues.sealDead,
        'submissions-dead': queues.submissionsDead,
        'webhooks-dead': queues.webhooksDead,
      },
    });
    this.#outputs(props, { api, queues });
  }

  #environment(
    props: ServiceStackProps,
    queues: Queues,
    inboxRoleArn: string,
  ): Readonly<Record<EnvironmentName, string>> {
    const { stage, data } = props;
    return {
      AXIS_ID: stage.axisId,
      STAGE: stage.name,
      AXIS_VERSION: props.version,
      DISPATCHES_TABLE: data.dispatches.tableName,
      REGISTRY_TABLE: data.registry.tableName,
      DISPATCHES_BUCKET: data.content.bucketName,
      UPLOADS_BUCKET: data.uploads.bucketName,
      FANOUT_QUEUE_URL: queues.fanOut.queueUrl,
      SEAL_QUEUE_URL: queues.seal.queueUrl,
      SUBMISSION_QUEUE_URL: queues.submissions.queueUrl,
      WEBHOOK_QUEUE_URL: queues.webhooks.queueUrl,
      RECEIPT_KEY_ID: data.receiptKey.keyArn,
      SECRETS_KEY_ID: data.secretsKey.keyArn,
      INBOX_QUEUE_PREFIX: `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${queues.inboxNamePrefix}`,
      INBOX_DEAD_LETTER_ARN: queues.inboxDead.queueArn,
      INBOX_ROLE_ARN: inboxRoleArn,
      RETENTION: JSON.stringify(stage.retention),
    };
  }

  #functions(
    props: ServiceStackProps,
    wiring: { environment: Readonly<Record<EnvironmentName, string>>; resources: Resources },
  ): Readonly<Record<FunctionName, StepFunction<FunctionName>>> {
    const step = <F extends FunctionName>(name: F) => {
      const environment = Object.fromEntries(
        ENVIRONMENT[name].map((key) => [key, wiring.environment[key]]),
      ) as EnvironmentOf<F>;
      return new StepFunction(
        this,
        name.replace(/^./, (letter) => letter.toUpperCase()),
        {
          stage: props.stage,
          name,
          bundle: props.bundles[name],
          environment,
          grants: grantsOf[name](wiring.resources),
          timeout: Duration.seconds(ABOUT[name].seconds),
          megabytes: ABOUT[name].megabytes,
          description: ABOUT[name].description,
        },
      );
    };
    return {
      submit: step('submit'),
      conclude: step('conclude'),
      deliver: step('deliver'),
      receive: step('receive'),
      fetch: step('fetch'),
      attachments: step('attachments'),
      upload: step('upload'),
      seal: step('seal'),
      acknowledge: step('acknowledge'),
      view: step('view'),
      administer: step('administer'),
      compatSend: step('compatSend'),
      compatTake: step('compatTake'),
      compatAgencies: step('compatAgencies'),
      publish: step('publish'),
      revocation: step('revocation'),
      webhook: step('webhook'),
      notify: step('notify'),
      watch: step('watch'),
    };
  }

  #schedules(watch: LambdaFunction): void {
    const every = (id: string, rate: Duration, task: string) =>
      new Rule(this, id, {
        schedule: Schedule.rate(rate),
        targets: [new LambdaTarget(watch, { event: RuleTargetInput.fromObject({ task }) })],
      });
    every('EveryMinute', Duration.minutes(1), 'watch');
    every('EveryHour', Duration.hours(1), 'sweep');
    every('EveryDay', Duration.days(1), 'certificates');
  }

  #api(stage: StageConfig, functions: Readonly<Record<FunctionName, StepFunction<FunctionName>>>): HttpApi {
    const integrations = new Map<FunctionName, HttpLambdaIntegration>();
    const integrationOf = (name: FunctionName): HttpLambdaIntegration => {
      const known = integrations.get(name) ?? new HttpLambdaIntegration(name, functions[name].function);
      integrations.set(name, known);
      return known;
    };
    const api = new HttpApi(this, 'Api', {
      apiName: `docaxis-${stage.name}`,
      // Paths that nobody declared are answered in the axis's own words.
      defaultIntegration: integrationOf('view'),
    });
    for (const name of ROUTE_NAMES) {
      const route: Route = ROUTES[name];
      api.addRoutes({
        path: route.path,
        methods: [HttpMethod[route.method]],
        integration: integrationOf(route.function),
        authorizer: route.caller === 'operator' ? new HttpIamAuthorizer() : new HttpNoneAuthorizer(),
      });
    }
    for (const name of FACE_ROUTE_NAMES) {
      const route: FaceRoute = FACE_ROUTES[name];
      const integration = integrationOf(route.function);
      api.addRoutes({ path: route.path, methods: [HttpMethod[route.method]], integration });
    }
    return api;
  }

  #outputs(props: ServiceStackProps, made: { api: HttpApi; queues: Queues }): void {
    const output = (id: string, value: string, description: string) => new CfnOutput(this, id, { value, description });
    output('Url', made.api.apiEndpoint, 'Base URL of the axis');
    output('AxisId', props.stage.axisId, 'Audience of client tokens');
    output('DispatchesTable', props.data.dispatches.tableName, 'Dispatches, deliveries and their timelines');
    output('RegistryTable', props.data.registry.tableName, 'Agencies, systems and their claims');
    output('ContentBucket', props.data.content.bucketName, 'Received bytes');
    output('UploadsBucket', props.data.uploads.bucketName, 'Bytes on their way in');
    output('SealQueue', made.queues.seal.queueUrl, 'Uploads that wait to be sealed');
    output('SealDeadQueue', made.queues.sealDead.queueUrl, 'Uploads whose sealing was set aside');
    output('SubmissionQueue', made.queues.submissions.queueUrl, 'Submissions that go on in the background');
    output('SubmissionDeadQueue', made.queues.submissionsDead.queueUrl, 'Submissions that were set aside');
    output('WebhookQueue', made.queues.webhooks.queueUrl, 'Notifications on their way to webhooks');
    output('FanOutQueue', made.queues.fanOut.queueUrl, 'Fan-out messages');
    output('FanOutDeadQueue', made.queues.fanOutDead.queueUrl, 'Fan-out messages that were set aside');
    output('InboxQueuePrefix', made.queues.inboxNamePrefix, 'Names of inbox queues begin with this');
  }
}
