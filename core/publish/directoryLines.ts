import type { AgencyRecord } from '../contract/records.ts';

/** A list by code: each code with its whole line. */
export type DirectoryLines = ReadonlyMap<string, string>;

/** An agency as the published list shows it: what every system may see in the directory. */
export const lineOf = ({ code, name, parent, route, status }: AgencyRecord): string =>
  JSON.stringify({ code, name, ...(parent ? { parent } : {}), connected: !!route, suspended: status === 'suspended' });

const deletionOf = (code: string): string => JSON.stringify({ code, deleted: true });

/** JSON lines in the order of the codes: the same agencies are the same bytes. */
export const textOf = (lines: DirectoryLines): string =>
  [...lines.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, line]) => `${line}\n`)
    .join('');

/** Reads what `textOf` wrote. */
export function linesOf(text: string): DirectoryLines {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { code }: { code: string } = JSON.parse(line);
    lines.set(code, line);
  }
  return lines;
}

/** What leads from one list to another: new and changed lines, and a deletion for each code that is gone. */
export function changesBetween(before: DirectoryLines, after: DirectoryLines): DirectoryLines {
  const changes = new Map<string, string>();
  for (const [code, line] of after) if (before.get(code) !== line) changes.set(code, line);
  for (const code of before.keys()) if (!after.has(code)) changes.set(code, deletionOf(code));
  return changes;
}

/** Two changes, one after the other, as one. */
export const joined = (first: DirectoryLines, second: DirectoryLines): DirectoryLines => new Map([...first, ...second]);
