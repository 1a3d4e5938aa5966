/**
 * `npm run test:deploy`: deploys an evaluation with the commands of an operator to an implementation of AWS that is not our own, compares
 * what exists with the template, runs the journeys against it, deploys an update, and goes back. It needs Python 3.10 and PyPI
 * once. DOCAXIS_DEPLOY_ENDPOINT names an implementation that runs already.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeployTrial } from './deployTrial.ts';
import { findPython, implementationAt, startMoto } from './implementation.ts';

const LIMIT_MINUTES = 15;

const endpoint = process.env.DOCAXIS_DEPLOY_ENDPOINT;
const python = findPython();
if (endpoint === undefined && python === undefined) {
  console.log(
    '\n*** SKIPPED: no Python 3.10 or newer (DOCAXIS_PYTHON names one). Nothing was deployed, nothing was compared. ***\n',
  );
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'docaxis-deploy-'));
const limit = setTimeout(() => {
  console.error(`not done after ${LIMIT_MINUTES} minutes`);
  process.exit(1);
}, LIMIT_MINUTES * 60_000);
console.log('… starting the implementation (installed once, from PyPI)');
const implementation =
  endpoint === undefined ? await startMoto(python ?? '', join(folder, 'server.log')) : await implementationAt(endpoint);
// Whatever ends this process ends the server, too.
process.once('exit', () => void implementation.stop());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  const failures = await new DeployTrial(implementation, folder).run();
  console.log(failures.length === 0 ? '\nall as it should be' : `\n${failures.length} not as it should be:`);
  for (const failure of failures) console.log(`  ${failure}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  console.error(`the implementation's own last words:\n${lastWords(join(folder, 'server.log'))}`);
  process.exitCode = 1;
} finally {
  clearTimeout(limit);
  await implementation.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The end of its log, without the lines of requests. */
function lastWords(log: string): string {
  if (!existsSync(log)) return '(none)';
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('HTTP/1.1"'));
  return lines.slice(-12).join('\n');
}
