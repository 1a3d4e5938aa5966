import type { AgencyView, Report } from '../../../core/report/reportValue.ts';
import type { Language } from '../../axisRefusal.ts';
import { REPORT_WORDS, type ReportWord } from '../reportWords.ts';
import { escaped } from './markup.ts';
import { type Numbers, numbersOf } from './numbers.ts';
import { type Prose, proseOf } from './prose.ts';

/** What every section of the page is made from. */
export interface PageParts {
  readonly report: Report;
  readonly numbers: Numbers;
  readonly prose: Prose;
  /** A term, as markup and as it is. */
  word(word: ReportWord): string;
  plain(word: ReportWord): string;
}

export function partsOf(report: Report, language: Language): PageParts {
  const numbers = numbersOf(language);
  return {
    report,
    numbers,
    prose: proseOf(report, language, numbers),
    word: (word) => escaped(REPORT_WORDS[word][language]),
    plain: (word) => REPORT_WORDS[word][language],
  };
}

/** A section with its heading. */
export const section = (title: string, body: readonly string[], name = ''): string =>
  `<section${name ? ` class="${name}"` : ''}><h2>${escaped(title)}</h2>${body.join('\n')}</section>`;

/** A drawing with the sentence that says what it shows. */
export const figure = (caption: string, drawing: string, legend = ''): string =>
  `<figure><figcaption>${escaped(caption)}</figcaption>${drawing}${legend}</figure>`;

/** Colours and what they stand for; terms are markup already. */
export const legend = (entries: readonly (readonly [name: string, term: string])[]): string => {
  const items = entries.map(
    ([name, term]) =>
      `<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect width="12" height="12" class="${name}"/></svg>${term}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
};

const weightOf = ({ sent, received }: AgencyView): number => sent.documents + received.deliveries;

export const busiestFirst = (a: AgencyView, b: AgencyView): number =>
  weightOf(b) - weightOf(a) || (a.code < b.code ? -1 : 1);
