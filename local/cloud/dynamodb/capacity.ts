import type { CapacityUnits } from '../../contract/cloudCall.ts';
import { type IndexDescription, type Item, itemSize, type TableDescription } from './item.ts';

const WRITE_UNIT = 1_024;
const READ_UNIT = 4_096;

/**
 * Write units of one change of an item: the larger of its two sizes per started kilobyte, plus what the secondary indexes cost
 * (Developer Guide, "Provisioned throughput considerations for global secondary indexes"). A write without effect costs one.
 */
export function writeUnits(table: TableDescription, before: Item | undefined, after: Item | undefined): number {
  const size = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  return (
    units(size, WRITE_UNIT) +
    indexes.reduce((total, index) => total + indexWriteUnits(table, index, { before, after }), 0)
  );
}

/** Read units for `bytes` that were read together; eventually consistent reads cost half. */
export function readUnits(bytes: number, isConsistent: boolean): number {
  return units(bytes, READ_UNIT) * (isConsistent ? 1 : 0.5);
}

/** Adds up capacity. */
export function addUnits(left: CapacityUnits, right: CapacityUnits): CapacityUnits {
  return { read: left.read + right.read, write: left.write + right.write };
}

/** The part of an item that an index holds; undefined if the item is not in it. */
export function projected(table: TableDescription, index: IndexDescription, item: Item | undefined): Item | undefined {
  if (!item) return undefined;
  const keys = [...index.KeySchema, ...table.KeySchema].map(({ AttributeName }) => AttributeName);
  if (keys.some((name) => item[name] === undefined)) return undefined;
  if (index.Projection.ProjectionType === 'ALL') return item;
  const names = new Set([...keys, ...(index.Projection.NonKeyAttributes ?? [])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

function indexWriteUnits(
  table: TableDescription,
  index: IndexDescription,
  change: { before: Item | undefined; after: Item | undefined },
): number {
  const before = projected(table, index, change.before);
  const after = projected(table, index, change.after);
  const costBefore = before ? units(itemSize(before), WRITE_UNIT) : 0;
  const costAfter = after ? units(itemSize(after), WRITE_UNIT) : 0;
  if (!before || !after) return costBefore + costAfter;
  const hasMoved = index.KeySchema.some(({ AttributeName: name }) => !isSame(before[name], after[name]));
  if (hasMoved) return costBefore + costAfter;
  return isSame(before, after) ? 0 : Math.max(costBefore, costAfter);
}

function units(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit));
}

function isSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
