import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../core/contract/environment.ts';
import type { StageConfig } from './stageConfig.ts';

/** What an alarm means to people, and the page that says what to do. */
export const described = (runbook: string, meaning: string): string =>
  `${meaning} What to do: docs/runbooks/${runbook}.md`;

/** What is the same in most alarms: more than none of something that should never be. */
const ANY = {
  threshold: 0,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

/** A heartbeat that is missing is itself the trouble. */
const SILENT = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.BREACHING,
} as const;

const FIVE_MINUTES = Duration.minutes(5);

/** What an operator must hear of, each with a sentence on what it means to people. */
export class Alarms extends Construct {
  readonly #stage: StageConfig;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: StageConfig; readonly dead: Readonly<Record<string, Queue>> },
  ) {
    super(scope, id);
    this.#stage = props.stage;
    this.#deadLetters(props.dead);
    if (props.stage.alarms.coverage === 'all') this.#trust();
    this.#alarm('watchman-silent', {
      means: 'The watchman has not reported for ten minutes: what a crash left behind is not being moved.',
      metric: this.#count('WatchmanHeartbeat', 'watch'),
      ...SILENT,
      evaluationPeriods: 2,
    });
    this.#alarm('tables-put-back', {
      runbook: 'restore',
      means: 'The tables were put back to an earlier time: documents that were accepted since have no record.',
      metric: this.#count('RecordsForgotten', 'watch'),
      ...ANY,
    });
    this.#alarm('delivery-set-aside', {
      means: 'A recipient took a document again and again and never acknowledged it: an operator must look.',
      metric: this.#either('SetAside', ['receive', 'compatTake']),
      ...ANY,
    });
    this.#alarm('submit-faults', {
      means: 'Submissions fail for reasons that are not the sender’s: agencies cannot send documents.',
      metric: this.#either('Fault', ['submit', 'compatSend']),
      ...ANY,
      threshold: 5,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
  }

  /** Certificates, and the news of those that were revoked. */
  #trust(): void {
    this.#alarm('revocation-silent', {
      means: 'News of revoked certificates have not been looked after for half an hour: they grow old unseen.',
      metric: this.#count('RevocationHeartbeat', 'revocation'),
      ...SILENT,
      evaluationPeriods: 6,
    });
    this.#alarm('revocation-stale', {
      means:
        'An authority gives no fresh news of revoked certificates: documents are flagged, and refused once the trust list’s hours are over.',
      metric: this.#count('RevocationSourcesStale', 'revocation'),
      ...ANY,
      evaluationPeriods: 3,
    });
    this.#alarm('certificates-expiring', {
      means: 'Agencies have no certificate that lasts another week: soon what they sign is refused.',
      metric: this.#count('CertificatesExpiringUnreplaced', 'watch').with({
        period: Duration.days(1),
        statistic: 'Maximum',
      }),
      ...ANY,
    });
  }

  /** An alarm for all queues is dear enough where few look; it does not ring again for a second queue. */
  #deadLetters(dead: Readonly<Record<string, Queue>>): void {
    const waiting = (queue: Queue) => queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) });
    const means = 'Work was set aside after repeated failures: documents may be waiting for a person to look.';
    if (this.#stage.alarms.coverage === 'all') {
      for (const [name, queue] of Object.entries(dead))
        this.#alarm(`${name}-not-empty`, { means, runbook: 'dead-letters', metric: waiting(queue), ...ANY });
      return;
    }
    const queues = Object.values(dead).map((queue, index) => [`queue${index}`, waiting(queue)] as const);
    const metric = new MathExpression({
      expression: queues.map(([name]) => `FILL(${name}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(queues),
      period: Duration.minutes(1),
    });
    this.#alarm('dead-letters', { means, metric, ...ANY });
  }

  #count(metricName: string, service: FunctionName): Metric {
    return new Metric({
      namespace: 'docaxis',
      metricName,
      dimensionsMap: { service, stage: this.#stage.name },
      statistic: 'Sum',
      period: FIVE_MINUTES,
    });
  }

  /** The same thing happens in two functions: what agencies notice is their sum. */
  #either(metricName: string, [one, other]: readonly [FunctionName, FunctionName]): MathExpression {
    return new MathExpression({
      expression: 'FILL(one, 0) + FILL(other, 0)',
      usingMetrics: { one: this.#count(metricName, one), other: this.#count(metricName, other) },
      period: FIVE_MINUTES,
    });
  }

  #alarm(name: string, { means, runbook = name, ...how }: AlarmSetting): void {
    const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    new Alarm(this, id, {
      alarmName: `docaxis-${this.#stage.name}-${name}`,
      alarmDescription: described(runbook, means),
      ...how,
    });
  }
}

interface AlarmSetting {
  /** What it means to people. */
  readonly means: string;
  /** Page in docs/runbooks; the alarm's own name if absent. */
  readonly runbook?: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
}
