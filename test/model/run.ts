/**
 * `npm run model -- [--sequences N] [--seed S] [--from PLACE]`: random sequences of everything that systems, workers, the watchman
 * and operators do, on the real tables, compared with a simple model after every step. A difference is made smaller
 * and printed step by step, with the command that brings it back (`--path`, `--replay`). A line a minute; fails when
 * there was a difference.
 */
import { parseArgs } from 'node:util';
import { createAxis } from './axis/axis.ts';
import { openTables } from './axis/tables.ts';
import { type Run, runSequences } from './sequence.ts';

const MINUTE = 60_000;

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    path: { type: 'string' },
    replay: { type: 'string' },
  },
});
const wanted = Number(values.sequences);
const seed = Number(values.seed);

/** Sequences on one set of tables: what an embedded table leaves behind of thousands fills the memory. */
const AT_ONCE = 500;

console.log(`${wanted} sequences with seed ${seed}`);
const total = { sequences: 0, commands: 0, reached: new Map<string, number>() };
let lastWord = Date.now();
let difference: string | undefined;
const from = Number(values.from);
for (let start = from; start < from + wanted && difference === undefined; start += AT_ONCE) {
  const count = Math.min(AT_ONCE, from + wanted - start);
  // A path of one number is the place of a sequence among those of its seed.
  difference = await judge({ sequences: count, path: values.path ?? String(start), replay: values.replay });
  if (values.path !== undefined) break;
}
if (difference !== undefined) {
  console.log(difference);
  process.exitCode = 1;
}
const counts = [...total.reached]
  .toSorted(([, one], [, other]) => other - one)
  .map(([what, count]) => `${what} ${count}`);
console.log(`reached: ${counts.join(', ')}`);
console.log(
  `model: ${total.sequences} sequences, ${total.commands} commands, ${difference === undefined ? 0 : 1} differences`,
);

async function judge(some: Pick<Run, 'sequences' | 'path' | 'replay'>): Promise<string | undefined> {
  const tables = await openTables();
  try {
    const judged = await runSequences(createAxis(tables), { ...some, seed, onSequence, onDifference });
    total.sequences += judged.sequences;
    total.commands += judged.commands;
    for (const [what, count] of judged.reached) total.reached.set(what, (total.reached.get(what) ?? 0) + count);
    return judged.difference;
  } finally {
    await tables.stop();
  }
}

function onSequence(done: number, commandsDone: number): void {
  if (Date.now() - lastWord < MINUTE) return;
  lastWord = Date.now();
  const [sequences, commands] = [total.sequences + done, total.commands + commandsDone];
  console.log(`${sequences} of ${wanted} sequences, ${commands} commands, no difference so far`);
}

function onDifference(): void {
  console.log('a difference; it is made smaller, which takes a minute at most');
}
