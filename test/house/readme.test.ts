import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Newcomer } from '../kit/newcomer.ts';

/** Every command of the README is run as it stands there, in a copy of the project; the axis only gets another port. */
const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const blocks = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body.trim().split('\n'));
const commands = blocks.flat();
/** What CI runs as steps of its own. */
const inCi = commands.filter((command) => command.startsWith('npm ci'));
/** What needs an account; proved as far as it goes without one. */
const deploying = commands.filter((command) => /^npm run (?:deploy|synth)\b|^npx cdk /.test(command));
const walk = commands.filter((command) => command.startsWith('npx docaxis '));

let newcomer: Newcomer;
beforeAll(() => {
  newcomer = new Newcomer();
});
afterAll(() => newcomer.leave());

test('every command is of a kind that is proved here', () => {
  const proved = [...inCi, ...deploying, ...walk, 'npm start'];
  expect(commands.filter((command) => !proved.includes(command))).toEqual([]);
  expect(blocks.length).toBe(4);
});

test('the two first commands are these, and CI runs both', () => {
  expect(blocks[0]).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  expect(ci).toMatch(/^step .* npm ci$/m);
  expect(ci).toMatch(/^step .* npm test$/m);
  expect(ci).toContain('npm ci && npm run demo');
});

describe('the walk', () => {
  beforeAll(() => newcomer.start());

  test('runs line by line as it is printed', async () => {
    const printed = new Map<string, string>();
    for (const command of walk) printed.set(command, await newcomer.shell(command));
    const of = (part: string): string => [...printed].find(([command]) => command.includes(part))?.[1] ?? '';
    expect(of('docaxis submit')).toMatch(/dsp_[a-z2-7]{32}/);
    expect(of('docaxis verify')).toContain('The receipt holds.');
    expect(of('docaxis inbox')).toMatch(/dlv_[a-z2-7]{32}/);
    expect(of('docaxis receive')).toContain('acknowledged');
    expect(of('docaxis status report')).toContain('03 registered  applied');
    expect(of('docaxis show')).toMatch(/X92\s+đã nhận\s+03 Đã tiếp nhận/);
    expect(of('docaxis evidence')).toMatch(/Not in the log when asked: \d; ask again after |The evidence holds/);
    // A process for each command, beside every other suite.
  }, 120_000);
});

test.each(deploying)('%s is understood', async (command) => {
  // `--help` makes the CDK check the command and its options, and needs no account; synth itself is a step of CI.
  const line = command.includes(' -- ') || command.startsWith('npx') ? `${command} --help` : `${command} -- --help`;
  expect(await newcomer.shell(line)).toMatch(/^cdk (?:synth|bootstrap|deploy)/m);
});
