/**
 * `npm run model -- [--sequences N] [--seed S]`: random sequences of everything that systems, workers, the watchman
 * and operators do, on the real tables, compared with a simple model after every step. A difference is made smaller
 * and printed step by step, with the command that brings it back (`--path`, `--replay`). A line a minute; fails when
 * there was a difference.
 */
import { parseArgs } from 'node:util';
import { createAxis } from './axis/axis.ts';
import { openTables } from './axis/tables.ts';
import { runSequences } from './sequence.ts';

const MINUTE = 60_000;

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    replay: { type: 'string' },
  },
});
const wanted = Number(values.sequences);
const seed = Number(values.seed);

console.log(`${wanted} sequences with seed ${seed}`);
const tables = await openTables();
let lastWord = Date.now();
try {
  const { sequences, commands, reached, difference } = await runSequences(createAxis(tables), {
    sequences: wanted,
    seed,
    path: values.path,
    replay: values.replay,
    onSequence(done, commandsDone) {
      if (Date.now() - lastWord < MINUTE) return;
      lastWord = Date.now();
      console.log(`${done} of ${wanted} sequences, ${commandsDone} commands, no difference so far`);
    },
    onDifference() {
      console.log('a difference; it is made smaller, which takes a minute at most');
    },
  });
  if (difference) console.log(difference);
  const counts = [...reached].toSorted(([, one], [, other]) => other - one).map(([what, count]) => `${what} ${count}`);
  console.log(`reached: ${counts.join(', ')}`);
  console.log(`model: ${sequences} sequences, ${commands} commands, ${difference ? 1 : 0} differences`);
  if (difference) process.exitCode = 1;
} finally {
  await tables.stop();
}
