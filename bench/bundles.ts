/**
 * `npm run bench:bundles [-- --check]`: size of each function's bundle and the time to import it in a fresh process.
 * `--check` fails when a bundle has outgrown its ceiling; times depend on the machine and are only printed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ENVIRONMENT, FUNCTIONS, type FunctionName } from '../core/contract/environment.ts';
import { bundleFunctions } from '../lib/bundleFunctions.ts';
import { stageConfig } from '../lib/stages.ts';
import { median } from './figures.ts';

const KB = 1024;
const RUNS = 9;

/** What was hoped for, and the size that a function may not outgrow without somebody deciding it. */
const GOALS: Readonly<
  Record<FunctionName, { readonly goalKb: number; readonly goalMs: number; readonly ceilingKb: number }>
> = {
  submit: { goalKb: 600, goalMs: 40, ceilingKb: 735 },
  conclude: { goalKb: 600, goalMs: 40, ceilingKb: 675 },
  deliver: { goalKb: 300, goalMs: 25, ceilingKb: 310 },
  receive: { goalKb: 300, goalMs: 25, ceilingKb: 420 },
  fetch: { goalKb: 300, goalMs: 25, ceilingKb: 350 },
  attachments: { goalKb: 500, goalMs: 30, ceilingKb: 640 },
  upload: { goalKb: 500, goalMs: 30, ceilingKb: 640 },
  seal: { goalKb: 450, goalMs: 30, ceilingKb: 520 },
  acknowledge: { goalKb: 300, goalMs: 25, ceilingKb: 346 },
  view: { goalKb: 300, goalMs: 25, ceilingKb: 402 },
  stats: { goalKb: 400, goalMs: 30, ceilingKb: 370 },
  rebuild: { goalKb: 600, goalMs: 40, ceilingKb: 720 },
  administer: { goalKb: 300, goalMs: 25, ceilingKb: 660 },
  publish: { goalKb: 300, goalMs: 25, ceilingKb: 424 },
  report: { goalKb: 300, goalMs: 25, ceilingKb: 360 },
  compatSend: { goalKb: 600, goalMs: 40, ceilingKb: 702 },
  compatTake: { goalKb: 500, goalMs: 30, ceilingKb: 530 },
  compatAgencies: { goalKb: 300, goalMs: 25, ceilingKb: 350 },
  revocation: { goalKb: 300, goalMs: 25, ceilingKb: 480 },
  webhook: { goalKb: 300, goalMs: 25, ceilingKb: 368 },
  notify: { goalKb: 300, goalMs: 25, ceilingKb: 315 },
  log: { goalKb: 450, goalMs: 30, ceilingKb: 450 },
  prove: { goalKb: 450, goalMs: 30, ceilingKb: 520 },
  watch: { goalKb: 300, goalMs: 25, ceilingKb: 502 },
};

/** The one variable that is a document. */
const RETENTION = JSON.stringify(stageConfig('evaluation').retention);

/** Runs in the child: its own start-up is not counted, what the bundle pulls in of Node's is. */
const PROBE = `const t=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-t))`;

function importMs(file: string, name: FunctionName): number {
  const env = Object.fromEntries(
    ENVIRONMENT[name].map((key) => [key, key === 'RETENTION' ? RETENTION : `arn:aws:service:ap-southeast-1:0:${key}`]),
  );
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROBE, file], {
    env: {
      ...env,
      AWS_REGION: 'ap-southeast-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      INBOX_QUEUE_PREFIX: 'https://sqs.ap-southeast-1.amazonaws.com/0/x-',
    },
    encoding: 'utf8',
  });
  return Number(output);
}

const folder = mkdtempSync(join(tmpdir(), 'docaxis-bundles-'));
try {
  const bundles = bundleFunctions(folder);
  const tooLarge: string[] = [];
  console.log('function      KB  goal  gzip KB  import ms (median, least-most)  goal');
  for (const name of FUNCTIONS) {
    const file = join(bundles[name], 'index.mjs');
    const bytes = readFileSync(file);
    const times = Array.from({ length: RUNS }, () => importMs(file, name));
    const { goalKb, goalMs, ceilingKb } = GOALS[name];
    const kb = bytes.length / KB;
    if (kb > ceilingKb) tooLarge.push(`${name}: ${kb.toFixed(0)} KB is over its ceiling of ${ceilingKb} KB`);
    const range = `${Math.min(...times).toFixed(0)}-${Math.max(...times).toFixed(0)}`;
    const gzip = (gzipSync(bytes).length / KB).toFixed(0).padStart(8);
    const row = `${name.padEnd(12)} ${kb.toFixed(0).padStart(3)} ${String(goalKb).padStart(5)} ${gzip} ${median(times).toFixed(0).padStart(15)} (${range})`;
    console.log(`${row.padEnd(61)} ${goalMs}`);
  }
  for (const line of tooLarge) console.error(line);
  if (process.argv.includes('--check') && tooLarge.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
