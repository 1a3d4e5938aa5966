import { parseArgs } from 'node:util';
import { wholeProblems } from '../crashpoints/observe.ts';
import { Scene } from '../crashpoints/scene.ts';
import { runCommand, Usage } from '../kit/runCommand.ts';
import { stock } from '../kit/stock.ts';
import { play } from './play.ts';
import { scheduleOf, scheduleText } from './schedule.ts';

const HELP = `Plays random schedules on an axis whose queues, store, clocks and functions are hostile, and looks for what was lost.

  npm run schedules                              20 seeds, from 1
  npm run schedules -- --seeds 1000 --seed 5000  so many, from this one
  npm run schedules -- --seeds 1 --seed 4711     one again, as it was; its steps are printed

  --seeds N   how many (default: 20)
  --seed S    the first (default: 1)
  --lanes N   axes at once (default: 2)
  --help      this text

The same seed takes the same steps in the same order; what runs beside each other may meet in another order.
Ends with 0 when everything held, 1 when something did not, 2 when it was called wrongly.
`;

/** Seeds that one axis plays before another takes over: its tables would grow without end. */
const SEEDS_PER_AXIS = 50;

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Usage(`--${name} is a whole number`);
  return Number(text);
}

interface Settings {
  readonly seeds: readonly number[];
  readonly lanes: number;
}

function readSettings(): Settings | 'help' {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const first = wholeNumber('seed', values.seed);
  const count = wholeNumber('seeds', values.seeds);
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    lanes: Math.max(1, wholeNumber('lanes', values.lanes)),
  };
}

/** Plays seeds until there is none left; answers how many went wrong. */
async function lane(rest: number[], count: number): Promise<number> {
  let wrong = 0;
  while (rest.length > 0) {
    const scene = await Scene.open();
    try {
      let isWhole = true;
      for (let played = 0; isWhole && played < SEEDS_PER_AXIS; played++) {
        const seed = rest.shift();
        if (seed === undefined) break;
        const { problems, dispatches } = await play(scene, scheduleOf(seed));
        isWhole = problems.length === 0;
        if (!isWhole) wrong++;
        if (!isWhole || count === 1) console.log(scheduleText(scheduleOf(seed)));
        console.log(`seed ${seed}: ${dispatches} dispatches${isWhole ? '' : ', WRONG'}`);
        for (const problem of problems) console.log(`      ${problem}`);
      }
      // What a seed that went wrong left behind was told above.
      if (!isWhole) continue;
      const problems = await wholeProblems(scene);
      if (problems.length > 0) wrong++;
      for (const problem of problems) console.log(`WRONG  at the end of an axis: ${problem}`);
    } finally {
      await scene.stop();
    }
  }
  return wrong;
}

async function main(): Promise<number> {
  const settings = readSettings();
  if (settings === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const { seeds, lanes } = settings;
  const rest = [...seeds];
  // Made once: two axes that synthesize at the same moment would get into each other's way.
  await stock();
  const wrongs = await Promise.all(
    Array.from({ length: Math.min(lanes, seeds.length) }, () => lane(rest, seeds.length)),
  );
  const wrong = wrongs.reduce((sum, count) => sum + count, 0);
  console.log(`schedules: ${seeds.length} played from seed ${seeds[0]}, ${wrong} went wrong`);
  return wrong === 0 ? 0 : 1;
}

await runCommand(HELP, main);
