/**
 * `npm run bench:directory`: brings a directory of 120,000 agencies into the local axis of this machine with `docaxis import`,
 * does it again, and searches it. Times depend on the machine, calls do not. DOCAXIS_BENCH_AGENCIES sets another size.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxisClient } from '../client/axisClient.ts';
import { runCommandLine } from '../client/commandLine.ts';
import { type LocalAxis, startLocalAxis } from '../local/startLocalAxis.ts';
import { percentile } from './figures.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const AGENCIES = Number(process.env.DOCAXIS_BENCH_AGENCIES ?? 120_000);
const COUNTED = 1000;
const SEARCHES = 200;
const PER_PARENT = 900;

const KINDS = [
  'Ủy ban nhân dân xã',
  'Sở Tài chính tỉnh',
  'Chi cục Thuế khu vực',
  'Trường Trung học cơ sở',
  'Trạm Y tế phường',
];

/** A code of three levels for each number: `K12.034.567`. */
const codeOf = (number: number): string => {
  const place = Math.floor(number / PER_PARENT);
  const digits = (value: number) => String(value).padStart(3, '0');
  return `K10.${digits(place)}.${digits(number % PER_PARENT)}`;
};
const nameOf = (number: number): string => `${KINDS[number % KINDS.length] ?? ''} số ${number}`;

function writeDirectory(file: string, from: number, to: number): void {
  const lines = ['code,name,parent'];
  for (let number = from; number < to; number++) {
    const code = codeOf(number);
    lines.push(`${code},${nameOf(number)},${code.slice(0, 7)}`);
  }
  writeFileSync(file, lines.join('\n'));
}

/** Runs `docaxis import` as an operator would, in this process. */
async function bringIn(file: string, local: LocalAxis): Promise<{ readonly seconds: number; readonly said: string }> {
  const start = performance.now();
  const out: string[] = [];
  const line = [
    'import',
    file,
    '--reason',
    'bench',
    '--profile',
    local.profiles.operator ?? '',
    '--from-start',
    '--json',
  ];
  const code = await runCommandLine(line, {
    env: {},
    cwd: ROOT,
    now: Date.now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    fetch: globalThis.fetch,
    out: (text) => out.push(text),
    err: (text) => console.error(text),
  });
  if (code !== 0) throw new Error(`docaxis import exited with ${code}`);
  const { added, changed, same, refused } = JSON.parse(out.join('\n'));
  const said = `added ${added}, changed ${changed}, same ${same}, refused ${refused}`;
  return { seconds: (performance.now() - start) / 1000, said };
}

/** Calls of AWS services that a piece of work takes, by operation. */
async function countCalls(local: LocalAxis, work: () => Promise<unknown>): Promise<string> {
  const before = local.axis.calls().length;
  await work();
  const counts = new Map<string, number>();
  for (const { operation } of local.axis.calls().slice(before)) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts].map(([operation, count]) => `${operation} ${count}`).join(', ');
}

async function search(client: AxisClient, query: Parameters<AxisClient['agencies']>[0]): Promise<string> {
  const times: number[] = [];
  let found = 0;
  for (let count = 0; count < SEARCHES; count++) {
    const start = performance.now();
    found = (await client.agencies(query)).items.length;
    times.push(performance.now() - start);
  }
  const ms = (share: number) => percentile(times, share).toFixed(1);
  return `p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms (${found} found, ${SEARCHES} searches)`;
}

const folder = mkdtempSync(join(tmpdir(), 'docaxis-directory-'));
const local = await startLocalAxis({ root: ROOT, data: join(folder, 'data'), port: 0 });
try {
  const [first, rest] = [join(folder, 'first.csv'), join(folder, 'rest.csv')];
  writeDirectory(first, 0, COUNTED);
  writeDirectory(rest, COUNTED, AGENCIES);
  console.log(`calls for ${COUNTED} new agencies: ${await countCalls(local, () => bringIn(first, local))}`);
  console.log(`calls for the same again: ${await countCalls(local, () => bringIn(first, local))}`);
  const imported = await bringIn(rest, local);
  const rate = ((AGENCIES - COUNTED) / imported.seconds).toFixed(0);
  console.log(`import: ${imported.seconds.toFixed(0)} s, ${rate} agencies a second; ${imported.said}`);
  const again = await bringIn(rest, local);
  console.log(`again: ${again.seconds.toFixed(0)} s; ${again.said}`);
  const profile = JSON.parse(readFileSync(local.profiles['bo-minh-hoa'] ?? '', 'utf8'));
  const { url, axis: audience, system, key } = profile;
  const client = new AxisClient({ url, audience, system, key });
  const middle = Math.floor(AGENCIES / 2);
  console.log(`by code: ${await search(client, { code: codeOf(middle).slice(0, 9) })}`);
  console.log(`by name: ${await search(client, { name: 'Sở Tài chính' })}`);
  console.log(`by name without diacritics: ${await search(client, { name: 'so tai chinh tinh so 1' })}`);
  console.log(`by parent: ${await search(client, { parent: codeOf(middle).slice(0, 7) })}`);
} finally {
  await local.axis.stop();
  rmSync(folder, { recursive: true, force: true });
}
