import type { AgencyView, ClockView, DurationView, Report } from '../../core/report/reportValue.ts';
import type { Language } from '../axisRefusal.ts';
import { type CsvCell, csvText } from './csvText.ts';
import { REPORT_WORDS, type ReportWord } from './reportWords.ts';

interface Column {
  readonly titles: readonly ReportWord[];
  readonly cell: (agency: AgencyView) => CsvCell;
}

const clock = (name: keyof AgencyView['clocks'], title: ReportWord): readonly Column[] => {
  const column = (word: ReportWord, of: (view: ClockView) => CsvCell): Column => ({
    titles: [title, word],
    cell: ({ clocks }) => of(clocks[name]),
  });
  return [
    column('onTime', ({ onTime }) => onTime),
    column('late', ({ late }) => late),
    column('overdue', ({ overdue }) => overdue),
    column('running', ({ running }) => running),
    column('share', ({ share }) => share),
  ];
};

const took = (name: keyof AgencyView['durations'], title: ReportWord): readonly Column[] => {
  const column = (word: ReportWord, of: (view: DurationView) => CsvCell): Column => ({
    titles: [title, word],
    cell: ({ durations }) => of(durations[name]),
  });
  return [
    column('number', ({ count }) => count),
    column('medianSeconds', ({ medianSeconds }) => medianSeconds),
    column('p90Seconds', ({ p90Seconds }) => p90Seconds),
  ];
};

const count = (titles: readonly ReportWord[], cell: Column['cell']): Column => ({ titles, cell });

/** Every figure of an agency, one a column. */
const COLUMNS: readonly Column[] = [
  count(['code'], ({ code }) => code),
  count(['agency'], ({ name }) => name),
  count(['sentDocuments'], ({ sent }) => sent.documents),
  count(['sentDeliveries'], ({ sent }) => sent.deliveries),
  count(['sentDeliveries', 'internal'], ({ sent }) => sent.internal),
  count(['sentDeliveries', 'external'], ({ sent }) => sent.external),
  count(['sentDocuments', 'signed'], ({ sent }) => sent.signed),
  count(['sentDocuments', 'referenceOnly'], ({ sent }) => sent.referenceOnly),
  count(['sentDocuments', 'urgent'], ({ sent }) => sent.urgent),
  count(['sentDocuments', 'recalls'], ({ sent }) => sent.recalls),
  count(['sentDocuments', 'updates'], ({ sent }) => sent.updates),
  count(['sentDocuments', 'replacements'], ({ sent }) => sent.replacements),
  count(['statuses'], ({ sent }) => sent.statuses),
  count(['received'], ({ received }) => received.deliveries),
  count(['received', 'internal'], ({ received }) => received.internal),
  count(['received', 'external'], ({ received }) => received.external),
  count(['received', 'signed'], ({ received }) => received.signed),
  count(['received', 'referenceOnly'], ({ received }) => received.referenceOnly),
  count(['received', 'urgent'], ({ received }) => received.urgent),
  count(['received', 'returned'], ({ received }) => received.returned),
  ...(
    [
      'notDelivered',
      'waiting',
      'taken',
      'acknowledged',
      'rejected',
      'expired',
      'withdrawn',
      'setAside',
      'discarded',
    ] as const
  ).map((state) => count(['received', state], ({ states }) => states[state])),
  ...clock('sendingStamped', 'sendingStamped'),
  ...clock('sendingClaimed', 'sendingClaimed'),
  ...clock('confirmation', 'confirmation'),
  ...clock('registration', 'registration'),
  ...clock('processing', 'processing'),
  ...took('stampedToAccepted', 'stampedToAccepted'),
  ...took('claimedToAccepted', 'claimedToAccepted'),
  count(['implausibleClaims'], ({ implausibleClaims }) => implausibleClaims),
  ...took('toPickedUp', 'toPickedUp'),
  ...took('toRegistered', 'toRegistered'),
  ...took('toFinished', 'toFinished'),
  ...(['given', 'asked'] as const).flatMap((side) =>
    (['inTime', 'late', 'overdue', 'open', 'reportedUndated', 'void'] as const).map((outcome) =>
      count([side, outcome], ({ directives }) => directives[side][outcome]),
    ),
  ),
];

/** One row an agency, in the order of the codes. */
export function reportCsv(report: Report, language: Language): Iterable<string> {
  const titles = COLUMNS.map((column) => column.titles.map((word) => REPORT_WORDS[word][language]).join(': '));
  return csvText(titles, rowsOf(report));
}

function* rowsOf({ agencies }: Report): Iterable<readonly CsvCell[]> {
  for (const agency of agencies) yield COLUMNS.map(({ cell }) => cell(agency));
}
