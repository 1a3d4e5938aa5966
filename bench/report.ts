/**
 * `npm run bench:report [-- --deliveries 1000000 --agencies 512]`: a report on a quarter of a made-up country, through the same code as
 * `docaxis ops report`, with generated lines in place of the axis. Prints time and peak memory, and leaves the files in
 * `cdk.out/report`. The same seed gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gatherReport } from '../client/report/gatherReport.ts';
import { writeReport } from '../client/report/writeReport.ts';
import type { ReportLine } from '../core/contract/reportLine.ts';
import { periodNamed } from '../core/report/period.ts';
import { cutOffOf } from '../core/walk/buildReport.ts';
import { sampleAgencies, sampleLines } from './report/sampleLines.ts';

const SEED = 20_261_127;
const PAGE = 100;
const MB = 1024 * 1024;

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '1000000' },
    agencies: { type: 'string', default: '512' },
    quarter: { type: 'string', default: '2026-Q3' },
    out: { type: 'string', default: 'cdk.out/report' },
  },
});
const period = periodNamed(values.quarter);
const deliveries = Number(values.deliveries);
if (!period || !(deliveries >= 1 && deliveries <= 100_000_000))
  throw new RangeError('--deliveries is a number up to 100 million, --quarter like 2026-Q3');
const agencies = sampleAgencies(SEED, Number(values.agencies));

/** Stands where the client of the operators' routes stands: pages of generated lines, made when they are asked for. */
const parts = new Map<number, Iterator<ReportLine>>();
const call = async (name: string, { query = {} }: { query?: Readonly<Record<string, unknown>> }): Promise<unknown> => {
  if (name === 'showSystem') return { refusals: [] };
  const segment = Number(query.segment);
  const share = { seed: SEED + segment, period, agencies, deliveries: deliveries / Number(query.segments) };
  const lines = parts.get(segment) ?? sampleLines(share, `${segment}x`)[Symbol.iterator]();
  parts.set(segment, lines);
  const items: ReportLine[] = [];
  let last = lines.next();
  for (; !last.done; last = lines.next()) {
    items.push(last.value);
    if (items.length === PAGE) break;
  }
  return {
    at: new Date(cutOffOf(period) + 1).toISOString(),
    axis: 'axis-mau',
    items,
    ...(last.done ? {} : { next: 'on' }),
  };
};

mkdirSync(values.out, { recursive: true });
const began = performance.now();
const operator = { call } as Parameters<typeof gatherReport>[0];
let shown = 0;
const report = await gatherReport(operator, { period, cutOff: cutOffOf(period) }, ({ lines }) => {
  if (lines - shown < 50_000) return;
  shown = lines;
  console.error(`${lines} dispatches`);
});
const computed = performance.now();
for (const language of ['vi', 'en'] as const) {
  const formats = language === 'vi' ? (['html', 'csv', 'json'] as const) : (['html'] as const);
  for (const file of await writeReport(report, { folder: values.out, formats, language })) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk);
    console.log(`${file}  ${statSync(file).size} bytes  sha256 ${hash.digest('hex').slice(0, 16)}`);
  }
}
const { basis } = report;
console.log(`${basis.dispatches} dispatches, ${basis.deliveries} deliveries, ${agencies.flat().length} agencies`);
console.log(
  `computed in ${((computed - began) / 1000).toFixed(1)} s, written in ${((performance.now() - computed) / 1000).toFixed(1)} s`,
);
const { user, system } = process.cpuUsage();
console.log(`processor ${((user + system) / 1e6).toFixed(1)} s, making the lines included`);
console.log(
  `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, heap ${Math.round(process.memoryUsage().heapUsed / MB)} MB`,
);
