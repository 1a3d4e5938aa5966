import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { UsageError } from './usageError.ts';

const text = z.string().check(z.trim(), z.minLength(1), z.maxLength(200));
const ENTRY = z.object({ code: text, name: text, parent: z.optional(text), system: z.optional(text) });

/** One line of a directory: an agency as the operator's source knows it. */
export type DirectoryEntry = z.infer<typeof ENTRY>;

const COLUMNS = ['code', 'name', 'parent', 'system'] as const;
const LINE_CHARS = 4096;

/**
 * Reads a directory, line by line: JSON lines (`{"code": …, "name": …, "parent": …, "system": …}`), or CSV (RFC 4180, a line an
 * agency) whose first line names the columns.
 *
 * @throws UsageError with the number of the line that cannot be read.
 */
export async function* readDirectoryFile(file: string): AsyncGenerator<DirectoryEntry> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let columns: readonly string[] | undefined;
  let number = 0;
  for await (const whole of lines) {
    number += 1;
    const line = number === 1 ? whole.replace(/^\u{FEFF}/u, '') : whole;
    if (line.trim() === '') continue;
    if (line.length > LINE_CHARS) throw new UsageError(`line ${number} is too long`);
    if (line.startsWith('{')) {
      yield entryOf(parseJson(line, number), number);
      continue;
    }
    const cells = cellsOf(line, number);
    if (columns) yield entryOf(named(columns, cells), number);
    else columns = headOf(cells);
  }
}

function headOf(cells: readonly string[]): readonly string[] {
  const columns = cells.map((cell) => cell.trim().toLowerCase());
  if (columns.includes('code') && columns.includes('name')) return columns;
  throw new UsageError(`the first line of a CSV file names its columns: ${COLUMNS.join(',')}`);
}

const named = (columns: readonly string[], cells: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    COLUMNS.flatMap((column) => {
      const cell = cells[columns.indexOf(column)]?.trim();
      return cell ? [[column, cell] as const] : [];
    }),
  );

/** The cells of one line; a quoted cell may hold commas and doubled quotes, and ends on its line. */
function cellsOf(line: string, number: number): readonly string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (cell.lastIndex <= line.length) {
    const found = cell.exec(line);
    if (!found) throw new UsageError(`line ${number}: quotes that do not fit`);
    cells.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'));
    if (found[3] === '') return cells;
  }
  return cells;
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageError(`line ${number} is not JSON`);
  }
}

function entryOf(value: unknown, number: number): DirectoryEntry {
  const entry = z.safeParse(ENTRY, value);
  if (entry.success) return entry.data;
  const members = entry.error.issues.map((issue) => issue.path.join('.') || '(whole)');
  throw new UsageError(`line ${number}: wrong or missing: ${[...new Set(members)].join(', ')}`);
}
