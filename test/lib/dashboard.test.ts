import { beforeAll, expect, test } from 'vitest';
import prices from '../../bench/cost/prices.json' with { type: 'json' };
import { ALARMS } from '../../core/contract/alarms.ts';
import { FUNCTIONS } from '../../core/contract/environment.ts';
import { ABOUT_METRICS, METRICS, type MetricFacts, type MetricName } from '../../core/contract/metrics.ts';
import { PRICES } from '../../lib/costMetrics.ts';
import { DASHBOARD_TEXTS } from '../../lib/dashboardTexts.ts';
import { parseQuery } from '../../local/cloud/logs/parseQuery.ts';
import { stageApp, templateOf } from '../kit/synthesizedStage.ts';

type Seen = readonly [namespace: string, name: string, ...dimensions: string[]];

/** What AWS counts by itself (the services' pages on their CloudWatch metrics). */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda': ['Duration', 'Invocations', 'Errors'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  'AWS/ApiGateway': ['Count'],
  'AWS/DynamoDB': ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'],
};

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly markdown?: string;
    readonly query?: string;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

/** A stage is put together out of twenty bundles, on a machine that may be busy. */
const SYNTHESIS_MS = 180_000;
let widgets: readonly Widget[];
let alarms: readonly Readonly<Record<string, unknown>>[];
beforeAll(async () => {
  const template = templateOf(await stageApp('production'), 'service');
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  widgets = JSON.parse(bodyOf(dashboard?.Properties.DashboardBody)).widgets;
  alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
}, SYNTHESIS_MS);

/** The body with a word in the place of what CloudFormation fills in. */
const bodyOf = (value: { 'Fn::Join': [string, readonly unknown[]] }): string =>
  value['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'token')).join('');

function metricsOf({ properties: { metrics = [] } }: Widget): readonly Seen[] {
  return metrics.flatMap((row) => {
    const { expression } = row.find((cell): cell is { expression?: string } => typeof cell === 'object') ?? {};
    if (expression === undefined) return [row.filter((cell) => typeof cell === 'string') as unknown as Seen];
    return [...expression.matchAll(/\{([\w/]+),[^}]*\} MetricName="(\w+)"/g)].map(
      ([, space = '', name = '']): Seen => [space, name],
    );
  });
}

/** Why the code never writes what a widget looks at; undefined where it does. */
function strangerIn([namespace, name, ...rest]: Seen): string | undefined {
  if (namespace !== 'docaxis') return OF_AWS[namespace]?.includes(name) ? undefined : `${namespace} ${name}`;
  const [key, known] = Object.entries<MetricFacts>(METRICS).find(([, metric]) => metric.name === name) ?? [];
  if (!known) return name;
  const { by } = ABOUT_METRICS[key as MetricName];
  const dimensions = Object.fromEntries(rest.flatMap((key, at) => (at % 2 === 0 ? [[key, rest[at + 1] ?? '']] : [])));
  const { service, stage: _, ...further } = dimensions;
  if (service !== undefined && !by.some((each) => each === service || each === 'edge')) return `${name} by ${service}`;
  const wrong = Object.entries(further).filter(
    ([key, value]) => key !== known.dimension?.name || !known.dimension.values.includes(value ?? ''),
  );
  return wrong.length > 0 ? `${name} ${JSON.stringify(wrong)}` : undefined;
}

test('every number on the dashboard is counted by the code or given by AWS', () => {
  const seen = widgets.flatMap(metricsOf);
  expect(seen.length).toBeGreaterThan(40);
  expect(seen.flatMap((metric) => strangerIn(metric) ?? [])).toEqual([]);
});

test('a planted number that nobody counts is named', () => {
  expect(strangerIn(['docaxis', 'Refused', 'code', 'x'])).toContain('Refused');
  expect(strangerIn(['docaxis', 'DispatchAccepted', 'service', 'deliver', 'stage', 'production'])).toContain('deliver');
  expect(strangerIn(['AWS/KMS', 'Sign'])).toBe('AWS/KMS Sign');
});

test('nothing that the code counts is shown nowhere', () => {
  const shown = new Set(widgets.flatMap(metricsOf).map(([, name]) => name));
  expect(Object.values(METRICS).filter(({ name }) => !shown.has(name))).toEqual([]);
});

test('every heading is English with Vietnamese below, and every question is one that the local axis can answer', () => {
  const texts = widgets.flatMap(({ properties: { markdown } }) => markdown ?? []);
  expect(texts).toEqual(Object.values(DASHBOARD_TEXTS).map(({ en, vi }) => `${en}\n\n_${vi}_`));
  const questions = widgets.filter(({ type }) => type === 'log').map(({ properties: { query = '' } }) => query);
  expect(questions).toHaveLength(2);
  for (const question of questions) {
    const sources = question.match(/SOURCE '[^']+'/g) ?? [];
    const asked = question.replace(/^(SOURCE '[^']+' \| )+/, '');
    expect(sources).toHaveLength(FUNCTIONS.length);
    expect(parseQuery(asked.replaceAll('\n| ', ' | ')).length).toBeGreaterThan(1);
  }
});

test('the prices are those of the cost table', () => {
  expect(prices.regions['us-east-1']).toMatchObject(PRICES);
});

test(
  'every alarm of the catalogue is in a stage, and no other',
  async () => {
    const few = templateOf(await stageApp('evaluation'), 'service').findResources('AWS::CloudWatch::Alarm');
    const all = [...alarms, ...Object.values(few).map(({ Properties }) => Properties)];
    const names = all.map(({ AlarmName }) => String(AlarmName).replace(/^docaxis-(production|evaluation)-/, ''));
    const kinds = new Set(names.map((name) => (name.startsWith('release-') ? 'release' : name)));
    expect([...kinds].toSorted()).toEqual(Object.keys(ALARMS).toSorted());
  },
  SYNTHESIS_MS,
);
