const WIDEST = 60;

/**
 * Text that came from elsewhere, made safe for a terminal: no control characters (which could move the cursor or change what was
 * printed), no marks that turn the reading direction, one line.
 */
export function printable(text: string): string {
  return text.normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Columns under their titles, two blanks apart; long cells are cut with an ellipsis. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows].map((row) => row.map(cell));
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => lengthOf(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((text, column) => pad(text, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(text: string): string {
  const letters = [...printable(text)];
  return letters.length <= WIDEST ? letters.join('') : `${letters.slice(0, WIDEST - 1).join('')}…`;
}

const lengthOf = (text: string): number => [...text].length;
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
