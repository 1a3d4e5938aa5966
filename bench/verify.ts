/**
 * `npm run bench:verify [-- --svg FILE]`: what verifying a signature costs, beside native xmlsec1 and two libraries, as Markdown.
 * CPU is user plus system time; implementations take turns, and the median turn counts. `DOCAXIS_BENCH=small` takes seconds.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../adapters/xml/engine.ts';
import { median } from './figures.ts';
import { measurePaths } from './path.ts';
import { coldFigures } from './verify/cold.ts';
import { hasXmlsec, libxml2Verifies, xmldsigjsVerifier, xmlsecCpu } from './verify/peers.ts';
import { type Bar, plotOf } from './verify/plot.ts';
import { type Shape, verifyShapes } from './verify/shapes.ts';
import { wholeCases } from './verify/whole.ts';

const { svg } = parseArgs({ options: { svg: { type: 'string' } } }).values;
const small = process.env.DOCAXIS_BENCH === 'small';
const ROUNDS = small ? 3 : 9;
/** CPU that one turn of one implementation takes, ms. */
const TURN = small ? 60 : 250;
const WARM_UP = small ? 150 : 800;
const COLD_RUNS = small ? 5 : 25;
/** Above this, one document of xmldsigjs takes a third of a second and most of a gigabyte. */
const XMLDSIGJS_BYTES = 2_000_000;

const folder = mkdtempSync(join(tmpdir(), 'docaxis-verify-'));
if (!hasXmlsec) console.log('SKIPPED: no xmlsec1 on this machine, so there are no ratios to it');
try {
  const bars = await coreTable(verifyShapes(small));
  if (svg !== undefined) writeFileSync(svg, plotOf('Core validation, warm', bars));
  await wholeTable();
  coldTable();
  await pathTable();
} finally {
  rmSync(folder, { recursive: true });
}

/** Core validation, the message read: from a Buffer to a verdict with a key at hand. */
async function coreTable(shapes: readonly Shape[]): Promise<readonly Bar[]> {
  const engine = createEngine();
  const bars: Bar[] = [];
  console.log(
    '\n| Core validation, warm | bytes | docaxis ms | xmlsec1 ms | ratio | goal | libxml2-wasm | xmldsigjs |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const shape of shapes) {
    const { name, signed, key, goal } = shape;
    const large = signed.length > XMLDSIGJS_BYTES;
    const xmldsigjs = large || small ? null : await xmldsigjsVerifier(shape);
    const turns = {
      own: () => demand(engine.open(signed).verify(key).ok),
      libxml2: () => demand(libxml2Verifies(shape)),
      ...(xmldsigjs && { xmldsigjs: async () => demand(await xmldsigjs()) }),
    };
    const times = await takeTurns(turns, (repeats) => xmlsecCpu(shape, folder, repeats));
    const ratio = times.own / times.native;
    bars.push({ name, ratio, goal });
    const beside = (ms: number | undefined): string => (ms === undefined ? '' : (ms / times.native).toFixed(2));
    const row = [name, signed.length, ms(times.own), ms(times.native), `**${ratio.toFixed(2)}**`, goal];
    console.log(`| ${[...row, beside(times.libxml2), beside(times.xmldsigjs)].join(' | ')} |`);
  }
  return bars;
}

async function wholeTable(): Promise<void> {
  console.log('\n| With certificate path, registration and report | bytes | docaxis ms | xmlsec1 ms | ratio |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const { name, signed, verify, xmlsecCpu: native } of await wholeCases()) {
    const times = await takeTurns({ own: verify }, (repeats) => native(folder, repeats));
    const ratio = (times.own / times.native).toFixed(2);
    console.log(`| ${[name, signed.length, ms(times.own), ms(times.native), `**${ratio}**`].join(' | ')} |`);
  }
}

function coldTable(): void {
  console.log('\n| Fresh process, CPU ms | import | first | second | sample first | then first |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const shape of verifyShapes(true).filter(({ name }) => name.startsWith('8 KB'))) {
    const cold = coldFigures(shape, folder, COLD_RUNS);
    const figures = [cold.import, cold.first, cold.second, cold.sample, cold.afterSample];
    console.log(`| ${[shape.name, ...figures.map((figure) => figure.toFixed(2))].join(' | ')} |`);
  }
}

async function pathTable(): Promise<void> {
  console.log('\n| Path of three certificates, CPU ms | issuer kept | issuer sent | pkijs |');
  console.log('| --- | --- | --- | --- |');
  for (const { keys, knownIssuer, sentIssuer, pkijs } of await measurePaths(small ? { rounds: 3, repeats: 20 } : {})) {
    console.log(`| ${[keys, ms(knownIssuer), ms(sentIssuer), ms(pkijs)].join(' | ')} |`);
  }
}

type Turn = () => void | Promise<void>;
type Times = { readonly [name: string]: number } & { readonly own: number; readonly native: number };

/** Median CPU of each implementation for one document, ms; `native` is the one in another program, NaN where absent. */
async function takeTurns(turns: { readonly own: Turn; readonly [name: string]: Turn }, native: Native): Promise<Times> {
  const own = await cpuOf(turns.own, WARM_UP);
  const repeats = Math.max(2, Math.ceil((TURN * 2) / own / 3));
  for (const [name, turn] of Object.entries(turns)) if (name !== 'own') await cpuOf(turn, TURN);
  const seen = new Map<string, number[]>();
  const note = (name: string, figure: number) => seen.set(name, [...(seen.get(name) ?? []), figure]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, turn] of Object.entries(turns)) note(name, await cpuOf(turn, TURN));
    note('native', hasXmlsec ? native(repeats) : Number.NaN);
  }
  const medians = Object.fromEntries([...seen].map(([name, figures]) => [name, median(figures)]));
  return { ...medians, own: medians.own ?? Number.NaN, native: medians.native ?? Number.NaN };
}

type Native = (repeats: number) => number;

/** CPU of one call, ms, over at least `least` ms. */
async function cpuOf(turn: Turn, least: number): Promise<number> {
  const begin = process.cpuUsage();
  for (let calls = 1; ; calls++) {
    await turn();
    const { user, system } = process.cpuUsage(begin);
    if (user + system >= least * 1000) return (user + system) / 1000 / calls;
  }
}

function demand(ok: boolean): void {
  if (!ok) throw new Error('a document of the benchmark does not verify');
}

function ms(figure: number): string {
  return figure.toFixed(figure < 1 ? 3 : 2);
}
