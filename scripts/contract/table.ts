export type Cell = string | number;

/** Stands on every generated page. */
export const GENERATED = '<!-- Written by `npm run generate` from core/contract; changes belong there. -->';

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
