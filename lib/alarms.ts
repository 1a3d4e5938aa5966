import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfig } from './stageConfig.ts';

/** What an operator must hear of, each with a sentence on what it means to people. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly stage: StageConfig; readonly dead: Readonly<Record<string, Queue>> },
  ) {
    super(scope, id);
    const { stage } = props;
    for (const [name, queue] of Object.entries(props.dead)) {
      new Alarm(this, `${name}NotEmpty`, {
        alarmName: `docaxis-${stage.name}-${name}-not-empty`,
        alarmDescription: 'Work was set aside after repeated failures: documents may be waiting for a person to look.',
        metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    }
    const count = (metricName: string, service: string) =>
      new Metric({
        namespace: 'docaxis',
        metricName,
        dimensionsMap: { service, stage: stage.name },
        statistic: 'Sum',
        period: Duration.minutes(5),
      });
    /** The same thing happens in two functions: what agencies notice is their sum. */
    const either = (metricName: string, [one, other]: readonly [string, string]) =>
      new MathExpression({
        expression: 'FILL(one, 0) + FILL(other, 0)',
        usingMetrics: { one: count(metricName, one), other: count(metricName, other) },
        period: Duration.minutes(5),
      });
    new Alarm(this, 'WatchmanSilent', {
      alarmName: `docaxis-${stage.name}-watchman-silent`,
      alarmDescription: 'The watchman has not reported for ten minutes: what a crash left behind is not being moved.',
      metric: count('WatchmanHeartbeat', 'watch'),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    new Alarm(this, 'RevocationSilent', {
      alarmName: `docaxis-${stage.name}-revocation-silent`,
      alarmDescription:
        'News of revoked certificates have not been looked after for half an hour: they grow old unseen.',
      metric: count('RevocationHeartbeat', 'revocation'),
      threshold: 1,
      evaluationPeriods: 6,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    new Alarm(this, 'RevocationStale', {
      alarmName: `docaxis-${stage.name}-revocation-stale`,
      alarmDescription:
        'An authority gives no fresh news of revoked certificates: documents are flagged, and refused once the trust list’s hours are over.',
      metric: count('RevocationSourcesStale', 'revocation'),
      threshold: 0,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new Alarm(this, 'DeliverySetAside', {
      alarmName: `docaxis-${stage.name}-delivery-set-aside`,
      alarmDescription: 'A recipient took a document again and again and never acknowledged it: an operator must look.',
      metric: either('SetAside', ['receive', 'compatTake']),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new Alarm(this, 'CertificatesExpiring', {
      alarmName: `docaxis-${stage.name}-certificates-expiring`,
      alarmDescription: 'Agencies have no certificate that lasts another week: soon what they sign is refused.',
      metric: count('CertificatesExpiringUnreplaced', 'watch').with({ period: Duration.days(1), statistic: 'Maximum' }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new Alarm(this, 'SubmitFaults', {
      alarmName: `docaxis-${stage.name}-submit-faults`,
      alarmDescription: 'Submissions fail for reasons that are not the sender’s: agencies cannot send documents.',
      metric: either('Fault', ['submit', 'compatSend']),
      threshold: 5,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
