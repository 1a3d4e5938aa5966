import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, Usage } from '../kit/runCommand.ts';
import { growthOf, growthProblems, leaksOf } from './course.ts';
import { plotCourse } from './plotCourse.ts';
import { soakTable } from './report.ts';
import { type SoakResult, type SoakSettings, soak } from './soak.ts';

const HELP = `Mixed traffic on a local axis whose calls, workers, queues and clocks fail at random; then everything is looked through.

  npm run soak                                 10 minutes
  npm run soak -- --minutes 0.5 --seed 7       a short one, with these choices
  npm run soak -- --out FOLDER                 writes soak.md, soak.svg and soak.json there

  --minutes M   minutes of traffic, at most 1440 (default: 10); settling and looking takes some more
  --seed S      the same choices again, though not in the same order (default: random, and printed)
  --out DIR     folder for the table, the plot, and what was seen at each moment
  --help        this text

Ctrl-C ends the traffic, and what was sent is judged; Ctrl-C again ends at once.
Ends with 0 when everything held, 1 when something was lost, memory grew without end or handles were left open, 2 when it was called
wrongly.
`;

/** Problems that are printed. */
const SHOWN = 50;

type Call = Pick<SoakSettings, 'minutes' | 'seed'> & { readonly out: string | undefined };

function readCall(): Call | 'help' {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 1440)) throw new Usage('--minutes is a number above 0, at most 1440');
  if (values.seed !== undefined && !/^\d{1,6}$/.test(values.seed))
    throw new Usage('--seed is a whole number below 1000000');
  return { minutes, seed: Number(values.seed ?? Date.now() % 1_000_000), out: values.out };
}

/** Fires at the first Ctrl-C; the second one ends the process as usual. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    console.error('the traffic ends now; what was sent is judged. Ctrl-C again ends at once');
    controller.abort();
  });
  return controller.signal;
}

function conclude(result: SoakResult, { seed, out }: Call): number {
  const growth = growthOf(result.moments);
  const problems = [
    ...result.problems,
    ...growthProblems(growth),
    ...leaksOf(result.handles.start, result.handles.end).map((leak) => `handles leak: ${leak}`),
  ];
  const table = soakTable(result, growth);
  console.log(`\n${table}\n`);
  for (const problem of problems.slice(0, SHOWN)) console.log(`WRONG  ${problem}`);
  if (problems.length > SHOWN) console.log(`… and ${problems.length - SHOWN} more`);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'soak.md'), `${table}\n`);
    writeFileSync(join(out, 'soak.json'), `${JSON.stringify(result.moments)}\n`);
    writeFileSync(join(out, 'soak.svg'), plotCourse(`Soak, seed ${seed}`, result.moments));
  }
  console.log(`soak: ${result.ledger.submitted.length} dispatches with seed ${seed}, ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const call = readCall();
  if (call === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  console.log(`soak: ${call.minutes} minutes of traffic, seed ${call.seed}`);
  return conclude(await soak({ ...call, signal: interrupted(), say: (line) => console.log(line) }), call);
}

await runCommand(HELP, main);
