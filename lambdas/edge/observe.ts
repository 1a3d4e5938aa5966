import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '../../core/contract/environment.ts';

/** Metrics of the axis, by name; the dashboards and alarms read the same list. */
export const METRICS = {
  accepted: 'DispatchAccepted',
  repeated: 'DispatchRepeated',
  delivered: 'DeliveryConsigned',
  offered: 'DeliveryOffered',
  settled: 'DeliverySettled',
  refused: 'Refused',
  uncounted: 'BudgetUncounted',
  fault: 'Fault',
  watched: 'WatchmanHeartbeat',
  overdue: 'WorkOverdue',
  setAside: 'SetAside',
  swept: 'ObjectsSwept',
  forgotten: 'RecordsForgotten',
  refreshed: 'RevocationHeartbeat',
  revocationStale: 'RevocationSourcesStale',
  revocationStaleHours: 'RevocationStaleHours',
  revocationLeftOut: 'RevocationSourcesLeftOut',
  revocationFlagged: 'RevocationNotChecked',
  notified: 'Notified',
  notificationGivenUp: 'NotificationGivenUp',
  expiring: 'CertificatesExpiring',
  expiringSoon: 'CertificatesExpiringUnreplaced',
} as const;
export type MetricName = keyof typeof METRICS;

/** One structured line a thing that happened, and counts of it. Nothing of a message, a token or a key ever goes in. */
export interface Observer {
  /** What happened, in words of the walk; `facts` are ids, counts and codes. */
  event(what: string, facts?: Readonly<Record<string, string | number | boolean | undefined>>): void;
  /** A fault that the caller does not see in full. */
  fault(what: string, error: unknown, facts?: Readonly<Record<string, string | number | undefined>>): void;
  count(metric: MetricName, value?: number, dimensions?: Readonly<Record<string, string>>): void;
  /** Writes the collected counts (CloudWatch embedded metric format). */
  flush(): void;
}

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
    persistentKeys: { stage: environment.STAGE, version: environment.AXIS_VERSION },
  });
  const metrics = new Metrics({
    namespace: 'docaxis',
    serviceName: name,
    defaultDimensions: { stage: environment.STAGE },
  });
  return {
    event: (what, facts = {}) => logger.info(what, facts),
    fault: (what, error, facts = {}) => {
      logger.error(what, { ...facts, error: error instanceof Error ? error : new Error(String(error)) });
      metrics.addMetric(METRICS.fault, MetricUnit.Count, 1);
    },
    count: (metric, value = 1, dimensions) => {
      // Each name that is ever written is paid for by the month, and to alarms a zero is what nothing is.
      if (value === 0) return;
      if (!dimensions) return void metrics.addMetric(METRICS[metric], MetricUnit.Count, value);
      const single = metrics.singleMetric();
      single.addDimensions({ ...dimensions });
      single.addMetric(METRICS[metric], MetricUnit.Count, value);
    },
    flush: () => {
      // Without counts the library would write a line of its own for every request, which is no JSON.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
