import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test } from 'vitest';
import { ACCEPTED_FINDINGS } from '../../scripts/nag/acceptedFindings.ts';
import { nagFindings } from '../../scripts/nag/nagFindings.ts';
import { ROOT } from '../kit/stock.ts';
import { stageApp } from '../kit/synthesizedStage.ts';

/** What each stage says that is not of its kind. */
const STAGES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  evaluation: {},
  production: {},
  ministry: JSON.parse(readFileSync(join(ROOT, 'examples/stages/ministry.json'), 'utf8')),
  province: JSON.parse(readFileSync(join(ROOT, 'examples/stages/province.json'), 'utf8')),
};
const reportOf = async (name: string) => nagFindings(await stageApp(name, STAGES[name]));

test.each(Object.keys(STAGES))('cdk-nag finds nothing in the stage %s that has no written reason', async (name) => {
  expect((await reportOf(name)).open).toEqual([]);
});

test('every reason has a finding, and says something', async () => {
  const reports = await Promise.all(Object.keys(STAGES).map(reportOf));
  const used = new Set(reports.flatMap(({ accepted }) => [...accepted.keys()]));
  expect(ACCEPTED_FINDINGS.filter((entry) => !used.has(entry))).toEqual([]);
  expect(ACCEPTED_FINDINGS.filter(({ because }) => because.length < 30)).toEqual([]);
});

test('a planted bucket without encryption in transit is named', async () => {
  const app = await stageApp('evaluation');
  const [data] = app.node.children;
  if (!Stack.isStack(data)) throw new Error('the app has no stack');
  new Bucket(data, 'Planted');
  const { open } = nagFindings(app);
  expect(open.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    'AwsSolutions-S1 docaxis-evaluation-data/Planted/Resource',
    'AwsSolutions-S10 docaxis-evaluation-data/Planted/Resource',
  ]);
});
