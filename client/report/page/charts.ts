import type { DayView, SpanView } from '../../../core/report/reportValue.ts';
import { escaped } from './markup.ts';
import type { Numbers } from './numbers.ts';

/** Drawings of a report as SVG inside the page. What each shows stands in a table as well: they are pictures for whoever sees them. */
const WIDTH = 720;

interface Drawing {
  readonly title: string;
  readonly height: number;
  readonly body: string;
}

const drawing = ({ title, height, body }: Drawing): string =>
  `<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">${body}</svg>`;

const text = (x: number, y: number, words: string, attributes = ''): string =>
  `<text x="${fixed(x)}" y="${fixed(y)}"${attributes}>${escaped(words)}</text>`;

const rect = (box: { x: number; y: number; width: number; height: number }, name: string): string =>
  `<rect x="${fixed(box.x)}" y="${fixed(box.y)}" width="${fixed(box.width)}" height="${fixed(box.height)}" class="${name}"/>`;

const fixed = (value: number): string => String(Math.round(value * 100) / 100);

/** A round number not below the largest value, so that lines of the scale are round as well. */
function topOf(largest: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(largest, 1)));
  const top = [1, 2, 4, 5, 8, 10].find((factor) => factor * step >= largest) ?? 10;
  return Math.max(top * step, 4);
}

const LEFT = 62;
const TOP = 8;
const PLOT = 150;
/** Room for half a label at the end. */
const RIGHT = WIDTH - 16;

function scale(top: number, numbers: Numbers): string {
  const lines = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = TOP + PLOT * (1 - part);
    const line = `<line x1="${LEFT}" x2="${RIGHT}" y1="${fixed(y)}" y2="${fixed(y)}" class="grid"/>`;
    return line + text(LEFT - 8, y + 4, numbers.whole(top * part), ' text-anchor="end"');
  });
  return lines.join('');
}

export interface DaysChart {
  readonly title: string;
  readonly days: readonly DayView[];
  /** Whether an office is closed on a day, `2026-10-01`. */
  readonly isOff: (day: string) => boolean;
  readonly numbers: Numbers;
}

/** Deliveries of each day as columns, documents before them; days off are shaded. */
export function daysChart({ title, days, isOff, numbers }: DaysChart): string {
  const top = topOf(Math.max(...days.map(({ deliveries, documents }) => Math.max(deliveries, documents))));
  const room = (RIGHT - LEFT) / days.length;
  const every = days.length > 40 ? 7 : days.length > 20 ? 2 : 1;
  const columns = days.map(({ day, deliveries, documents }, n) => {
    const x = LEFT + n * room;
    const column = (value: number, name: string, share: number) => {
      const height = (PLOT * value) / top;
      const width = room * share;
      return rect({ x: x + (room - width) / 2, y: TOP + PLOT - height, width, height }, name);
    };
    const off = isOff(day) ? rect({ x, y: TOP, width: room, height: PLOT }, 'off') : '';
    const [, month = '', date = ''] = day.split('-');
    const label =
      n % every === 0
        ? text(
            x + room / 2,
            TOP + PLOT + 16,
            days.length > 40 ? `${date}/${month}` : String(Number(date)),
            ' text-anchor="middle"',
          )
        : '';
    return off + column(deliveries, 'second', 0.78) + column(documents, 'first', 0.42) + label;
  });
  return drawing({ title, height: TOP + PLOT + 24, body: scale(top, numbers) + columns.join('') });
}

export interface Part {
  readonly count: number;
  /** Class of its colour. */
  readonly name: string;
}

export interface PartsRow {
  readonly label: string;
  readonly parts: readonly Part[];
  /** At the end of the row. */
  readonly told: string;
}

const BAR = { height: 20, step: 34, end: 634 } as const;

/** Rows of parts of a whole. */
export function partsChart(title: string, rows: readonly PartsRow[]): string {
  const left = rows.every(({ label }) => label === '') ? 0 : 262;
  const whole = BAR.end - left;
  const body = rows.map(({ label, parts, told }, n) => {
    const y = 6 + n * BAR.step;
    const all = parts.reduce((sum, { count }) => sum + count, 0);
    let x = left;
    const bars = parts.map(({ count, name }) => {
      const width = all === 0 ? 0 : (whole * count) / all;
      const bar = width === 0 ? '' : rect({ x, y, width, height: BAR.height }, name);
      x += width;
      return bar;
    });
    const empty = all === 0 ? rect({ x: left, y, width: whole, height: BAR.height }, 'off') : '';
    return (
      text(0, y + 15, label) + empty + bars.join('') + text(WIDTH, y + 15, told, ' text-anchor="end" class="strong"')
    );
  });
  return drawing({ title, height: rows.length * BAR.step, body: body.join('') });
}

export interface SpansChart {
  readonly title: string;
  readonly spans: readonly SpanView[];
  readonly labels: readonly string[];
  readonly numbers: Numbers;
}

/** How times are spread, a column a span, each with its share. */
export function spansChart({ title, spans, labels, numbers }: SpansChart): string {
  const all = spans.reduce((sum, { count }) => sum + count, 0);
  const largest = Math.max(1, ...spans.map(({ count }) => count));
  const room = WIDTH / spans.length;
  const body = spans.map(({ count }, n) => {
    const height = (120 * count) / largest;
    const x = n * room + room * 0.14;
    const middle = n * room + room / 2;
    return (
      rect({ x, y: 144 - height, width: room * 0.72, height }, 'first') +
      text(
        middle,
        144 - height - 6,
        numbers.share(all === 0 ? undefined : count / all),
        ' text-anchor="middle" class="strong"',
      ) +
      text(middle, 162, labels[n] ?? '', ' text-anchor="middle"')
    );
  });
  const line = `<line x1="0" x2="${WIDTH}" y1="144" y2="144" class="grid"/>`;
  return drawing({ title, height: 170, body: body.join('') + line });
}
