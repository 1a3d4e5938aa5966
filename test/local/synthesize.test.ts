import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SynthesisFailed, synthesize } from '../../local/synthesize.ts';

const APP = `
import { mkdirSync, writeFileSync } from 'node:fs';
const folder = process.env.CDK_OUTDIR;
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/context.json', process.env.CDK_CONTEXT_JSON);
`;

let root: string;
let data: string;
let runs: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docaxis-root-'));
  data = join(root, 'data');
  runs = 0;
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'axis.ts'), APP);
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ context: { stages: 'evaluation' } }));
});
afterEach(() => rmSync(root, { recursive: true }));

const run = (into = data): Promise<string> =>
  synthesize({
    root,
    data: into,
    onSynthesis: () => {
      runs += 1;
    },
  });

test('the app gets the context of cdk.json, which only the CDK CLI would hand over', async () => {
  const assembly = await run();
  expect(assembly).toBe(join(data, 'assembly'));
  expect(JSON.parse(readFileSync(join(assembly, 'context.json'), 'utf8'))).toMatchObject({ stages: 'evaluation' });
});

test('unchanged sources are synthesized once, also for another data folder', async () => {
  await run();
  await run();
  await run(join(root, 'other'));
  expect(runs).toBe(1);
  expect(existsSync(join(root, 'other', 'assembly', 'context.json'))).toBe(true);
});

test('a changed, a new and a renamed source are noticed, and a change that is taken back is remembered', async () => {
  await run();
  mkdirSync(join(root, 'core'));
  writeFileSync(join(root, 'core', 'a.ts'), '1');
  await run();
  writeFileSync(join(root, 'core', 'a.ts'), '2');
  await run();
  rmSync(join(root, 'core', 'a.ts'));
  writeFileSync(join(root, 'core', 'b.ts'), '2');
  await run();
  expect(runs).toBe(4);
  rmSync(join(root, 'core'), { recursive: true });
  await run();
  expect(runs).toBe(4);
});

test('what was left of a run that was killed is no assembly', async () => {
  const assembly = await run();
  rmSync(join(root, 'node_modules'), { recursive: true });
  for (const name of readdirSync(assembly)) if (name !== 'context.json') rmSync(join(assembly, name));
  await run();
  expect(runs).toBe(2);
});

test('an app that fails says what it printed last, and leaves the former assembly', async () => {
  await run();
  writeFileSync(join(root, 'bin', 'axis.ts'), 'console.error("the stack is wrong"); process.exit(1);');
  await expect(run()).rejects.toThrow(SynthesisFailed);
  await expect(run()).rejects.toThrow('the stack is wrong');
  expect(existsSync(join(data, 'assembly', 'context.json'))).toBe(true);
});
