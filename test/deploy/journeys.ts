import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DEPLOYED } from '../kit/deployment.ts';
import { ROOT } from '../kit/stock.ts';
import { TESTS_NOT_FOR_IT } from './knownGaps.ts';

export interface JourneySetting {
  /** File with the deployment. */
  readonly file: string;
  readonly folder: string;
  /** Whether the gaps of the implementation are those that are listed. */
  readonly isKnown: boolean;
  readonly say: (line: string) => void;
}

/** What vitest writes of a run. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** The suites of the walk: sending, receiving, enrolling, both kinds of systems with each other, and evidence. */
const JOURNEYS = ['sending', 'receiving', 'echo', 'registry', 'mixedTraffic', 'unsigned', 'proving'].map(
  (name) => `test/journeys/${name}.test.ts`,
);

/** Runs the suites of the walk, one file after the other: each empties the deployment before it begins. @returns failures. */
export async function runJourneys({ file, folder, isKnown, say }: JourneySetting): Promise<readonly string[]> {
  const output = join(folder, 'journeys.json');
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...JOURNEYS,
      '--no-file-parallelism',
      '--reporter=json',
      `--outputFile=${output}`,
    ],
    { cwd: ROOT, stdio: 'ignore', timeout: 360_000, env: { ...process.env, [DEPLOYED]: file, DOCAXIS_SUITES: 'all' } },
  );
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const failures: string[] = [];
  const met = new Set<unknown>();
  let passed = 0;
  for (const { name, message, assertionResults } of report.testResults) {
    const suite = relative(ROOT, name);
    // Without a beginning every test is skipped, and none says why.
    if (assertionResults.every(({ status }) => status === 'skipped')) {
      failures.push(`${suite} did not start: ${message.slice(0, 800)}`);
      continue;
    }
    for (const { fullName, status, failureMessages } of assertionResults) {
      const known = isKnown && TESTS_NOT_FOR_IT.find((entry) => entry.file === suite && entry.test.test(fullName));
      if (status === 'passed') passed++;
      else if (known) met.add(known);
      else failures.push(`${suite}: ${fullName}: ${status} ${(failureMessages ?? []).join(' ').slice(0, 300)}`);
    }
  }
  say(`${passed} journey tests passed`);
  if (!isKnown) return failures;
  for (const entry of TESTS_NOT_FOR_IT) {
    if (met.has(entry))
      say(`not for this implementation: ${entry.file} ${entry.test.source}, because ${entry.because}`);
    else failures.push(`${entry.file} ${entry.test.source} is said not to pass, and does`);
  }
  return failures;
}
