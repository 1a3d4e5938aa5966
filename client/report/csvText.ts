/** A byte order mark: without it spreadsheets take UTF-8 for the code page of the machine, and Vietnamese becomes unreadable. */
const MARK = '\uFEFF';
/** What makes a spreadsheet compute instead of show, also in the wide forms that some take for the same. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]/;

export type CsvCell = string | number | undefined;

/** A table as RFC 4180 wants it, row by row. Texts that a spreadsheet would compute get an apostrophe in front. */
export function* csvText(titles: readonly string[], rows: Iterable<readonly CsvCell[]>): Iterable<string> {
  yield `${MARK}${rowOf(titles)}`;
  for (const row of rows) yield rowOf(row);
}

const rowOf = (cells: readonly CsvCell[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(cell: CsvCell): string {
  if (cell === undefined) return '';
  // A number is no formula; a negative one must stay one.
  if (typeof cell === 'number') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
