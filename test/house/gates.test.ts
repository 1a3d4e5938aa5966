import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/**
 * A gate that has never failed proves nothing. Each one runs here with the project's own settings on a tiny tree: it passes
 * as long as the tree is clean, and fails, naming the place, when one violation is planted.
 */
const ROOT = join(import.meta.dirname, '../..');
const SETTINGS = ['package.json', 'tsconfig.json', 'biome.json', '.oxlintrc.json', 'knip.jsonc'];
let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'docaxis-gates-'));
  for (const file of SETTINGS) cpSync(join(ROOT, file), join(tree, file));
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  plant('core/clean.ts', `/** Twice a number. */\nexport const twice = (value: number): number => value * 2;\n`);
  plant('bin/axis.ts', `import { twice } from '../core/clean.ts';\n\nconsole.log(twice(21));\n`);
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

function plant(path: string, source: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), source);
}

interface Verdict {
  readonly code: number | null;
  readonly printed: string;
}

/** Runs what an npm script of the project runs, in the tree. */
function gate(script: string): Verdict {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const command = scripts[script];
  if (command === undefined) throw new Error(`package.json has no script ${script}`);
  const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
  const run = spawnSync(command, {
    cwd: tree,
    shell: true,
    timeout: 20_000,
    encoding: 'utf8',
    env: { ...process.env, PATH, NO_COLOR: '1' },
  });
  return { code: run.status, printed: `${run.stdout}${run.stderr}` };
}

interface Plant {
  readonly gate: string;
  readonly what: string;
  readonly source: string;
  /** What the gate calls it. */
  readonly named: string;
}

const plants: readonly Plant[] = [
  { gate: 'types', what: 'a wrong type', source: `export const n: number = 'text';\n`, named: 'TS2322' },
  {
    gate: 'types',
    what: 'an index that may be missing',
    source: `const names: string[] = [];\nexport const first: string = names[0];\n`,
    named: 'TS2322',
  },
  { gate: 'lint:biome', what: 'a default export', source: `export default 1;\n`, named: 'noDefaultExport' },
  { gate: 'lint:biome', what: 'any', source: `export const n: any = 1;\n`, named: 'noExplicitAny' },
  { gate: 'lint:biome', what: 'another format', source: `export const n = "1"\n`, named: 'format' },
  {
    gate: 'lint:types',
    what: 'a forgotten promise',
    source: `const save = async (): Promise<void> => {};\nexport const run = (): void => {\n  save();\n};\n`,
    named: 'no-floating-promises',
  },
  {
    gate: 'lint:types',
    what: 'a promise taken for a condition',
    source: `const isThere = async (): Promise<boolean> => true;\nexport const n = isThere() ? 1 : 2;\n`,
    named: 'no-misused-promises',
  },
  {
    gate: 'lint:types',
    what: 'a switch that forgets a case',
    source: `export function twice(way: 'in' | 'out'): number {\n  let n = 0;\n  switch (way) {\n    case 'in':\n      n = 1;\n  }\n  return n;\n}\n`,
    named: 'switch-exhaustiveness-check',
  },
];

test.each(plants)('$gate fails on $what', ({ gate: script, source, named }) => {
  const clean = gate(script);
  expect(clean.printed).not.toContain('planted.ts');
  expect(clean.code).toBe(0);
  plant('core/planted.ts', source);
  const planted = gate(script);
  expect(planted.printed).toContain('planted.ts');
  expect(planted.printed).toContain(named);
  expect(planted.code).not.toBe(0);
});

test('lint:dead fails on a file, an export and a package that nothing uses', () => {
  plant('core/planted.ts', `export const idle = 1;\n`);
  plant('core/clean.ts', `export const twice = (value: number): number => value * 2;\nexport const thrice = 3;\n`);
  const { code, printed } = gate('lint:dead');
  expect(code).not.toBe(0);
  expect(printed).toMatch(/Unused files[\s\S]*core\/planted\.ts/);
  expect(printed).toMatch(/Unused exports[\s\S]*thrice[\s\S]*core\/clean\.ts/);
  expect(printed).toMatch(/Unused devDependencies[\s\S]*zod/);
});
