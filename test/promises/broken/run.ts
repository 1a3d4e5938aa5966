/**
 * Proves that the tests of the promises can fail: for each promise a copy of the project is broken by `promise-N.patch`, and the
 * promise's own test has to notice.
 *
 * usage: node test/promises/broken/run.ts [N ...]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PROMISES = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const TIMEOUT_MS = 300_000;

const REPORT = z.object({
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.nullish(z.array(z.string())) }),
      ),
    }),
  ),
});
type Tests = z.infer<typeof REPORT>['testResults'][number]['assertionResults'];

/** The copy cannot be judged: the patch does not apply, or the test did not run. */
class NotJudged extends Error {}

/** The committed tree: what somebody is editing meanwhile is no part of the verdict. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'docaxis-broken-'));
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: ROOT, maxBuffer: 512 * 1024 * 1024 });
  execFileSync('tar', ['-x', '-C', copy], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function applyPatch(copy: string, promise: number): void {
  const patch = join(import.meta.dirname, `promise-${promise}.patch`);
  const { status, stderr } = spawnSync('git', ['apply', '--unidiff-zero', patch], { cwd: copy, encoding: 'utf8' });
  if (status !== 0) throw new NotJudged(`promise-${promise}.patch no longer applies:\n${stderr}`);
}

/** Runs one test file in a copy and gives its tests with their verdicts. */
function runTests(copy: string, file: string, options: readonly string[] = []): Tests {
  const report = join(copy, 'report.json');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const { DOCAXIS_TEST_STOCK: _, ...environment } = process.env;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', file, '--reporter=json', `--outputFile=${report}`, ...options],
    {
      cwd: copy,
      env: { ...environment, DOCAXIS_LOST_LEASES: environment.DOCAXIS_LOST_LEASES ?? '200' },
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  try {
    const { testResults } = z.parse(REPORT, JSON.parse(readFileSync(report, 'utf8')));
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    if (tests.length === 0) throw new RangeError('no test ran');
    return tests;
  } catch (cause) {
    throw new NotJudged(`${file} did not run:\n${`${stdout}${stderr}`.slice(-2_000)}`, { cause });
  }
}

function testFileOf(promise: number): string {
  const folder = join(import.meta.dirname, '..');
  const name = readdirSync(folder).find((file) => file.startsWith(`promise-${promise}-`) && file.endsWith('.test.ts'));
  if (name === undefined) throw new NotJudged(`promise ${promise} has no test`);
  return join('test', 'promises', name);
}

/** How many tests the promise has; all of them pass in a copy that nobody broke. */
function expectWhole(promise: number): number {
  const copy = copyTree();
  try {
    const tests = runTests(copy, testFileOf(promise));
    const failed = tests.filter(({ status }) => status !== 'passed');
    if (failed.length > 0) throw new NotJudged(`the unbroken copy fails:\n${failed.map(explain).join('\n')}`);
    return tests.length;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const explain = ({ title, failureMessages }: Tests[number]): string =>
  `${title}: ${(failureMessages ?? []).join(' ').slice(0, 500)}`;

/** The title of the test that noticed. */
function expectBroken(promise: number): string {
  const copy = copyTree();
  try {
    applyPatch(copy, promise);
    const tests = runTests(copy, testFileOf(promise), ['--bail=1']);
    const failed = tests.filter(({ status }) => status === 'failed');
    const noticed = failed.find(({ failureMessages }) => failureMessages?.some((text) => /AssertionError/.test(text)));
    if (noticed !== undefined) return noticed.title;
    const why = failed[0]?.failureMessages?.join('\n') ?? `none of ${tests.length} tests failed`;
    throw new NotJudged(`the broken copy was not noticed: ${why.slice(0, 1_000)}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run(arguments_: readonly string[]): number {
  const wanted = arguments_.length === 0 ? PROMISES : arguments_.map(Number);
  if (wanted.some((promise) => !PROMISES.includes(promise))) {
    console.error('usage: node test/promises/broken/run.ts [N ...], N from 1 to 9');
    return 2;
  }
  let wrong = 0;
  for (const promise of wanted) {
    try {
      const tests = expectWhole(promise);
      const title = expectBroken(promise);
      console.log(`promise ${promise}: broken copy fails as it must (${title}); unbroken, ${tests} tests pass`);
    } catch (error) {
      if (!(error instanceof NotJudged)) throw error;
      wrong += 1;
      console.error(`promise ${promise}: ${error.message}`);
    }
  }
  return wrong === 0 ? 0 : 1;
}

process.exitCode = run(process.argv.slice(2));
