import { LIMITS } from '../../../core/contract/limits.ts';
import type { AgencyView, Report } from '../../../core/report/reportValue.ts';
import type { Language } from '../../axisRefusal.ts';
import { punctualitySection, speedSection, tiles, volumeSection } from './figureSections.ts';
import { agenciesSection, directivesSection, refusalsSection } from './listSections.ts';
import { escaped } from './markup.ts';
import { busiestFirst, type PageParts, partsOf } from './pageParts.ts';
import { STYLE } from './style.ts';

/**
 * A report as one page that opens without a server: everything is in it, nothing runs, and its own policy lets it load nothing. It
 * prints on A4, the table of agencies across.
 */
export function reportPage(report: Report, language: Language): string {
  const parts = partsOf(report, language);
  const { all, shown } = busiest(report.agencies);
  return [
    headOf(parts, language),
    tiles(parts),
    volumeSection(parts),
    punctualitySection(parts),
    speedSection(parts),
    directivesSection(parts),
    agenciesSection(parts, { all, shown }),
    refusalsSection(parts),
    notesOf(parts),
    '</main></body></html>\n',
  ].join('\n');
}

function headOf({ prose, report }: PageParts, language: Language): string {
  const mark = report.provisional ? ` <span class="mark">${escaped(prose.provisional)}</span>` : '';
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${prose.title} ${report.period.name}`)}</title>
<style>${STYLE}</style></head><body><main>
<header><h1>${escaped(prose.title)}</h1><p class="lead">${escaped(prose.about)}</p>
<p class="soft">${escaped(prose.cut)}${mark}</p></header>`;
}

function notesOf({ prose, report }: PageParts): string {
  const items = [
    ...prose.notes.map(escaped),
    `${escaped(prose.fingerprint)}: <code>${report.basis.fingerprint}</code>`,
  ];
  return `<section><h2>${escaped(prose.sections.notes)}</h2><ul class="notes">${items.map((note) => `<li>${note}</li>`).join('\n')}</ul></section>`;
}

/** The busiest agencies, without ever holding the views of all. */
function busiest(agencies: Iterable<AgencyView>): { readonly all: number; readonly shown: readonly AgencyView[] } {
  const most = LIMITS.report.printedAgencies;
  let shown: AgencyView[] = [];
  let all = 0;
  for (const agency of agencies) {
    all += 1;
    shown.push(agency);
    if (shown.length >= 2 * most) shown = shown.toSorted(busiestFirst).slice(0, most);
  }
  return { all, shown: shown.toSorted(busiestFirst).slice(0, most) };
}
