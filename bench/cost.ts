/**
 * `npm run cost`: what an evaluation costs in a month in which nobody uses it, and what a million dispatches of 8 KB to one recipient cost,
 * item by item, from counted calls (docs/results/counts.json) and a dated table of prices (bench/cost/prices.json).
 * `npm run cost -- REGION` names another region than us-east-1.
 */
import { readFileSync } from 'node:fs';
import {
  type Cost,
  type Counts,
  costOfIdleMonth,
  costOfKeeping,
  costOfMillion,
  type Prices,
  totalOf,
} from './cost/costOf.ts';

/** About what the items of one dispatch to one recipient, its timelines and their places in indexes hold. */
const ITEM_BYTES = 6_000;

const read = <Content>(path: string): Content =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Content;
const counts = read<Counts>('../docs/results/counts.json');
const table = read<{ asOf: string; source: string; regions: Record<string, Prices> }>('cost/prices.json');
const [region = 'us-east-1'] = process.argv.slice(2);
const prices = table.regions[region];

function print(title: string, cost: Cost): void {
  console.log(`\n${title}`);
  for (const [item, usd] of Object.entries(cost)) {
    if (usd >= 0.005) console.log(`  ${item.padEnd(28)} ${usd.toFixed(2).padStart(8)}`);
  }
  console.log(`  ${'total'.padEnd(28)} ${totalOf(cost).toFixed(2).padStart(8)} USD`);
}

if (prices) {
  const { dispatch, rounds, stage, countedOn } = counts;
  console.log(
    `region ${region}, prices of ${table.asOf}${prices.checked ? '' : ' (NOT CHECKED for this region)'}, calls counted on ${countedOn}`,
  );
  console.log(table.source);
  print(
    `an evaluation that nobody uses, each month (${stage.keys} keys, ${stage.alarms} alarms over ${stage.alarmMetrics} metrics)`,
    costOfIdleMonth({ rounds, stage }, prices),
  );
  const million = costOfMillion(counts, prices);
  print(`a million dispatches of ${(dispatch.bytes / 1024).toFixed(1)} KB to one recipient`, million);
  const { soon, later } = counts.evidence;
  for (const [dispatchWith, when] of [
    [soon, 'acknowledged before its steps are logged'],
    [later, 'acknowledged in a later round'],
  ] as const) {
    print(`the same with evidence, ${when}`, costOfMillion({ dispatch: dispatchWith, stage }, prices));
  }
  console.log(
    `\nkeeping a million of them: ${costOfKeeping(dispatch, ITEM_BYTES, prices).toFixed(2)} USD more each month`,
  );
  const traced = costOfMillion({ dispatch, stage: { ...stage, traced: true } }, prices);
  console.log(
    `with tracing a million costs ${(traced['X-Ray traces'] ?? 0).toFixed(2)} USD more where many come at once, up to twenty times that where they come one by one`,
  );
} else {
  console.error(`no prices for ${region}; there are ${Object.keys(table.regions).join(', ')}`);
  process.exitCode = 2;
}
