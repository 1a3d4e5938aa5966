import { countApart, countRun, type SuiteResult, type SuiteSize, troublesOf } from './suite.ts';
import { ownSuite, vectorSuites } from './suites.ts';
import { vectorFolder } from './vectorFolder.ts';

// Every vector, every verdict: `npm run conformance`. One wrong verdict, or one case that was not run, fails.

const WIDTHS = [12, 8, 10, 9, 15, 7] as const;

function printLine(cells: readonly (string | number)[]): void {
  const [first, ...rest] = cells.map(String);
  console.log(
    (first ?? '').padEnd(WIDTHS[0]) + rest.map((cell, index) => cell.padStart(WIDTHS[index + 1] ?? 0)).join(''),
  );
}

const results: SuiteResult[] = [];
const troubles: string[] = [];
const absent: string[] = [];

function take(result: SuiteResult, size: SuiteSize): void {
  const { suite, cases, accepted, refused, apart, wrong } = result;
  printLine([suite, cases, accepted, refused, countApart(apart), wrong.length]);
  results.push(result);
  troubles.push(...troublesOf(result, size));
}

printLine(['suite', 'cases', 'accepted', 'refused', 'not supported', 'wrong']);
for (const suite of vectorSuites) {
  const folder = vectorFolder(suite.folder);
  if (folder === null) absent.push(`${suite.name} (${suite.cases} cases)`);
  else take(suite.judge(folder), suite);
}
take(await ownSuite.judge(), ownSuite);

for (const { suite, apart } of results) {
  for (const [need, ids] of apart)
    console.log(`not supported, ${suite}: ${need}: ${ids.map((id) => id.replace(/.*\/(?=\D)/, '')).join(', ')}`);
}
for (const trouble of troubles) console.error(trouble);
if (absent.length > 0) console.log(`DID NOT RUN, the vectors are not on this machine: ${absent.join(', ')}`);
const run = results.reduce((sum, result) => sum + countRun(result), 0);
console.log(
  troubles.length === 0 ? `${run} cases run, no wrong verdict` : `${run} cases run, ${troubles.length} troubles`,
);
if (troubles.length > 0) process.exitCode = 1;
