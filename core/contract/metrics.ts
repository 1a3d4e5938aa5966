import type { FunctionName } from './environment.ts';
import { EDGE } from './logEvents.ts';
import { DELIVERY_STATES } from './states.ts';

/** CloudWatch namespace of the axis; every metric has the dimensions `service` (the function) and `stage`. */
export const METRIC_NAMESPACE = 'docaxis';

export interface MetricFacts {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Hours' | 'Days';
  /**
   * A further dimension with all of its values: each is a metric of its own, paid for in every hour in which it is written.
   */
  readonly dimension?: { readonly name: string; readonly values: readonly string[] };
  /** Stands beside the number in the log line, where Logs Insights reads it, and is no dimension: it makes no further metric. */
  readonly property?: string;
}

export interface AboutMetric {
  /** Who writes it; `edge` is every function that a route calls. */
  readonly by: readonly (FunctionName | typeof EDGE)[];
  readonly means: string;
}

/** Metrics of the axis, by name: code counts no other, and each stands on the dashboard or behind an alarm. */
export const METRICS = {
  accepted: { name: 'DispatchAccepted', unit: 'Count' },
  repeated: { name: 'DispatchRepeated', unit: 'Count' },
  delivered: { name: 'DeliveryConsigned', unit: 'Count' },
  deliveryLatency: { name: 'DeliveryLatency', unit: 'Milliseconds' },
  offered: { name: 'DeliveryOffered', unit: 'Count' },
  settled: { name: 'DeliverySettled', unit: 'Count', dimension: { name: 'state', values: DELIVERY_STATES } },
  refused: { name: 'Refused', unit: 'Count', property: 'code' },
  uncounted: { name: 'BudgetUncounted', unit: 'Count' },
  fault: { name: 'Fault', unit: 'Count' },
  watched: { name: 'WatchmanHeartbeat', unit: 'Count' },
  overdue: { name: 'WorkOverdue', unit: 'Count' },
  oldestUndelivered: { name: 'OldestUndelivered', unit: 'Milliseconds' },
  setAside: { name: 'SetAside', unit: 'Count' },
  swept: { name: 'ObjectsSwept', unit: 'Count' },
  forgotten: { name: 'RecordsForgotten', unit: 'Count' },
  revocationStale: { name: 'RevocationSourcesStale', unit: 'Count' },
  revocationStaleHours: { name: 'RevocationStaleHours', unit: 'Hours' },
  revocationLeftOut: { name: 'RevocationSourcesLeftOut', unit: 'Count' },
  revocationFlagged: { name: 'RevocationNotChecked', unit: 'Count' },
  notified: { name: 'Notified', unit: 'Count' },
  notificationGivenUp: { name: 'NotificationGivenUp', unit: 'Count' },
  expiring: { name: 'CertificatesExpiring', unit: 'Count', dimension: { name: 'within', values: ['7', '30', '60'] } },
  expiringSoon: { name: 'CertificatesExpiringUnreplaced', unit: 'Count' },
  certificateDaysLeft: { name: 'CertificateDaysLeft', unit: 'Days' },
} as const satisfies Record<string, MetricFacts>;

/** Who counts each, and what it says to people: apart, because functions carry the names alone. */
export const ABOUT_METRICS: { readonly [M in MetricName]: AboutMetric } = {
  accepted: { by: ['submit', 'compatSend', 'conclude'], means: 'dispatches accepted' },
  repeated: { by: ['submit', 'compatSend'], means: 'the same bytes again: the first receipt was given once more' },
  delivered: { by: ['deliver'], means: 'deliveries put into inboxes' },
  deliveryLatency: { by: ['deliver'], means: 'from acceptance to the inbox' },
  offered: { by: ['receive'], means: 'leases given' },
  settled: { by: ['acknowledge', 'receive', 'compatTake'], means: 'leases that ended, by what the delivery became' },
  refused: { by: [EDGE, 'conclude'], means: 'requests refused; which code, the log line says' },
  uncounted: { by: [EDGE], means: 'spendings that could not be counted against a budget' },
  fault: {
    by: [EDGE, 'conclude', 'deliver', 'seal', 'notify', 'watch', 'log'],
    means: 'failures that are nobody’s mistake',
  },
  watched: { by: ['watch'], means: 'rounds of the watchman' },
  overdue: { by: ['watch'], means: 'work whose time had come' },
  oldestUndelivered: {
    by: ['watch'],
    means: 'age of the oldest dispatch whose fan-out was asked for again; silent where none is late',
  },
  setAside: {
    by: ['receive', 'compatTake', 'watch', 'deliver'],
    means: 'deliveries and messages that wait for an operator',
  },
  swept: { by: ['watch'], means: 'objects without a record that were removed' },
  forgotten: { by: ['watch'], means: 'rounds in which the tables had forgotten what was accepted' },
  revocationStale: { by: ['revocation'], means: 'authorities without fresh news' },
  revocationStaleHours: { by: ['revocation'], means: 'age of the oldest news' },
  revocationLeftOut: { by: ['revocation'], means: 'sources beyond the limit, which nobody asks' },
  revocationFlagged: { by: ['submit'], means: 'documents accepted without fresh news of their certificate' },
  notified: { by: ['notify'], means: 'notifications sent' },
  notificationGivenUp: { by: ['notify'], means: 'notifications that no endpoint took' },
  expiring: { by: ['watch'], means: 'certificates that end within so many days' },
  expiringSoon: { by: ['watch'], means: 'agencies whose last certificate ends within a week' },
  certificateDaysLeft: { by: ['watch'], means: 'days until the first registered certificate ends' },
};

export type MetricName = keyof typeof METRICS;

/** What a count must say beside its number. */
export type LabelOf<M extends MetricName> = (typeof METRICS)[M] extends {
  readonly dimension: { readonly values: readonly (infer V extends string)[] };
}
  ? V
  : (typeof METRICS)[M] extends { readonly property: string }
    ? string
    : never;
