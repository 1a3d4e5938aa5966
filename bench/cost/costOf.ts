/** What one dispatch to one recipient needs, from submit to acknowledged; everything is counted but the milliseconds. */
export interface DispatchCounts {
  readonly bytes: number;
  readonly httpRequests: number;
  /** Invocations by function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** `service:Operation` → calls, those of Lambda's own poller and of clients included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
  /** Bytes that leave AWS: answers, and the content itself. */
  readonly outBytes: number;
}

/** What one round of a schedule needs where nothing waits. */
export interface RoundCounts {
  readonly function: string;
  readonly perMonth: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
  /** Names of custom metrics that it writes. */
  readonly metrics: number;
}

/** What a stage has whether or not anybody uses it. */
export interface StageCounts {
  readonly keys: number;
  readonly alarms: number;
  /** Metrics that alarms look at: CloudWatch counts these. */
  readonly alarmMetrics: number;
  readonly polledQueues: number;
  readonly traced: boolean;
  readonly dashboards: number;
  /** Whether the Lambda service logs lines of its own for each invocation. */
  readonly lambdaLogs: boolean;
}

export interface Counts {
  readonly countedOn: string;
  readonly dispatch: DispatchCounts;
  readonly rounds: Readonly<Record<string, RoundCounts>>;
  readonly stage: StageCounts;
  /** The same dispatch with its evidence: acknowledged before its steps are logged, or in a later round. */
  readonly evidence: { readonly soon: DispatchCounts; readonly later: DispatchCounts };
}

export interface Prices {
  readonly checked: boolean;
  readonly httpApiMillion: number;
  readonly lambdaMillion: number;
  readonly lambdaArmGbSecond: number;
  readonly s3PutMillion: number;
  readonly s3GetMillion: number;
  readonly dynamoWriteMillion: number;
  readonly dynamoReadMillion: number;
  readonly sqsMillion: number;
  readonly kmsMillion: number;
  /** Of signatures with an elliptic curve. */
  readonly kmsSignMillion: number;
  readonly logsGb: number;
  readonly tracesMillion: number;
  readonly dataOutGb: number;
  readonly s3GbMonth: number;
  readonly dynamoGbMonth: number;
  readonly keyMonth: number;
  readonly alarmMetricMonth: number;
  readonly customMetricMonth: number;
  /** Of each dashboard of an account beyond its first three, which are free. */
  readonly dashboardMonth: number;
}

/** US dollars by item. */
export type Cost = Readonly<Record<string, number>>;

const MILLION = 1_000_000;
const GB = 1_000_000_000;
const HOURS_OF_MONTH = 730;
const FREE_DASHBOARDS = 3;

/**
 * Milliseconds of a warm invocation on Lambda at 512 MB (`publish` and `log` at 1,769): assumed, because no account measured them. Half of them more
 * or less moves a million dispatches by about a dollar.
 */
const ASSUMED_MS: Readonly<Record<string, number>> = {
  submit: 80,
  deliver: 40,
  // With the acknowledgement of the one before.
  receive: 45,
  fetch: 25,
  acknowledge: 20,
  watch: 150,
  // With the steps of a minute.
  log: 600,
  publish: 300,
  revocation: 300,
};
/** Of a round that finds nothing, where that is another matter. */
const EMPTY_MS: Readonly<Record<string, number>> = { log: 100 };
const megabytesOf = (name: string): number => (name === 'publish' || name === 'log' ? 1_769 : 512);
const gbSeconds = (name: string, ms = ASSUMED_MS[name] ?? 50): number => (ms / 1000) * (megabytesOf(name) / 1024);
/** START, END and REPORT of the Lambda service itself, for each invocation, where they are logged. */
const LAMBDA_LOG_BYTES = 420;
const lambdaLogBytes = ({ lambdaLogs }: StageCounts): number => (lambdaLogs ? LAMBDA_LOG_BYTES : 0);
/** Lambda keeps this many long polls of 20 seconds open on a queue that is empty. */
const POLLERS = 5;
const POLL_SECONDS = 20;
/** Of many invocations Lambda samples these; of few (one a second) all. */
const SAMPLED = 0.05;

const sumOf = (numbers: Readonly<Record<string, number>>, fits: (name: string) => boolean): number =>
  Object.entries(numbers).reduce((sum, [name, count]) => (fits(name) ? sum + count : sum), 0);
const isPut = (call: string): boolean => /^s3:(Put|Copy|Create|Complete|Upload|List)/.test(call);
const isGet = (call: string): boolean => call.startsWith('s3:') && !isPut(call) && !/^s3:Delete/.test(call);
const startsWith = (prefix: string) => (call: string) => call.startsWith(prefix);

function callCosts(
  { calls, readUnits, writeUnits }: Pick<DispatchCounts, 'calls' | 'readUnits' | 'writeUnits'>,
  prices: Prices,
) {
  return {
    'DynamoDB writes': (writeUnits * prices.dynamoWriteMillion) / MILLION,
    'DynamoDB reads': (readUnits * prices.dynamoReadMillion) / MILLION,
    'S3 puts and lists': (sumOf(calls, isPut) * prices.s3PutMillion) / MILLION,
    'S3 gets': (sumOf(calls, isGet) * prices.s3GetMillion) / MILLION,
    SQS: (sumOf(calls, startsWith('sqs:')) * prices.sqsMillion) / MILLION,
    KMS:
      (sumOf(calls, startsWith('kms:Sign')) * prices.kmsSignMillion +
        sumOf(calls, startsWith('kms:Get')) * prices.kmsMillion) /
      MILLION,
  };
}

/** A million dispatches of that size to one recipient each, without what keeping them costs in later months. */
export function costOfMillion({ dispatch, stage }: Pick<Counts, 'dispatch' | 'stage'>, prices: Prices): Cost {
  const invocations = Object.entries(dispatch.invocations);
  const invoked = invocations.reduce((sum, [, count]) => sum + count, 0);
  const seconds = invocations.reduce((sum, [name, count]) => sum + count * gbSeconds(name), 0);
  const each: Cost = {
    'HTTP API': (dispatch.httpRequests * prices.httpApiMillion) / MILLION,
    'Lambda requests': (invoked * prices.lambdaMillion) / MILLION,
    'Lambda time': seconds * prices.lambdaArmGbSecond,
    ...callCosts(dispatch, prices),
    'CloudWatch logs': ((dispatch.logBytes + invoked * lambdaLogBytes(stage)) * prices.logsGb) / GB,
    'X-Ray traces': stage.traced ? (invoked * SAMPLED * prices.tracesMillion) / MILLION : 0,
    'data out': (dispatch.outBytes * prices.dataOutGb) / GB,
  };
  return Object.fromEntries(Object.entries(each).map(([item, cost]) => [item, cost * MILLION]));
}

/** A month in which nobody sends anything. */
export function costOfIdleMonth({ rounds, stage }: Pick<Counts, 'rounds' | 'stage'>, prices: Prices): Cost {
  const all = Object.values(rounds);
  const total = (of: (round: RoundCounts) => number) => all.reduce((sum, round) => sum + of(round) * round.perMonth, 0);
  const calls: Record<string, number> = {};
  for (const round of all)
    for (const [call, count] of Object.entries(round.calls)) calls[call] = (calls[call] ?? 0) + count * round.perMonth;
  const polls = (stage.polledQueues * POLLERS * HOURS_OF_MONTH * 3600) / POLL_SECONDS;
  const services = callCosts(
    { calls, readUnits: total((r) => r.readUnits), writeUnits: total((r) => r.writeUnits) },
    prices,
  );
  return {
    keys: stage.keys * prices.keyMonth,
    'alarms, by their metrics': stage.alarmMetrics * prices.alarmMetricMonth,
    'custom metrics': monthsOfMetrics(all) * prices.customMetricMonth,
    'dashboards beyond three': Math.max(0, stage.dashboards - FREE_DASHBOARDS) * prices.dashboardMonth,
    'polling of queues': (polls * prices.sqsMillion) / MILLION,
    'Lambda requests and time':
      (total(() => 1) * prices.lambdaMillion) / MILLION +
      total((r) => gbSeconds(r.function, EMPTY_MS[r.function])) * prices.lambdaArmGbSecond,
    'CloudWatch logs': (total((r) => r.logBytes + lambdaLogBytes(stage)) * prices.logsGb) / GB,
    ...services,
  };
}

/** A metric is charged for the hours in which it is written. */
const monthsOfMetrics = (rounds: readonly RoundCounts[]): number =>
  rounds.reduce((sum, { metrics, perMonth }) => sum + metrics * Math.min(1, perMonth / HOURS_OF_MONTH), 0);

/** Each month that a million dispatches are kept, in S3 and with about that many bytes in DynamoDB. */
export const costOfKeeping = (dispatch: DispatchCounts, itemBytes: number, prices: Prices): number =>
  (MILLION * (dispatch.bytes * prices.s3GbMonth + itemBytes * prices.dynamoGbMonth)) / GB;

export const totalOf = (cost: Cost): number => Object.values(cost).reduce((sum, each) => sum + each, 0);
