import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, Usage } from '../kit/runCommand.ts';
import { ROOT, stock } from '../kit/stock.ts';
import { enumerate, type FlowResult, type Injection } from './enumerate.ts';
import type { Flow } from './flow.ts';
import { FLOWS } from './flows/index.ts';
import { pointName, WAYS, type Way } from './points.ts';
import { crashpointsPage, flowText, resultTable, textIn } from './report.ts';

const PAGE = join(ROOT, 'docs', 'crashpoints.md');
/** Of each flow, one injection in so many: prime to the number of ways, so that every way comes. */
const SMALL_SHARE = 40;

const HELP = `Fails every call to AWS that a flow makes, one in each run, in every way, and looks for what was lost.

  npm run crashpoints                     all flows; those that lose nothing get into docs/crashpoints.md
  npm run crashpoints -- --flow "fan-out to 3" --way killed-after

  --flow NAME    only this flow; may be given several times
  --way WAY      only this way; may be given several times
  --share N      only one injection in N, always the same ones
  --lanes N      axes at once (default: 2)
  --list         say the flows and the ways, and stop
  --help         this text

DOCAXIS_CRASHPOINTS=small is --share ${SMALL_SHARE} without the slow flows, and says which flows the page does not tell as they are now:
those were not run in full since. Ends with 0 when nothing was lost, 1 when something was, 2 when it was called wrongly.
`;

interface Settings {
  readonly flows: readonly Flow[];
  readonly ways: readonly Way[];
  readonly share: number;
  readonly lanes: number;
}

function readSettings(): Settings | 'help' | 'list' {
  const { values } = parseArgs({
    options: {
      flow: { type: 'string', multiple: true },
      way: { type: 'string', multiple: true },
      share: { type: 'string' },
      lanes: { type: 'string', default: '2' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.list) return 'list';
  const isSmall = process.env.DOCAXIS_CRASHPOINTS === 'small';
  return {
    flows: values.flow?.map(flowNamed) ?? FLOWS.filter(({ slow }) => !(isSmall && slow)),
    ways: values.way?.map(wayNamed) ?? WAYS,
    share: wholeNumber('share', values.share ?? (isSmall ? `${SMALL_SHARE}` : '1')),
    lanes: wholeNumber('lanes', values.lanes),
  };
}

function flowNamed(wanted: string): Flow {
  const found = FLOWS.find(({ name }) => name === wanted);
  if (!found) throw new Usage(`there is no flow "${wanted}"; --list says which there are`);
  return found;
}

function wayNamed(wanted: string): Way {
  const found = WAYS.find((way) => way === wanted);
  if (!found) throw new Usage(`there is no way "${wanted}": ${WAYS.join(', ')}`);
  return found;
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Usage(`--${name} is a whole number from 1`);
  return Number(text);
}

/** Several axes at once: while one waits for repeats, another works. */
async function enumerateAll(settings: Settings): Promise<readonly FlowResult[]> {
  const { flows, ways, share, lanes } = settings;
  const results: FlowResult[] = [];
  const rest = [...flows];
  // Made once: two axes that synthesize at the same moment would get into each other's way.
  await stock();
  const lane = async (): Promise<void> => {
    for (let flow = rest.shift(); flow; flow = rest.shift()) {
      const start = performance.now();
      const offset = FLOWS.indexOf(flow);
      const isWanted = (place: number, way: Way) => (place + offset) % share === 0 && ways.includes(way);
      const result = await enumerate(flow, { isWanted, onInjection: sayTrouble });
      results.push(result);
      sayFlow(result, (performance.now() - start) / 1000);
      if (isWhole(settings) && isClean(result)) writePage(result);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return flows.flatMap(({ name }) => results.filter(({ flow }) => flow === name));
}

function sayTrouble({ flow, point, way, fate, problems }: Injection): void {
  if (fate === 'survived') return;
  console.log(`${fate.toUpperCase()}  ${flow}: ${pointName(point)}, ${way}`);
  for (const problem of problems) console.log(`      ${problem}`);
}

function sayFlow({ flow, points, injections, problems }: FlowResult, seconds: number): void {
  console.log(`… ${flow}: ${points.length} calls, ${injections.length} failures (${seconds.toFixed(0)} s)`);
  for (const problem of problems) console.log(`WRONG  ${flow}: ${problem}`);
}

const isWhole = ({ share, ways }: Settings): boolean => share === 1 && ways.length === WAYS.length;

const isClean = ({ injections, problems }: FlowResult): boolean =>
  problems.length === 0 && injections.every(({ fate }) => fate === 'survived');

/** Writes what was proved of a flow into the page, which keeps what it told of the others. */
function writePage(result: FlowResult): void {
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const texts = FLOWS.flatMap(({ name }) => {
    const text = name === result.flow ? flowText(name, result.points) : textIn(before, name);
    return text ? [text] : [];
  });
  writeFileSync(PAGE, crashpointsPage(texts));
}

/** Flows whose calls are not those that the page tells. */
function staleFlows(results: readonly FlowResult[]): readonly string[] {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  return results
    .filter(({ flow, points }) => textIn(page, flow)?.calls !== flowText(flow, points).calls)
    .map(({ flow }) => flow);
}

function conclude(settings: Settings, results: readonly FlowResult[]): number {
  const injections = results.flatMap((result) => result.injections);
  const count = (fate: Injection['fate']) => injections.filter((one) => one.fate === fate).length;
  const wrong = results.filter(({ problems }) => problems.length > 0).length;
  const [survived, lost, missed] = [count('survived'), count('lost') + wrong, count('missed')];
  const stale = isWhole(settings) ? [] : staleFlows(results);
  console.log(`\n${resultTable(results)}\n`);
  if (missed > 0) console.log(`${missed} failures missed their call: the flow is not the same in every run`);
  for (const flow of stale)
    console.log(`docs/crashpoints.md does not tell these calls: npm run crashpoints -- --flow "${flow}"`);
  console.log(`crashpoints: ${injections.length - missed} injected, ${survived} survived, ${lost} lost`);
  // On a busy machine a call may come in another run than the one that waits for it; the whole of a flow must not miss any.
  const isGood = isWhole(settings) ? results.every(isClean) : lost === 0 && survived > 0;
  return isGood ? 0 : 1;
}

async function main(): Promise<number> {
  const settings = readSettings();
  if (settings === 'help') process.stdout.write(HELP);
  if (settings === 'list') console.log([...FLOWS.map(({ name }) => name), '', ...WAYS].join('\n'));
  if (typeof settings === 'string') return 0;
  return conclude(settings, await enumerateAll(settings));
}

await runCommand(HELP, main);
