import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FUNCTIONS, type FunctionName } from '../core/contract/environment.ts';
import { LOG_QUERIES, logGroupOf } from '../core/contract/logQueries.ts';
import { ABOUT_METRICS, METRIC_NAMESPACE, METRICS, type MetricName } from '../core/contract/metrics.ts';
import { VERIFICATION_FAILURES } from '../core/contract/seeing.ts';
import { axisMetric } from './axisMetric.ts';
import { costMetrics } from './costMetrics.ts';
import { DASHBOARD_TEXTS } from './dashboardTexts.ts';
import type { Queues } from './queues.ts';
import type { StepFunctions } from './stepFunction.ts';

export interface DashboardProps {
  readonly stage: string;
  readonly functions: StepFunctions;
  readonly queues: Queues;
  readonly alarms: readonly Alarm[];
  readonly apiId: string;
  readonly tables: readonly string[];
}

const WIDTH = 24;
const HEIGHT = 6;
const PERIOD = Duration.minutes(5);
const PERCENTILES = ['p50', 'p95', 'p99'] as const;

/** The whole stage on one page: traffic, refusals, latencies, what waits, trust, health and what drives the costs. */
export class Dashboard extends Construct {
  readonly #stage: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    this.#stage = props.stage;
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: `docaxis-${props.stage}`,
      defaultInterval: Duration.hours(3),
    });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms · Cảnh báo', alarms: [...props.alarms], width: WIDTH, height: 3 }),
    );
    for (const [heading, widgets] of this.#rows(props)) {
      dashboard.addWidgets(new TextWidget({ markdown: textOf(heading), width: WIDTH, height: 2 }));
      dashboard.addWidgets(...widgets);
    }
  }

  #rows(props: DashboardProps): readonly (readonly [keyof typeof DASHBOARD_TEXTS, readonly IWidget[]])[] {
    return [
      ['walk', this.#walk()],
      ['refused', this.#refused()],
      ['time', this.#time(props)],
      ['waiting', this.#waiting(props)],
      ['trust', this.#trust()],
      ['health', this.#health()],
      [
        'cost',
        [graph('US dollars a day · USD mỗi ngày', costMetrics({ prefix: `docaxis-${props.stage}`, ...props }), WIDTH)],
      ],
    ];
  }

  #walk(): readonly IWidget[] {
    const settled = (of: 'acknowledged' | 'rejected' | 'queued') =>
      (['acknowledge', 'receive', 'compatTake'] as const)
        // Who receives acknowledges what it had, and nothing else.
        .filter((service) => service !== 'receive' || of === 'acknowledged')
        .map((service) =>
          axisMetric({ stage: this.#stage, metric: 'settled', service, of, label: `${of} (${service})` }),
        );
    return [
      graph('Accepted · Đã tiếp nhận', [...this.#each('accepted'), ...this.#each('repeated')]),
      graph('Delivered, leased · Đã phát, đang nhận', [...this.#each('delivered'), ...this.#each('offered')]),
      graph('Acknowledged · Đã nhận', [...settled('acknowledged'), ...settled('rejected'), ...settled('queued')]),
    ];
  }

  #refused(): readonly IWidget[] {
    const failures = VERIFICATION_FAILURES.map((code) => `"${code}"`).join(', ');
    const verification = LOG_QUERIES.refusals.replace(' | stats', ` | filter code in [${failures}] | stats`);
    return [
      graph('Refused · Bị từ chối', [this.#all('refused'), this.#all('uncounted')]),
      this.#question('Refused by code · Từ chối theo mã', LOG_QUERIES.refusals),
      this.#question('Signature failures · Lỗi chữ ký số', verification),
    ];
  }

  #time({ functions }: DashboardProps): readonly IWidget[] {
    const submission = PERCENTILES.map((statistic) =>
      functions.submit.function.metricDuration({ statistic, label: statistic, period: PERIOD }),
    );
    const delivery = PERCENTILES.map((statistic) =>
      axisMetric({ stage: this.#stage, metric: 'deliveryLatency', service: 'deliver', statistic, label: statistic }),
    );
    return [
      graph('Submission, ms · Tiếp nhận, ms', submission, WIDTH / 2),
      graph('From acceptance to the inbox, ms · Từ tiếp nhận đến hộp nhận, ms', delivery, WIDTH / 2),
    ];
  }

  #waiting({ queues }: DashboardProps): readonly IWidget[] {
    const live = queues.all.flatMap(({ name, live: queue }) => (queue ? [{ name, queue }] : []));
    const depth = live.map(({ name, queue }) =>
      queue.metricApproximateNumberOfMessagesVisible({ label: name, period: PERIOD }),
    );
    const age = live.map(({ name, queue }) =>
      queue.metricApproximateAgeOfOldestMessage({ label: `${name}, s`, period: PERIOD }),
    );
    const dead = queues.all.map(({ name, dead: queue }) =>
      queue.metricApproximateNumberOfMessagesVisible({ label: name, period: PERIOD }),
    );
    return [
      graph('Queues · Hàng đợi', depth),
      graph('Oldest message, s · Tin nhắn cũ nhất, s', age),
      graph('Dead letters · Thư chết', [...dead, ...this.#each('setAside')]),
      graph('Late work · Việc quá hạn', this.#each('overdue'), WIDTH / 2),
      graph(
        'Oldest undelivered, ms · Văn bản chưa phát lâu nhất, ms',
        this.#each('oldestUndelivered', 'Maximum'),
        WIDTH / 2,
      ),
    ];
  }

  #trust(): readonly IWidget[] {
    const within = (['7', '30', '60'] as const).map((of) =>
      axisMetric({ stage: this.#stage, metric: 'expiring', service: 'watch', of, label: `${of} days`, ...DAILY }),
    );
    const left = axisMetric({
      stage: this.#stage,
      metric: 'certificateDaysLeft',
      service: 'watch',
      ...DAILY,
      statistic: 'Minimum',
    });
    return [
      new SingleValueWidget({
        title: 'Days until the first certificate ends · Số ngày đến khi chứng thư đầu tiên hết hạn',
        metrics: [left],
        width: WIDTH / 3,
        height: HEIGHT,
      }),
      graph('Certificates that end · Chứng thư sắp hết hạn', [...within, ...this.#each('expiringSoon', 'Maximum')]),
      graph('News of revocation · Tin thu hồi', [
        ...this.#each('revocationStale', 'Maximum'),
        ...this.#each('revocationStaleHours', 'Maximum'),
        ...this.#each('revocationLeftOut', 'Maximum'),
        ...this.#each('revocationFlagged'),
      ]),
    ];
  }

  #health(): readonly IWidget[] {
    return [
      graph('Watchman · Trình giám sát', [...this.#each('watched'), ...this.#each('swept')]),
      graph('Faults · Lỗi của trục', [this.#all('fault'), ...this.#each('forgotten')]),
      graph('Notifications · Thông báo', [...this.#each('notified'), ...this.#each('notificationGivenUp')]),
    ];
  }

  /** One line for each function that counts it. */
  #each(metric: MetricName, statistic = 'Sum'): readonly IMetric[] {
    const { by, means } = ABOUT_METRICS[metric];
    return by
      .filter((service): service is FunctionName => service !== 'edge')
      .map((service) => axisMetric({ stage: this.#stage, metric, service, statistic, label: `${means} (${service})` }));
  }

  /** The sum of what all functions count. */
  #all(metric: MetricName): IMetric {
    const { name } = METRICS[metric];
    const { means } = ABOUT_METRICS[metric];
    const search = `{${METRIC_NAMESPACE},service,stage} MetricName="${name}" stage="${this.#stage}"`;
    return new MathExpression({
      expression: `SUM(SEARCH('${search}', 'Sum', ${PERIOD.toSeconds()}))`,
      label: means,
      usingMetrics: {},
      period: PERIOD,
    });
  }

  #question(title: string, query: string): LogQueryWidget {
    return new LogQueryWidget({
      title,
      logGroupNames: FUNCTIONS.map((name) => logGroupOf(this.#stage, name)),
      queryLines: query.split(' | '),
      view: LogQueryVisualizationType.TABLE,
      width: WIDTH / 3,
      height: HEIGHT,
      region: Stack.of(this).region,
    });
  }
}

const DAILY = { period: Duration.days(1), statistic: 'Maximum' } as const;

const graph = (title: string, left: readonly IMetric[], width = WIDTH / 3): GraphWidget =>
  new GraphWidget({ title, left: [...left], width, height: HEIGHT, liveData: true });

/** English with Vietnamese below. */
function textOf(heading: keyof typeof DASHBOARD_TEXTS): string {
  const { en, vi } = DASHBOARD_TEXTS[heading];
  return `${en}\n\n_${vi}_`;
}
