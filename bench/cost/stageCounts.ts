import type { StageCounts } from './costOf.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
}

/** Counts in the templates of a stage what is paid for whether or not anybody uses it. */
export function stageCounts(templates: readonly Template[]): StageCounts {
  const all = templates.flatMap(({ Resources }) => Object.values(Resources));
  const of = (type: string) => all.filter(({ Type }) => Type === type).map(({ Properties = {} }) => Properties);
  const alarms = of('AWS::CloudWatch::Alarm');
  return {
    keys: of('AWS::KMS::Key').length,
    alarms: alarms.length,
    alarmMetrics: alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    polledQueues: of('AWS::Lambda::EventSourceMapping').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    traced: of('AWS::Lambda::Function').some(({ TracingConfig }) => JSON.stringify(TracingConfig)?.includes('Active')),
    lambdaLogs: of('AWS::Lambda::Function').some(
      ({ LoggingConfig = {} }) => !('SystemLogLevel' in Object(LoggingConfig)),
    ),
  };
}

/** An alarm looks at one metric, or at those that its expression is made of. */
function metricsOf({ Metrics }: Readonly<Record<string, unknown>>): number {
  return Array.isArray(Metrics) ? Metrics.filter((metric) => 'MetricStat' in metric).length : 1;
}
