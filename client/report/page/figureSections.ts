import type { ReportClock } from '../../../core/report/figures.ts';
import type { ClockView, FiguresView } from '../../../core/report/reportValue.ts';
import { isWorkingDay } from '../../../core/timeliness/workingTime.ts';
import { daysChart, partsChart, spansChart } from './charts.ts';
import { escaped, tableRow, tableText } from './markup.ts';
import { figure, legend, type PageParts, section } from './pageParts.ts';
import { monthName } from './prose.ts';

const DAY_MS = 86_400_000;
const CLOCKS = [
  'confirmation',
  'registration',
  'processing',
  'sendingStamped',
  'sendingClaimed',
] as const satisfies readonly ReportClock[];
const TIMES = ['toPickedUp', 'toRegistered', 'toFinished', 'stampedToAccepted', 'claimedToAccepted'] as const;

const isOff = (day: string): boolean => !isWorkingDay(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
const partOf = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);
const returnedOf = ({ received, states }: FiguresView): number => received.returned + states.rejected;

/** The figures that a reader looks for first. */
export function tiles({ report, prose, numbers }: PageParts): string {
  const { sent, received, clocks, durations } = report.total;
  const { whole, share, time } = numbers;
  const told: readonly (readonly [keyof typeof prose.tiles, string])[] = [
    ['documents', whole(sent.documents)],
    ['deliveries', whole(received.deliveries)],
    ['signed', share(partOf(sent.signed, sent.documents))],
    ['internal', share(partOf(received.internal, received.deliveries))],
    ['registered', share(clocks.registration.share)],
    ['overdue', whole(clocks.registration.overdue)],
    ['median', time(durations.toRegistered.medianSeconds)],
    ['returned', whole(returnedOf(report.total))],
  ];
  return `<ul class="tiles">${told.map(([tile, value]) => `<li><b>${escaped(value)}</b><span>${escaped(prose.tiles[tile])}</span></li>`).join('')}</ul>`;
}

/** How much was sent and received, by day and in a quarter by month, and how the deliveries stand. */
export function volumeSection(parts: PageParts): string {
  const { report, prose, numbers, word } = parts;
  const days = tableText({
    caption: escaped(prose.tables.days),
    titles: [escaped(prose.columns.day), word('sentDocuments'), word('received')],
    rows: report.days.map(({ day, documents, deliveries }) =>
      tableRow([day.split('-').toReversed().join('/'), numbers.whole(documents), numbers.whole(deliveries)]),
    ),
  });
  return section(prose.sections.volume, [
    figure(
      prose.charts.days,
      daysChart({ title: prose.charts.days, days: report.days, isOff, numbers }),
      legend([
        ['second', word('received')],
        ['first', word('sentDocuments')],
        ['off', escaped(prose.charts.off)],
      ]),
    ),
    `<details><summary>${escaped(prose.tables.days)}</summary>${days}</details>`,
    ...(report.period.kind === 'quarter' ? [monthsTable(parts)] : []),
    statesFigure(parts),
  ]);
}

function monthsTable({ report, prose, numbers, word }: PageParts): string {
  const { whole, share, time } = numbers;
  return tableText({
    caption: escaped(prose.tables.months),
    titles: [
      escaped(prose.columns.month),
      word('sentDocuments'),
      word('received'),
      word('signed'),
      `${word('confirmation')}: ${word('onTime')}`,
      `${word('registration')}: ${word('onTime')}`,
      escaped(prose.tiles.median),
    ],
    rows: report.months.map(({ month, sent, received, clocks, durations }) =>
      tableRow([
        monthName(month),
        whole(sent.documents),
        whole(received.deliveries),
        share(partOf(sent.signed, sent.documents)),
        share(clocks.confirmation.share),
        share(clocks.registration.share),
        escaped(time(durations.toRegistered.medianSeconds)),
      ]),
    ),
  });
}

/** States that mean the same to a reader stand together. */
function statesFigure({ report, prose, numbers, word }: PageParts): string {
  const { states, received } = report.total;
  const shown = [
    ['good', 'acknowledged', states.acknowledged],
    ['second', 'taken', states.taken],
    ['late', 'waiting', states.waiting + states.notDelivered],
    ['bad', 'rejected', states.rejected],
    ['first', 'withdrawn', states.withdrawn],
    ['rest', 'expired', states.expired + states.setAside + states.discarded],
  ] as const;
  const row = {
    label: '',
    parts: shown.map(([name, , count]) => ({ name, count })),
    told: numbers.whole(received.deliveries),
  };
  const entries = shown.map(([name, state, count]) => {
    const terms = state === 'expired' ? `${word('expired')}, ${word('setAside')}, ${word('discarded')}` : word(state);
    return [name, `${terms} ${numbers.whole(count)}`] as const;
  });
  return figure(prose.charts.states, partsChart(prose.charts.states, [row]), legend(entries));
}

/** How the legal limits were kept. */
export function punctualitySection({ report, prose, numbers, word, plain }: PageParts): string {
  const { clocks } = report.total;
  const { whole, share } = numbers;
  const rows = CLOCKS.map((clock) => ({
    label: plain(clock),
    parts: partsOfClock(clocks[clock]),
    told: share(clocks[clock].share),
  }));
  return section(prose.sections.punctuality, [
    figure(
      prose.charts.clocks,
      partsChart(prose.charts.clocks, rows),
      legend([
        ['good', word('onTime')],
        ['late', word('late')],
        ['bad', word('overdue')],
      ]),
    ),
    tableText({
      caption: escaped(prose.tables.clocks),
      titles: [
        escaped(prose.columns.clock),
        ...(['onTime', 'late', 'overdue', 'running', 'void', 'share'] as const).map(word),
      ],
      rows: CLOCKS.map((clock) => {
        const { onTime, late, overdue, running, void: none, share: part } = clocks[clock];
        return tableRow([word(clock), ...[onTime, late, overdue, running, none].map(whole), share(part)]);
      }),
    }),
  ]);
}

const partsOfClock = ({ onTime, late, overdue }: ClockView) => [
  { name: 'good', count: onTime },
  { name: 'late', count: late },
  { name: 'bad', count: overdue },
];

/** How long it took. */
export function speedSection({ report, prose, numbers, word }: PageParts): string {
  const { durations } = report.total;
  const spans = (name: 'toRegistered' | 'toPickedUp', title: string) =>
    figure(title, spansChart({ title, spans: report.spans[name], labels: prose.spans, numbers }));
  return section(prose.sections.speed, [
    spans('toRegistered', prose.charts.registered),
    spans('toPickedUp', prose.charts.pickedUp),
    tableText({
      caption: escaped(prose.tables.durations),
      titles: [escaped(prose.columns.what), word('number'), word('median'), word('p90')],
      rows: TIMES.map((name) => {
        const { count, medianSeconds, p90Seconds } = durations[name];
        return tableRow([
          word(name),
          numbers.whole(count),
          escaped(numbers.time(medianSeconds)),
          escaped(numbers.time(p90Seconds)),
        ]);
      }),
    }),
  ]);
}
