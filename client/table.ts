const WIDEST = 60;
/** Select graphic rendition (ECMA-48 section 8.3.117). */
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

/**
 * Text that came from elsewhere, made safe for a terminal: no control characters (which could move the cursor or change what was
 * printed), no marks that turn the reading direction, one line.
 */
export function printable(text: string): string {
  return text.normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

type Rows = readonly (readonly string[])[];

/** The same for programs that read lines: a tab between whole cells. */
export function tabbed(titles: readonly string[], rows: Rows): string {
  return [titles, ...rows].map((row) => row.map(printable).join('\t').trimEnd()).join('\n');
}

/** Columns under their titles, two blanks apart; long cells are cut with an ellipsis. With colour, the titles are bold. */
export function table(titles: readonly string[], rows: Rows, { colour = false } = {}): string {
  const lines = [titles, ...rows].map((row) => row.map(cell));
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => lengthOf(line[column] ?? ''))));
  const [first = '', ...rest] = lines.map((line) =>
    line
      .map((text, column) => pad(text, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [colour ? `${BOLD}${first}${PLAIN}` : first, ...rest].join('\n');
}

/** Titles with their texts, one a line; empty ones are left out. */
export function titled(facts: readonly (readonly [title: string, text: string])[]): string {
  const told = facts.filter(([, text]) => text !== '');
  const width = Math.max(...told.map(([title]) => lengthOf(title)));
  return told.map(([title, text]) => `${pad(title, width)}  ${printable(text)}`).join('\n');
}

function cell(text: string): string {
  const letters = [...printable(text)];
  return letters.length <= WIDEST ? letters.join('') : `${letters.slice(0, WIDEST - 1).join('')}…`;
}

const lengthOf = (text: string): number => [...text].length;
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
