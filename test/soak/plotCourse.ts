import type { Moment } from './course.ts';

/** One line of a panel; a moment without a value leaves a gap. */
interface Line {
  readonly name: string;
  readonly colour: string;
  readonly of: (moment: Moment) => number | undefined;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** A scale on which a tenfold is always as far: some figures differ by more than a plot is high. */
  readonly logarithmic?: boolean;
}

const [WIDTH, LEFT, RIGHT, TOP, HEIGHT, GAP] = [760, 70, 20, 60, 130, 50];
const BOTTOM = 30;

const PANELS: readonly Panel[] = [
  {
    title: 'p95, ms (logarithmic)',
    logarithmic: true,
    lines: [
      { name: 'submit', colour: '#225', of: ({ submitMs }) => submitMs },
      { name: 'delivery', colour: '#c93', of: ({ deliveryMs }) => deliveryMs },
    ],
  },
  {
    title: 'deliveries on their way',
    lines: [{ name: 'accepted, not yet seen', colour: '#a33', of: ({ backlog }) => backlog }],
  },
  {
    title: 'memory, MB',
    lines: [
      { name: 'process (RSS)', colour: '#225', of: ({ memory }) => memory.rss },
      { name: 'functions, peaks', colour: '#c93', of: ({ memory }) => memory.functions },
      { name: 'main thread after collection', colour: '#2a7', of: ({ memory }) => memory.heap },
    ],
  },
];

/** The course of a run as SVG: latency, backlog and memory over time. */
export function plotCourse(title: string, moments: readonly Moment[]): string {
  const height = TOP + PANELS.length * (HEIGHT + GAP) + BOTTOM;
  const seconds = Math.max(1, moments.at(-1)?.at ?? 1);
  const panels = PANELS.map((panel, place) => panelOf(panel, moments, { seconds, top: TOP + place * (HEIGHT + GAP) }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<title>${title}: latency, backlog and memory over time</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="16" y="24" font-size="15">${title}</text>`,
    ...panels,
    `<text x="${WIDTH / 2}" y="${height - 12}" text-anchor="middle" fill="#555">minutes</text>`,
    '</svg>',
    '',
  ].join('\n');
}

interface Place {
  readonly seconds: number;
  readonly top: number;
}

function panelOf({ title, lines, logarithmic = false }: Panel, moments: readonly Moment[], place: Place): string {
  const values = moments.flatMap((moment) => lines.flatMap(({ of }) => of(moment) ?? []));
  const scaled = logarithmic ? (value: number) => Math.log10(Math.max(1, value)) : (value: number) => value;
  const most = Math.max(1, ...values.map(scaled));
  const bottom = place.top + HEIGHT;
  const x = (at: number) => LEFT + (at / place.seconds) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => bottom - (scaled(value) / most) * HEIGHT;
  const said = logarithmic ? powersUpTo(10 ** most) : [0, most / 2, most];
  return [
    `<text x="${LEFT}" y="${place.top - 10}" font-size="14">${title}</text>`,
    ...said.map((value) => gridLine(value, y(value))),
    ...minutesOf(place.seconds).map(
      (minute) => `<text x="${x(minute * 60).toFixed(1)}" y="${bottom + 16}" text-anchor="middle">${minute}</text>`,
    ),
    ...lines.map((line, index) => {
      const name = `<text x="${WIDTH - RIGHT - 190 * (lines.length - 1 - index)}" y="${place.top - 10}" text-anchor="end" fill="${line.colour}">${line.name}</text>`;
      return `${name}${pathOf(line, moments, { x, y })}`;
    }),
  ].join('\n');
}

const gridLine = (value: number, y: number): string =>
  `<line x1="${LEFT}" y1="${y.toFixed(1)}" x2="${WIDTH - RIGHT}" y2="${y.toFixed(1)}" stroke="#ddd"/>` +
  `<text x="${LEFT - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end">${Math.round(value)}</text>`;

function pathOf(
  { colour, of }: Line,
  moments: readonly Moment[],
  { x, y }: { readonly x: (at: number) => number; readonly y: (value: number) => number },
): string {
  const points = moments.flatMap((moment) => {
    const value = of(moment);
    return value === undefined ? [] : [`${x(moment.at).toFixed(1)},${y(value).toFixed(1)}`];
  });
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

const powersUpTo = (most: number): readonly number[] =>
  Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, power) => 10 ** power);

/** About ten marks, at whole minutes where the run is long enough. */
function minutesOf(seconds: number): readonly number[] {
  const step = Math.max(1, Math.ceil(seconds / 60 / 10)) * (seconds < 120 ? 0.25 : 1);
  return Array.from({ length: Math.floor(seconds / 60 / step) + 1 }, (_, index) => index * step);
}
