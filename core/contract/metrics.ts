import type { FunctionName } from './environment.ts';
import { EDGE } from './logEvents.ts';
import { DELIVERY_STATES } from './states.ts';

/** CloudWatch namespace of the axis; every metric has the dimensions `service` (the function) and `stage`. */
export const METRIC_NAMESPACE = 'docaxis';

export interface MetricFacts {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Hours' | 'Days';
  /** Who writes it; `edge` is every function that a route calls. */
  readonly by: readonly (FunctionName | typeof EDGE)[];
  /**
   * A further dimension with all of its values: each is a metric of its own, paid for in every hour in which it is written.
   */
  readonly dimension?: { readonly name: string; readonly values: readonly string[] };
  /** Stands beside the number in the log line, where Logs Insights reads it, and is no dimension: it makes no further metric. */
  readonly property?: string;
  readonly means: string;
}

/** Metrics of the axis, by name: code counts no other, and each stands on the dashboard or behind an alarm. */
export const METRICS = {
  accepted: {
    name: 'DispatchAccepted',
    unit: 'Count',
    by: ['submit', 'compatSend', 'conclude'],
    means: 'dispatches accepted',
  },
  repeated: {
    name: 'DispatchRepeated',
    unit: 'Count',
    by: ['submit', 'compatSend'],
    means: 'the same bytes again: the first receipt was given once more',
  },
  delivered: { name: 'DeliveryConsigned', unit: 'Count', by: ['deliver'], means: 'deliveries put into inboxes' },
  deliveryLatency: {
    name: 'DeliveryLatency',
    unit: 'Milliseconds',
    by: ['deliver'],
    means: 'from acceptance to the inbox',
  },
  offered: { name: 'DeliveryOffered', unit: 'Count', by: ['receive'], means: 'leases given' },
  settled: {
    name: 'DeliverySettled',
    unit: 'Count',
    by: ['acknowledge', 'compatTake'],
    dimension: { name: 'state', values: DELIVERY_STATES },
    means: 'leases that ended, by what the delivery became',
  },
  refused: {
    name: 'Refused',
    unit: 'Count',
    by: [EDGE, 'conclude'],
    property: 'code',
    means: 'requests refused; which code, the log line says',
  },
  uncounted: {
    name: 'BudgetUncounted',
    unit: 'Count',
    by: [EDGE],
    means: 'spendings that could not be counted against a budget',
  },
  fault: {
    name: 'Fault',
    unit: 'Count',
    by: [EDGE, 'conclude', 'deliver', 'seal', 'notify', 'watch'],
    means: 'failures that are nobody’s mistake',
  },
  watched: { name: 'WatchmanHeartbeat', unit: 'Count', by: ['watch'], means: 'rounds of the watchman' },
  overdue: { name: 'WorkOverdue', unit: 'Count', by: ['watch'], means: 'work whose time had come' },
  oldestUndelivered: {
    name: 'OldestUndelivered',
    unit: 'Milliseconds',
    by: ['watch'],
    means: 'age of the oldest dispatch whose fan-out was asked for again; silent where none is late',
  },
  setAside: {
    name: 'SetAside',
    unit: 'Count',
    by: ['receive', 'compatTake', 'watch', 'deliver'],
    means: 'deliveries and messages that wait for an operator',
  },
  swept: { name: 'ObjectsSwept', unit: 'Count', by: ['watch'], means: 'objects without a record that were removed' },
  refreshed: {
    name: 'RevocationHeartbeat',
    unit: 'Count',
    by: ['revocation'],
    means: 'looks for news of revoked certificates',
  },
  revocationStale: {
    name: 'RevocationSourcesStale',
    unit: 'Count',
    by: ['revocation'],
    means: 'authorities without fresh news',
  },
  revocationStaleHours: {
    name: 'RevocationStaleHours',
    unit: 'Hours',
    by: ['revocation'],
    means: 'age of the oldest news',
  },
  revocationLeftOut: {
    name: 'RevocationSourcesLeftOut',
    unit: 'Count',
    by: ['revocation'],
    means: 'sources beyond the limit, which nobody asks',
  },
  revocationFlagged: {
    name: 'RevocationNotChecked',
    unit: 'Count',
    by: ['submit'],
    means: 'documents accepted without fresh news of their certificate',
  },
  notified: { name: 'Notified', unit: 'Count', by: ['notify'], means: 'notifications sent' },
  notificationGivenUp: {
    name: 'NotificationGivenUp',
    unit: 'Count',
    by: ['notify'],
    means: 'notifications that no endpoint took',
  },
  expiring: {
    name: 'CertificatesExpiring',
    unit: 'Count',
    by: ['watch'],
    dimension: { name: 'within', values: ['7', '30', '60'] },
    means: 'certificates that end within so many days',
  },
  expiringSoon: {
    name: 'CertificatesExpiringUnreplaced',
    unit: 'Count',
    by: ['watch'],
    means: 'agencies whose last certificate ends within a week',
  },
  certificateDaysLeft: {
    name: 'CertificateDaysLeft',
    unit: 'Days',
    by: ['watch'],
    means: 'days until the first registered certificate ends',
  },
} as const satisfies Record<string, MetricFacts>;
export type MetricName = keyof typeof METRICS;

/** What a count must say beside its number. */
export type LabelOf<M extends MetricName> = (typeof METRICS)[M] extends {
  readonly dimension: { readonly values: readonly (infer V extends string)[] };
}
  ? V
  : (typeof METRICS)[M] extends { readonly property: string }
    ? string
    : never;
