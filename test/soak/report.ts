import { percentile } from '../../bench/figures.ts';
import type { Growth } from './course.ts';
import type { SoakResult } from './soak.ts';

const ms = (figures: readonly number[]): string =>
  figures.length === 0 ? '-' : [0.5, 0.95, 0.99].map((share) => percentile(figures, share).toFixed(0)).join(' / ');

const counts = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

const mb = (value: number): string => value.toFixed(0);

function growthText({ start, end, slope, bound }: Growth): string {
  const most = Number.isFinite(bound) ? `at most ${bound.toFixed(1)}` : 'too short to judge';
  return `${mb(start)} MB, then ${mb(end)} MB: ${slope.toFixed(1)} MB a minute after the warm-up (${most})`;
}

/** The result of a run as a table in Markdown. */
export function soakTable(result: SoakResult, growth: readonly Growth[]): string {
  const { ledger, moments, befallen, handles, seconds } = result;
  const { submitted } = ledger;
  const deliveries = submitted.reduce((sum, { answer }) => sum + answer.recipients.length, 0);
  const of = (kind: string) => submitted.filter((one) => one.kind === kind).length;
  const rows: readonly (readonly [string, string])[] = [
    ['traffic', `${(seconds / 60).toFixed(1)} minutes`],
    ['submitted', `${submitted.length} (${of('letter')} letters, ${of('recall')} recalls, ${of('status')} statuses)`],
    ['delivered', `${deliveries} deliveries, ${deliveries - ledger.backlog} of them seen or taken back`],
    ['acknowledged', `${ledger.acknowledged.size}`],
    ['rejected, released, left to lapse', `${ledger.rejected.size}, ${ledger.released}, ${ledger.abandoned}`],
    ['refused', counts(ledger.refused)],
    ['faults injected', `${befallen.struck} calls and messages; mishaps: ${counts(befallen.mishaps)}`],
    ['given up by a client and tried again later', `${ledger.givenUp}`],
    ['submit p50 / p95 / p99, ms', ms(ledger.submitMs)],
    ['delivery p50 / p95 / p99, ms', ms(ledger.deliveryMs)],
    ['backlog at most', `${Math.max(0, ...moments.map(({ backlog }) => backlog))} deliveries`],
    ...growth.map((one) => [`memory, ${one.what}`, growthText(one)] as const),
    ...(['sockets', 'pipes', 'files', 'resources'] as const).map(
      (kind) =>
        [`open at rest, ${kind}`, `${handles.start[kind]} at the start, ${handles.end[kind]} at the end`] as const,
    ),
  ];
  return ['| | |', '| --- | --- |', ...rows.map(([what, figure]) => `| ${what} | ${figure} |`)].join('\n');
}
