import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../core/contract/environment.ts';
import {
  type LabelOf,
  METRIC_NAMESPACE,
  METRICS,
  type MetricFacts,
  type MetricName,
} from '../core/contract/metrics.ts';

/** What the axis counts, by one function of a stage: no other metric has a name here. */
export interface AxisMetric<M extends MetricName> extends MetricOptions {
  readonly stage: string;
  readonly metric: M;
  readonly service: FunctionName;
  /** Of a metric with a further dimension: which. */
  readonly of?: LabelOf<M>;
}

/** Sums of five minutes, unless told otherwise. */
export function axisMetric<M extends MetricName>({ stage, metric, service, of, ...options }: AxisMetric<M>): Metric {
  const { name, dimension }: MetricFacts = METRICS[metric];
  const further: Record<string, string> = dimension && of !== undefined ? { [dimension.name]: of } : {};
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensionsMap: { service, stage, ...further },
    statistic: 'Sum',
    period: Duration.minutes(5),
    ...options,
  });
}
