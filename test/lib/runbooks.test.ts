import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../kit/stock.ts';
import { stageApp, templateOf } from '../kit/synthesizedStage.ts';

/** A stage is put together out of twenty bundles, on a machine that may be busy. */
const SYNTHESIS_MS = 180_000;
const RUNBOOK = /^(?<means>.+[.!?]) What to do: (?<page>docs\/runbooks\/[a-z-]+\.md)$/;

/** The page that each alarm of a stage names. */
async function pagesOf(stage: string): Promise<readonly string[]> {
  const alarms = Object.values(templateOf(await stageApp(stage), 'service').findResources('AWS::CloudWatch::Alarm'));
  expect(alarms.length).toBeGreaterThan(3);
  return alarms.map(
    ({ Properties }) => RUNBOOK.exec(Properties.AlarmDescription)?.groups?.page ?? Properties.AlarmDescription,
  );
}

test.each(['evaluation', 'production'])(
  'every alarm of a %s says what it means and names a page that exists',
  async (stage) => {
    const pages = await pagesOf(stage);
    expect(pages.filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
  },
  SYNTHESIS_MS,
);

test(
  'no page is there that no alarm names',
  async () => {
    const named = new Set([...(await pagesOf('evaluation')), ...(await pagesOf('production'))]);
    const pages = readdirSync(join(ROOT, 'docs/runbooks')).map((name) => `docs/runbooks/${name}`);
    expect(pages.filter((page) => !named.has(page))).toEqual([]);
  },
  SYNTHESIS_MS,
);
