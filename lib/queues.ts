import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LIMITS } from '../core/contract/limits.ts';
import type { StageConfig } from './stageConfig.ts';

/** Seconds that a fan-out worker may take; AWS asks for six times as much visibility. */
export const FAN_OUT_SECONDS = 60;

/** Seconds that reading one upload from end to end may take: 2 GB at 10 MB/s and some. */
export const SEAL_SECONDS = 300;

/** Seconds that going on with one submission may take: as long as the contract says. */
export const CONCLUDE_SECONDS = LIMITS.concludeSeconds;

/** Seconds that one notification may take: the post itself has ten. */
export const NOTIFY_SECONDS = 30;

/** The fan-out queue with its dead letter, and the dead letter that all inbox queues of the stage share. */
export class Queues extends Construct {
  readonly fanOut: Queue;
  readonly fanOutDead: Queue;
  readonly inboxDead: Queue;
  readonly seal: Queue;
  readonly sealDead: Queue;
  readonly submissions: Queue;
  readonly submissionsDead: Queue;
  readonly webhooks: Queue;
  readonly webhooksDead: Queue;
  /** Every queue of the stage with its dead letter; of the inboxes only that, which they share. */
  readonly all: readonly {
    readonly name: 'fan-out' | 'inbox' | 'seal' | 'submissions' | 'webhooks';
    readonly live?: Queue;
    readonly dead: Queue;
  }[];
  /** Names of inbox queues begin with this; the system's id follows. */
  readonly inboxNamePrefix: string;

  constructor(scope: Construct, id: string, stage: StageConfig) {
    super(scope, id);
    this.inboxNamePrefix = `docaxis-${stage.name}-inbox-`;
    const dead = (name: string) =>
      new Queue(this, name, {
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        retentionPeriod: Duration.days(14),
      });
    this.fanOutDead = dead('FanOutDead');
    this.inboxDead = dead('InboxDead');
    this.sealDead = dead('SealDead');
    this.submissionsDead = dead('SubmissionsDead');
    this.submissions = new Queue(this, 'Submissions', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * CONCLUDE_SECONDS),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.submissionsDead, maxReceiveCount: 5 },
    });
    this.seal = new Queue(this, 'Seal', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * SEAL_SECONDS),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.sealDead, maxReceiveCount: 5 },
    });
    this.webhooksDead = dead('WebhooksDead');
    this.webhooks = new Queue(this, 'Webhooks', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * NOTIFY_SECONDS),
      retentionPeriod: Duration.days(4),
      // The worker gives up by itself before: what ends here could not be worked on at all.
      deadLetterQueue: { queue: this.webhooksDead, maxReceiveCount: LIMITS.webhookBackOffMinutes.length + 5 },
    });
    this.fanOut = new Queue(this, 'FanOut', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(6 * FAN_OUT_SECONDS),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.fanOutDead, maxReceiveCount: 5 },
    });
    this.all = [
      { name: 'fan-out', live: this.fanOut, dead: this.fanOutDead },
      { name: 'inbox', dead: this.inboxDead },
      { name: 'seal', live: this.seal, dead: this.sealDead },
      { name: 'submissions', live: this.submissions, dead: this.submissionsDead },
      { name: 'webhooks', live: this.webhooks, dead: this.webhooksDead },
    ];
  }
}
