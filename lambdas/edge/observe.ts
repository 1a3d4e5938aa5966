import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '../../core/contract/environment.ts';
import type { LogEventName, LogFacts, LogFaultName } from '../../core/contract/logEvents.ts';
import {
  type LabelOf,
  METRIC_NAMESPACE,
  METRICS,
  type MetricFacts,
  type MetricName,
} from '../../core/contract/metrics.ts';
import { LineFormatter } from './lineFormatter.ts';

/** One structured line a thing that happened, and counts of it. Nothing of a message, a token or a key ever goes in. */
export interface Observer {
  /** What happened: a line of the catalogue with its facts, ids, counts and codes alone. */
  event<E extends LogEventName>(what: E, facts: LogFacts<E>): void;
  /** A fault that the caller does not see in full. */
  fault<E extends LogFaultName>(what: E, error: unknown, facts: LogFacts<E>): void;
  /** A number of 1 where none is given; metrics with a dimension or a property say which. */
  readonly count: Count;
  /** Writes the collected counts (CloudWatch embedded metric format). */
  flush(): void;
}
type Labelled = { [M in MetricName]: [LabelOf<M>] extends [never] ? never : M }[MetricName];
interface Count {
  <M extends Labelled>(metric: M, value: number, label: LabelOf<M>): void;
  (metric: Exclude<MetricName, Labelled>, value?: number): void;
}

/** CloudWatch has no units of hours and days. */
const UNITS = {
  Count: MetricUnit.Count,
  Milliseconds: MetricUnit.Milliseconds,
  Hours: MetricUnit.NoUnit,
  Days: MetricUnit.NoUnit,
} as const satisfies Record<MetricFacts['unit'], unknown>;

/** What terminals and other readers of lines obey although JSON lets it stand: C1 controls, line separators, directions of text. */
const OBEYED = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** What people wrote, a reason above all, is text in the log and nothing else. */
const asText = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll(OBEYED, '\ufffd') : value;

export function createObserver(
  name: FunctionName,
  environment: { readonly STAGE: string; readonly AXIS_VERSION: string },
): Observer {
  const logger = new Logger({
    serviceName: name,
    logLevel: 'INFO',
    jsonReplacerFn: asText,
    logFormatter: new LineFormatter(),
    persistentKeys: { stage: environment.STAGE, version: environment.AXIS_VERSION },
  });
  const metrics = new Metrics({
    namespace: METRIC_NAMESPACE,
    serviceName: name,
    defaultDimensions: { stage: environment.STAGE },
  });
  const count: Count = (metric: MetricName, counted?: number, label?: string): void => {
    const value = counted ?? 1;
    // Each name that is ever written is paid for by the month, and to alarms a zero is what nothing is.
    const { name: metricName, unit, dimension, property }: MetricFacts = METRICS[metric];
    if (value === 0 && unit === 'Count') return;
    if (property !== undefined && label !== undefined) metrics.addMetadata(property, label);
    if (dimension === undefined || label === undefined) return void metrics.addMetric(metricName, UNITS[unit], value);
    const single = metrics.singleMetric();
    single.addDimensions({ [dimension.name]: label });
    single.addMetric(metricName, UNITS[unit], value);
  };
  return {
    event: (what, facts) => logger.info(what, facts),
    fault: (what, error, facts) => {
      logger.error(what, { ...facts, error: error instanceof Error ? error : new Error(String(error)) });
      count('fault');
    },
    count,
    flush: () => {
      // Without counts the library would write a line of its own for every request, which is no JSON.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
