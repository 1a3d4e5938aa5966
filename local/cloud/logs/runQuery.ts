import type { Aggregate, Command, Grouping } from './parseQuery.ts';

export interface LoggedLine {
  /** Axis time in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly line: string;
}

type Row = ReadonlyMap<string, string | number>;
/** A row as the service writes it. */
export type ResultRow = readonly { readonly field: string; readonly value: string }[];

/** Rows that a query answers when nobody says how many. */
const USUAL_LIMIT = 1_000;

/** Runs a query over lines; those that are no JSON have nothing but their time and text. */
export function runQuery(commands: readonly Command[], lines: readonly LoggedLine[]): readonly ResultRow[] {
  let rows: readonly Row[] = lines.map(rowOf);
  let shown: readonly string[] | undefined;
  let limited = false;
  for (const command of commands) {
    if (command.does === 'fields') shown = command.fields;
    if (command.does === 'stats') shown = undefined;
    if (command.does === 'limit') limited = true;
    rows = step(command, rows);
  }
  return (limited ? rows : rows.slice(0, USUAL_LIMIT)).map((row) => written(row, shown));
}

function step(command: Command, rows: readonly Row[]): readonly Row[] {
  switch (command.does) {
    case 'fields':
      return rows;
    case 'present':
      return rows.filter((row) => row.has(command.field));
    case 'among':
      return rows.filter((row) => command.values.includes(String(row.get(command.field) ?? '')));
    case 'stats':
      return grouped(rows, command.by).map((group) => counted(group, command.aggregates));
    case 'sort':
      return rows.toSorted(
        (a, b) => compare(a.get(command.field), b.get(command.field)) * (command.descending ? -1 : 1),
      );
    case 'limit':
      return rows.slice(0, command.most);
  }
}

function rowOf({ at, line }: LoggedLine): Row {
  const row = new Map<string, string | number>([
    ['@timestamp', timeText(at)],
    ['@message', line],
  ]);
  for (const [name, value] of Object.entries(membersOf(line))) {
    if (typeof value === 'string' || typeof value === 'number') row.set(name, value);
    if (typeof value === 'boolean') row.set(name, value ? 1 : 0);
  }
  return row;
}

function membersOf(line: string): Readonly<Record<string, unknown>> {
  if (!line.startsWith('{')) return {};
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

interface Group {
  readonly named: Row;
  readonly rows: readonly Row[];
}

function grouped(rows: readonly Row[], by: readonly Grouping[]): readonly Group[] {
  const groups = new Map<string, { named: Row; rows: Row[] }>();
  for (const row of rows) {
    const named = new Map(by.flatMap((grouping) => nameOf(row, grouping)));
    const key = JSON.stringify([...named]);
    const group = groups.get(key) ?? { named, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  return [...groups.values()];
}

function nameOf(row: Row, grouping: Grouping): readonly (readonly [string, string | number])[] {
  if ('minutes' in grouping) {
    const at = Date.parse(`${String(row.get('@timestamp')).replace(' ', 'T')}Z`);
    const width = grouping.minutes * 60_000;
    return [[grouping.as, timeText(Math.floor(at / width) * width)]];
  }
  const value = row.get(grouping.field);
  return value === undefined ? [] : [[grouping.as, value]];
}

function counted({ named, rows }: Group, aggregates: readonly Aggregate[]): Row {
  const numbers = aggregates.map((aggregate) => [aggregate.as, aggregated(rows, aggregate)] as const);
  return new Map([...named, ...numbers.filter((pair): pair is [string, number] => pair[1] !== undefined)]);
}

function aggregated(rows: readonly Row[], aggregate: Aggregate): number | undefined {
  if (aggregate.of === 'count') return rows.length;
  const numbers = rows.flatMap((row) => {
    const value = row.get(aggregate.field);
    return typeof value === 'number' ? [value] : [];
  });
  if (aggregate.of === 'sum') return numbers.reduce((sum, each) => sum + each, 0);
  // Nearest rank. The service approximates where there is much.
  const rank = Math.ceil((aggregate.percent / 100) * numbers.length);
  return numbers.toSorted((a, b) => a - b)[Math.max(0, rank - 1)];
}

function written(row: Row, shown: readonly string[] | undefined): ResultRow {
  const cells = shown === undefined ? [...row] : shown.map((field) => [field, row.get(field)] as const);
  return cells.flatMap(([field, value]) => (value === undefined ? [] : [{ field, value: String(value) }]));
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '').localeCompare(String(b ?? ''));
}

/** As Logs Insights writes a time, in UTC. */
const timeText = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
