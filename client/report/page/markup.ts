/** Text inside an element or a quoted attribute. Names come from agencies: nothing in them is markup, and nothing turns the line. */
export const escaped = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** A row of cells; the first is the title of the row, numbers stand on the right. */
export const tableRow = (cells: readonly string[]): string => {
  const [title = '', ...rest] = cells;
  return `<tr><th scope="row">${title}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
};

export interface TableText {
  readonly caption: string;
  readonly titles: readonly string[];
  readonly rows: readonly string[];
  readonly class?: string;
}

/** A table with a caption and titles of columns. Everything given is markup already. */
export const tableText = (table: TableText): string => {
  const titles = table.titles.map((title) => `<th scope="col">${title}</th>`).join('');
  const named = table.class ? ` class="${table.class}"` : '';
  return `<table${named}><caption>${table.caption}</caption><thead><tr>${titles}</tr></thead><tbody>${table.rows.join('\n')}</tbody></table>`;
};
