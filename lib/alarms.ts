import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmName, describedAlarm } from '../core/contract/alarms.ts';
import type { FunctionName } from '../core/contract/environment.ts';
import type { MetricName } from '../core/contract/metrics.ts';
import { axisMetric } from './axisMetric.ts';
import type { StageConfig } from './stageConfig.ts';

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

/** Queues of dead letters, as alarms are named after them. */
type QueueOf<N> = N extends `${infer Q}-not-empty` ? Q : never;
type DeadQueue = QueueOf<AlarmName>;

/** What an operator must hear of, each with a sentence on what it means to people. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  readonly #stage: StageConfig;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly stage: StageConfig;
      readonly dead: Readonly<Record<DeadQueue, Queue>>;
      readonly log: IFunction;
      readonly revocation: IFunction;
    },
  ) {
    super(scope, id);
    this.#stage = props.stage;
    this.#deadLetters(props.dead);
    if (props.stage.alarms.coverage === 'all') {
      this.#trust(props.revocation);
      if (props.stage.evidence) this.#evidence(props.log);
    }
    this.#alarm('watchman-silent', {
      metric: this.#count('watched', 'watch'),
      ...SILENT,
      evaluationPeriods: 2,
    });
    this.#alarm('tables-put-back', {
      metric: this.#count('forgotten', 'watch'),
      ...ANY,
    });
    this.#alarm('delivery-set-aside', {
      metric: this.#either('setAside', ['receive', 'compatTake']),
      ...ANY,
    });
    this.#alarm('submit-faults', {
      metric: this.#either('fault', ['submit', 'compatSend']),
      ...ANY,
      threshold: 5,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
  }

  /** Certificates, and the news of those that were revoked. */
  #trust(revocation: IFunction): void {
    this.#alarm('revocation-silent', {
      metric: roundsOf(revocation),
      ...SILENT,
      evaluationPeriods: 6,
    });
    this.#alarm('revocation-stale', {
      metric: this.#count('revocationStale', 'revocation'),
      ...ANY,
      evaluationPeriods: 3,
    });
    this.#alarm('certificates-expiring', {
      metric: this.#count('expiringSoon', 'watch').with({
        period: Duration.days(1),
        statistic: 'Maximum',
      }),
      ...ANY,
    });
  }

  /** A round that leaves something late behind has failed. */
  #evidence(log: IFunction): void {
    this.#alarm('log-silent', { metric: roundsOf(log), ...SILENT, evaluationPeriods: 2 });
  }

  /** An alarm for all queues is dear enough where few look; it does not ring again for a second queue. */
  #deadLetters(dead: Readonly<Record<DeadQueue, Queue>>): void {
    const waiting = (queue: Queue) => queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) });
    if (this.#stage.alarms.coverage === 'all') {
      for (const [name, queue] of Object.entries(dead) as [DeadQueue, Queue][])
        this.#alarm(`${name}-not-empty`, { metric: waiting(queue), ...ANY });
      return;
    }
    const queues = Object.values(dead).map((queue, index) => [`queue${index}`, waiting(queue)] as const);
    const metric = new MathExpression({
      expression: queues.map(([name]) => `FILL(${name}, 0)`).join(' + '),
      usingMetrics: Object.fromEntries(queues),
      period: Duration.minutes(1),
    });
    this.#alarm('dead-letters', { metric, ...ANY });
  }

  #count(metric: MetricName, service: FunctionName): Metric {
    return axisMetric({ stage: this.#stage.name, metric, service });
  }

  /** The same thing happens in two functions: what agencies notice is their sum. */
  #either(metric: MetricName, [one, other]: readonly [FunctionName, FunctionName]): MathExpression {
    return new MathExpression({
      expression: 'FILL(one, 0) + FILL(other, 0)',
      usingMetrics: { one: this.#count(metric, one), other: this.#count(metric, other) },
      period: Duration.minutes(5),
    });
  }

  #alarm(name: AlarmName, how: AlarmSetting): void {
    const id = name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const alarm = new Alarm(this, id, {
      alarmName: `docaxis-${this.#stage.name}-${name}`,
      alarmDescription: describedAlarm(name),
      ...how,
    });
    this.all.push(alarm);
  }
}

/** Rounds of a schedule that came to their end, by the numbers of Lambda itself: a heartbeat of our own would be paid for by every stage. */
function roundsOf(called: IFunction): MathExpression {
  const period = Duration.minutes(5);
  return new MathExpression({
    expression: 'FILL(rounds, 0) - FILL(failed, 0)',
    usingMetrics: { rounds: called.metricInvocations({ period }), failed: called.metricErrors({ period }) },
    period,
  });
}

interface AlarmSetting {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly treatMissingData: TreatMissingData;
}
