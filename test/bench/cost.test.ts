import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Counts, costOfIdleMonth, costOfMillion, type Prices, totalOf } from '../../bench/cost/costOf.ts';
import { stageCounts } from '../../bench/cost/stageCounts.ts';
import { ROOT, stock } from '../kit/stock.ts';

const read = <Content>(path: string): Content => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Content;
const counts = read<Counts>('docs/results/counts.json');
const table = read<{ asOf: string; regions: { 'us-east-1': Prices } }>('bench/cost/prices.json');
const prices = table.regions['us-east-1'];

test('an evaluation that nobody uses costs less than 5 USD a month, as its template is today', async () => {
  const templates = ['docaxis-evaluation-data', 'docaxis-evaluation'].map(async (name) =>
    JSON.parse(readFileSync(join(await stock(), 'assembly', `${name}.template.json`), 'utf8')),
  );
  const stage = stageCounts(await Promise.all(templates));
  expect(stage).toEqual(counts.stage);
  expect(stage.alarms).toBeLessThanOrEqual(10);
  expect(totalOf(costOfIdleMonth({ ...counts, stage }, prices))).toBeLessThan(5);
});

test('a million dispatches of 8 KB cost less than 25 USD, and with their evidence less than 35, whenever they are acknowledged', () => {
  const { dispatch, evidence, stage } = counts;
  for (const { bytes } of [dispatch, evidence.soon, evidence.later]) expect(bytes).toBeGreaterThan(8_000);
  expect(totalOf(costOfMillion(counts, prices))).toBeLessThan(25);
  expect(totalOf(costOfMillion({ dispatch: evidence.soon, stage }, prices))).toBeLessThan(35);
  expect(totalOf(costOfMillion({ dispatch: evidence.later, stage }, prices))).toBeLessThan(35);
});

test('one more write unit, request or metric shows in the cost', () => {
  const { dispatch, stage } = counts;
  const base = totalOf(costOfMillion(counts, prices));
  const written = { ...dispatch, writeUnits: dispatch.writeUnits + 1 };
  expect(totalOf(costOfMillion({ dispatch: written, stage }, prices)) - base).toBeCloseTo(0.625);
  const asked = { ...dispatch, httpRequests: dispatch.httpRequests + 1 };
  expect(totalOf(costOfMillion({ dispatch: asked, stage }, prices)) - base).toBeCloseTo(1);
  const watched = { ...stage, alarmMetrics: stage.alarmMetrics + 1 };
  const idle = (of: Counts['stage']) => totalOf(costOfIdleMonth({ ...counts, stage: of }, prices));
  expect(idle(watched) - idle(stage)).toBeCloseTo(0.1);
});

test('the price table says of which day it is and which regions nobody checked', () => {
  expect(Date.parse(table.asOf)).toBeGreaterThan(0);
  expect(Object.values(table.regions).map(({ checked }) => typeof checked)).toEqual(['boolean', 'boolean']);
});
