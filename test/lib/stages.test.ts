import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, FUNCTIONS } from '../../core/contract/environment.ts';
import { stageConfig, stagesOf } from '../../lib/stages.ts';
import { ROOT, stock } from '../kit/stock.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly Outputs?: Readonly<Record<string, { readonly Export?: { readonly Name: unknown } }>>;
}

let out: string;
const read = (folder: string, name: string): Template =>
  JSON.parse(readFileSync(join(folder, `${name}.template.json`), 'utf8'));

/** The app as `npm run synth` starts it, with nothing of this machine's environment: no account, no region, no profile, no home. */
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'docaxis-stages-'));
  const { context }: { context: object } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const asked = { 'aws:cdk:enable-path-metadata': true, ...context, stages: 'evaluation,production' };
  const child = spawn(process.execPath, ['bin/axis.ts'], {
    cwd: ROOT,
    env: { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(asked) },
    stdio: 'ignore',
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  // It bundles every function anew, beside suites that have the same two cores.
}, 120_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

const SUFFIXES = ['-data', ''] as const;
const templatesOf = (stage: string): readonly Template[] =>
  SUFFIXES.map((suffix) => read(out, `docaxis-${stage}${suffix}`));

/** Names by which AWS knows a resource across stacks: they must not meet in one account. */
function physicalNames(stage: string): readonly string[] {
  return templatesOf(stage).flatMap(({ Resources, Outputs = {} }) => [
    ...Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      Object.entries(Properties)
        .filter(([name, value]) => /^(\w+Name|Name)$/.test(name) && typeof value === 'string' && isIdentity(Type, name))
        .map(([name, value]) => `${Type} ${name} ${value}`),
    ),
    ...Object.values(Outputs).flatMap(({ Export }) => (Export ? [`export ${JSON.stringify(Export.Name)}`] : [])),
  ]);
}

/** Names of something else: the metric that an alarm looks at, the policy inside its own role. */
const isIdentity = (type: string, name: string): boolean =>
  !['MetricName', 'PolicyName', 'StageName', 'AttributeName'].includes(name) && type !== 'AWS::IAM::Policy';

describe('stages', () => {
  test('two stages synthesized together share no physical name, and each has some', () => {
    const evaluation = physicalNames('evaluation');
    const production = new Set(physicalNames('production'));
    expect(evaluation.length).toBeGreaterThan(20);
    expect(evaluation.filter((name) => production.has(name))).toEqual([]);
    expect(new Set(evaluation).size).toBe(evaluation.length);
  });

  test('names are deterministic: a second synthesis, elsewhere and with other stages beside it, gives the same template', async () => {
    const { CDKMetadata: _, ...again } = read(join(await stock(), 'assembly'), 'docaxis-evaluation').Resources;
    const { CDKMetadata: __, ...first } = read(out, 'docaxis-evaluation').Resources;
    expect(first).toEqual(again);
  });

  test('no account, region or secret of this machine stands in a template', () => {
    const text = JSON.stringify(['evaluation', 'production'].map(templatesOf));
    expect(text).not.toMatch(/\b\d{12}\b/);
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/AKIA[A-Z0-9]{16}/);
  });

  test('production keeps its data when its stack goes, an evaluation does not', () => {
    const policies = (stage: string) =>
      Object.values(read(out, `docaxis-${stage}-data`).Resources)
        .filter(({ Type }) => /::(Table|Bucket|Key)$/.test(Type))
        .map((resource) => JSON.parse(JSON.stringify(resource)).DeletionPolicy);
    // Three tables, two buckets and one for their access logs, the keys for data, receipts and secrets.
    expect(policies('production')).toEqual(Array.from({ length: 9 }, () => 'Retain'));
    expect(new Set(policies('evaluation'))).toEqual(new Set(['Delete']));
  });
});

test.each(FUNCTIONS)('%s gets exactly the variables that the contract names', (name) => {
  const found = Object.values(read(out, 'docaxis-evaluation').Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' && Properties?.FunctionName === `docaxis-evaluation-${name}`,
  );
  const { Environment }: { Environment?: { Variables: object } } = found?.Properties ?? {};
  expect(Object.keys(Environment?.Variables ?? {}).sort()).toEqual([...ENVIRONMENT[name], 'NODE_OPTIONS'].sort());
});

const NOWHERE = join(ROOT, 'no-such-folder');

describe('the name of a stage', () => {
  test.each(['a', 'Evaluation', '1st', 'with-hyphen', 'x'.repeat(17), '', 'đánh'])(
    '%j cannot be part of names',
    (name) => {
      expect(() => stageConfig(name)).toThrow(/stage/);
    },
  );

  test('stages are named once each; without context there is one', () => {
    expect(stagesOf(undefined, NOWHERE).map(({ name }) => name)).toEqual(['evaluation']);
    expect(stagesOf('evaluation, production', NOWHERE).map(({ axisId }) => axisId)).toEqual([
      'docaxis.evaluation',
      'docaxis.production',
    ]);
    expect(() => stagesOf('evaluation,evaluation', NOWHERE)).toThrow(/twice/);
  });
});
