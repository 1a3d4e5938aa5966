import { DIRECTIVE_COUNTS } from '../../../core/report/figures.ts';
import type { AgencyView } from '../../../core/report/reportValue.ts';
import type { ReportWord } from '../reportWords.ts';
import { escaped, tableRow, tableText } from './markup.ts';
import { type PageParts, section } from './pageParts.ts';

/** Directives, what became of them, and which are overdue. */
export function directivesSection({ report, prose, numbers, word }: PageParts): string {
  const { given, asked } = report.total.directives;
  const { overdue, overdueMore } = report.directives;
  const none = DIRECTIVE_COUNTS.every((count) => given[count] === 0 && asked[count] === 0);
  if (none) return section(prose.sections.directives, [`<p class="soft">${escaped(prose.empty)}</p>`]);
  const rows = [['given', given] as const, ['asked', asked] as const].map(([side, counts]) =>
    tableRow([word(side), ...DIRECTIVE_COUNTS.map((count) => numbers.whole(counts[count]))]),
  );
  const { columns, tables } = prose;
  const list = tableText({
    caption: `${escaped(tables.overdue)}${overdueMore > 0 ? ` (+ ${numbers.whole(overdueMore)})` : ''}`,
    class: 'texts',
    titles: [columns.due, columns.from, columns.to, columns.dispatch].map(escaped),
    rows: overdue.map(({ dueAt, sender, recipient, dispatchId }) =>
      tableRow([
        numbers.moment(dueAt).slice(0, 10),
        escaped(sender),
        escaped(recipient),
        `<code>${escaped(dispatchId)}</code>`,
      ]),
    ),
  });
  return section(prose.sections.directives, [
    tableText({
      caption: escaped(tables.directives),
      titles: [escaped(columns.side), ...DIRECTIVE_COUNTS.map(word)],
      rows,
    }),
    ...(overdue.length > 0 ? [list] : []),
  ]);
}

const COLUMNS: readonly (readonly [
  titles: readonly ReportWord[],
  cell: (agency: AgencyView, of: PageParts) => string,
])[] = [
  [['sentDocuments'], ({ sent }, { numbers }) => numbers.whole(sent.documents)],
  [['sentDocuments', 'signed'], ({ sent }, { numbers }) => numbers.share(part(sent.signed, sent.documents))],
  [['received'], ({ received }, { numbers }) => numbers.whole(received.deliveries)],
  [['received', 'internal'], ({ received }, { numbers }) => numbers.whole(received.internal)],
  [['received', 'external'], ({ received }, { numbers }) => numbers.whole(received.external)],
  [['confirmation', 'onTime'], ({ clocks }, { numbers }) => numbers.share(clocks.confirmation.share)],
  [['registration', 'onTime'], ({ clocks }, { numbers }) => numbers.share(clocks.registration.share)],
  [['registration', 'overdue'], ({ clocks }, { numbers }) => numbers.whole(clocks.registration.overdue)],
  [['processing', 'onTime'], ({ clocks }, { numbers }) => numbers.share(clocks.processing.share)],
  [['toRegistered', 'median'], ({ durations }, { numbers }) => numbers.time(durations.toRegistered.medianSeconds)],
  [['toRegistered', 'p90'], ({ durations }, { numbers }) => numbers.time(durations.toRegistered.p90Seconds)],
];

const part = (some: number, all: number): number | undefined => (all === 0 ? undefined : some / all);

/** A row for each of the busiest agencies. */
export function agenciesSection(
  parts: PageParts,
  { all, shown }: { readonly all: number; readonly shown: readonly AgencyView[] },
): string {
  const { prose, word, numbers } = parts;
  const { code, agency } = { code: word('code'), agency: word('agency') };
  const told =
    shown.length < all ? ` (${numbers.whole(shown.length)} / ${numbers.whole(all)})` : ` (${numbers.whole(all)})`;
  const table = tableText({
    caption: `${escaped(prose.tables.agencies)}${told}`,
    class: 'names',
    titles: [code, agency, ...COLUMNS.map(([titles]) => titles.map(word).join(': '))],
    rows: shown.map((one) =>
      tableRow([
        escaped(one.code),
        `<div class="name">${escaped(one.name)}</div>`,
        ...COLUMNS.map(([, cell]) => escaped(cell(one, parts))),
      ]),
    ),
  });
  return section(prose.sections.agencies, [`<div class="wide">${table}</div>`], 'agencies');
}

/** What the axis refused, as far as it is on record. */
export function refusalsSection({ report, prose, numbers, word }: PageParts): string {
  const { counts } = report.refusals;
  if (counts.length === 0) return section(prose.sections.refusals, [`<p class="soft">${escaped(prose.empty)}</p>`]);
  const table = tableText({
    caption: escaped(prose.tables.refusals),
    titles: [escaped(prose.columns.system), escaped(prose.columns.reason), word('number')],
    rows: counts.map(({ system, code, count }) => tableRow([escaped(system), escaped(code), numbers.whole(count)])),
  });
  return section(prose.sections.refusals, [table]);
}
