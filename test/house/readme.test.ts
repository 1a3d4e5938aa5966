import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Every command of the README is run as it stands there, in a copy of the project; the axis only gets another port. */
const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const NOT_COPIED = ['node_modules', '.git', '.docaxis', 'cdk.out', 'test'];
const run = promisify(execFile);

const blocks = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body.trim().split('\n'));
const commands = blocks.flat();
/** What CI runs as steps of its own. */
const inCi = commands.filter((command) => command.startsWith('npm ci'));
/** What needs an account; proved as far as it goes without one. */
const deploying = commands.filter((command) => /^npm run (?:deploy|synth)\b|^npx cdk /.test(command));
const walk = commands.filter((command) => command.startsWith('npx docaxis '));

let copy: string;
let axis: ChildProcess;

/** Runs a line as a shell does. */
async function shell(command: string): Promise<string> {
  const { stdout, stderr } = await run('sh', ['-c', command], {
    cwd: copy,
    timeout: 60_000,
    maxBuffer: 16 * 1024 * 1024,
  });
  return `${stdout}${stderr}`;
}

/** Waits until the axis has said how to go on, or has ended. */
function started(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Ctrl-C stops it')) resolve(printed);
      });
    }
    child.once('error', reject);
    child.once('close', () => reject(new Error(`npm start ended:\n${printed}`)));
  });
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'docaxis-readme-'));
  for (const name of readdirSync(ROOT)) {
    if (!NOT_COPIED.includes(name)) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

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
  beforeAll(async () => {
    // Every other suite may run its own axis meanwhile, so this one takes a free port. A group of its own: npm
    // hands no signal on to what it started.
    axis = spawn('npm', ['start', '--', '--port', '0'], {
      cwd: copy,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await started(axis);
  });
  afterAll(async () => {
    const closed = new Promise((resolve) => axis.once('close', resolve));
    if (axis.pid !== undefined && axis.exitCode === null) process.kill(-axis.pid, 'SIGTERM');
    await closed;
  });

  test('runs line by line as it is printed', async () => {
    const printed = new Map<string, string>();
    for (const command of walk) printed.set(command, await shell(command));
    const of = (part: string): string => [...printed].find(([command]) => command.includes(part))?.[1] ?? '';
    expect(of('docaxis submit')).toMatch(/dsp_[a-z2-7]{32}/);
    expect(of('docaxis verify')).toContain('The receipt holds.');
    expect(of('docaxis inbox')).toMatch(/dlv_[a-z2-7]{32}/);
    expect(of('docaxis receive')).toContain('acknowledged');
    expect(of('docaxis status report')).toContain('03 registered  applied');
    expect(of('docaxis show')).toMatch(/X92\s+đã nhận\s+03 Đã tiếp nhận/);
    // A process for each command, beside every other suite.
  }, 60_000);
});

test.each(deploying)('%s is understood', async (command) => {
  // `--help` makes the CDK check the command and its options, and needs no account; synth itself is a step of CI.
  const line = command.includes(' -- ') || command.startsWith('npx') ? `${command} --help` : `${command} -- --help`;
  expect(await shell(line)).toMatch(/^cdk (?:synth|bootstrap|deploy)/m);
});

test('every file and folder that the README and the other pages name is there', () => {
  for (const page of ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    const folders = [...text.matchAll(/^\| `(\w+)\/`/gm)].map(([, folder = '']) => folder);
    for (const path of [...links, ...folders]) {
      expect(() => readdirSync(dirname(join(ROOT, path))), `${page} names ${path}`).not.toThrow();
      expect(readdirSync(dirname(join(ROOT, path))), `${page} names ${path}`).toContain(path.split('/').at(-1));
    }
  }
});
