import { ArnFormat, Aws, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  ENVIRONMENT,
  type EnvironmentName,
  type EnvironmentOf,
  FUNCTIONS,
  type FunctionName,
} from '../core/contract/environment.ts';
import { logGroupOf } from '../core/contract/logQueries.ts';
import type { QueueUrls } from '../core/contract/seeing.ts';
import { Alarms } from './alarms.ts';
import { AxisApi } from './axisApi.ts';
import { Dashboard } from './dashboard.ts';
import type { DataStack } from './dataStack.ts';
import { grantsOf, type Resources } from './grants.ts';
import { Notices } from './notices.ts';
import { OperatorRoles } from './operatorRoles.ts';
import { CONCLUDE_SECONDS, FAN_OUT_SECONDS, NOTIFY_SECONDS, Queues, SEAL_SECONDS } from './queues.ts';
import { Release } from './release.ts';
import type { StageConfig } from './stageConfig.ts';
import { StepFunction, type StepFunctions } from './stepFunction.ts';
import { addTriggers } from './triggers.ts';

export interface ServiceStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly data: DataStack;
  /** Folder of each function's bundle. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
  readonly version: string;
}

interface Tables {
  readonly dispatches: { readonly name: string; readonly arn: string };
  readonly registry: { readonly name: string; readonly arn: string };
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
  rebuild: { seconds: 29, megabytes: 1769, description: 'Rebuilds records from received bytes' },
  administer: { seconds: 15, description: 'The operators’ routes' },
  report: { seconds: 29, description: 'Lines that reports are computed from' },
  stats: { seconds: 29, description: 'Says operators how the axis does, from logs, queues and indexes' },
  compatSend: { seconds: 29, description: 'Takes messages from systems that speak as the SDK or the provinces do' },
  compatTake: { seconds: 29, description: 'The inbox and the sent list for the same systems' },
  compatAgencies: { seconds: 29, description: 'The directory for the same systems, and their own agencies in it' },
  // It holds the directory while it makes the lists: see docs/results.
  publish: { seconds: 300, megabytes: 1769, description: 'Publishes the directory and what changed in it' },
  revocation: { seconds: 240, description: 'Fetches news of revoked certificates' },
  webhook: { seconds: 29, description: 'Where systems are notified' },
  notify: { seconds: NOTIFY_SECONDS, description: 'Sends notifications to webhooks' },
  // A whole processor: it signs every step of everybody.
  log: { seconds: 55, megabytes: 1769, description: 'Makes what happened entries of the evidence log' },
  prove: { seconds: 15, description: 'Hands out evidence, and the files of its log' },
  watch: { seconds: 55, description: 'Moves what did not move' },
};

/** Functions that nothing but a schedule invokes. */
const ON_SCHEDULE: readonly FunctionName[] = ['publish', 'revocation', 'log', 'watch'];

/** Functions, routes, queues and schedules: everything that a code deployment may touch. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const queues = new Queues(this, 'Queues', stage);
    const tables = this.#tables(props);
    const inboxes = this.formatArn({ service: 'sqs', resource: `${queues.inboxNamePrefix}*` });
    const inboxRoleName = `docaxis-${stage.name}-inbox`;
    const inboxRoleArn = this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: inboxRoleName });
    const functions = this.#functions(props, {
      environment: this.#environment(props, { queues, tables, inboxRoleArn }),
      resources: {
        dispatches: tables.dispatches.arn,
        registry: tables.registry.arn,
        contentBucket: props.data.content.bucketArn,
        log: props.data.log.tableArn,
        logObjects: props.data.content.arnForObjects('log/*'),
        directoryObjects: props.data.content.arnForObjects('directory/*'),
        trustObjects: props.data.content.arnForObjects('trust/*'),
        revocationObjects: props.data.content.arnForObjects('revocation/*'),
        memoryObject: props.data.content.arnForObjects('memory/rounds'),
        contentObjects: props.data.content.arnForObjects('dispatches/*'),
        answerObjects: props.data.uploads.arnForObjects('answers/*'),
        uploadObjects: props.data.uploads.arnForObjects('uploads/*'),
        fanOut: queues.fanOut.queueArn,
        allQueues: queues.all
          .flatMap(({ live, dead }) => [dead, ...(live ? [live] : [])])
          .map(({ queueArn }) => queueArn),
        logGroups: FUNCTIONS.map((name) =>
          this.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: `${logGroupOf(stage.name, name)}:*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ),
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
    addTriggers(this, { functions, queues, stage });
    const axis = new AxisApi(this, 'Axis', { stage, functions });
    new OperatorRoles(this, 'Operators', { stage, api: axis.api });
    const alarms = new Alarms(this, 'Alarms', {
      stage,
      log: functions.log.live,
      revocation: functions.revocation.live,
      dead: {
        'fan-out-dead': queues.fanOutDead,
        'inbox-dead': queues.inboxDead,
        'seal-dead': queues.sealDead,
        'submissions-dead': queues.submissionsDead,
        'webhooks-dead': queues.webhooksDead,
      },
    });
    if (stage.dashboard) {
      new Dashboard(this, 'Dashboard', {
        stage: stage.name,
        functions,
        queues,
        alarms: alarms.all,
        apiId: axis.api.apiId,
        tables: [props.data.dispatches.tableName, props.data.registry.tableName],
      });
    }
    if (stage.release.kind === 'canary') new Release(this, 'Release', { stage, release: stage.release, functions });
    new Notices(this, 'Notices', stage);
    this.#outputs(props, { axis, queues, tables });
  }

  /** The stage's own tables, or those that stand in for them since they were restored. */
  #tables({ stage, data }: ServiceStackProps): Tables {
    const of = (own: DataStack['dispatches'], restored: string | undefined): Tables['dispatches'] =>
      restored === undefined
        ? { name: own.tableName, arn: own.tableArn }
        : { name: restored, arn: this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: restored }) };
    return {
      dispatches: of(data.dispatches, stage.restored?.dispatches),
      registry: of(data.registry, stage.restored?.registry),
    };
  }

  #environment(
    props: ServiceStackProps,
    { queues, tables, inboxRoleArn }: { queues: Queues; tables: Tables; inboxRoleArn: string },
  ): Readonly<Record<EnvironmentName, string>> {
    const { stage, data } = props;
    return {
      AXIS_ID: stage.axisId,
      STAGE: stage.name,
      AXIS_VERSION: props.version,
      DISPATCHES_TABLE: tables.dispatches.name,
      REGISTRY_TABLE: tables.registry.name,
      LOG_TABLE: data.log.tableName,
      EVIDENCE: stage.evidence ? 'on' : 'off',
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
      QUEUES: this.toJsonString(
        Object.fromEntries(
          queues.all.map(({ name, live, dead }) => [
            name,
            { ...(live ? { live: live.queueUrl } : {}), dead: dead.queueUrl } satisfies QueueUrls[string],
          ]),
        ),
      ),
    };
  }

  #functions(
    props: ServiceStackProps,
    wiring: { environment: Readonly<Record<EnvironmentName, string>>; resources: Resources },
  ): StepFunctions {
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
          followed: !ON_SCHEDULE.includes(name),
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
      report: step('report'),
      stats: step('stats'),
      rebuild: step('rebuild'),
      compatSend: step('compatSend'),
      compatTake: step('compatTake'),
      compatAgencies: step('compatAgencies'),
      publish: step('publish'),
      revocation: step('revocation'),
      webhook: step('webhook'),
      notify: step('notify'),
      log: step('log'),
      prove: step('prove'),
      watch: step('watch'),
    };
  }

  #outputs(props: ServiceStackProps, made: { axis: AxisApi; queues: Queues; tables: Tables }): void {
    const output = (id: string, value: string, description: string) => new CfnOutput(this, id, { value, description });
    output('Url', made.axis.url, 'Base URL of the axis');
    if (made.axis.domainTarget) output('DomainTarget', made.axis.domainTarget, 'Where DNS has to point the domain');
    output('AxisId', props.stage.axisId, 'Audience of client tokens');
    output('DispatchesTable', made.tables.dispatches.name, 'Dispatches, deliveries and their timelines');
    output('RegistryTable', made.tables.registry.name, 'Agencies, systems and their claims');
    output('LogTable', props.data.log.tableName, 'The head of the evidence log');
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
