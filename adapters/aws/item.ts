import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { newestSchema, UnreadableItem } from '../../core/contract/schema.ts';

export type Item = Record<string, AttributeValue>;

/** A plain object as a DynamoDB item; members that are undefined are left out. */
export const toItem = (record: object): Item => marshall(record, { removeUndefinedValues: true });

/** `:name` placeholders for an expression. */
export const toValues = (values: Readonly<Record<string, unknown>>): Item =>
  marshall(Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])), {
    removeUndefinedValues: true,
  });

/**
 * An item of the axis's own tables. Its shape is what the writer of the same key wrote: `v` tells the schema.
 *
 * @throws UnreadableItem when later code wrote it in a way that this code would misread.
 */
export function fromItem<T>(item: Item): T {
  const version = Number(item.v?.N ?? 0);
  const id = idOf(item);
  if (version > newestSchema(id)) throw new UnreadableItem(id, version);
  return unmarshall(item) as T;
}

/** The id of an item, also of one that this code cannot read. */
export const idOf = (item: Item): string => item.id?.S ?? '';

/** Holds a write to items that this code can read, whoever found them; needs `:readable`. */
export const READABLE = 'v <= :readable';
export const readableValue = (id: string): { readonly readable: number } => ({ readable: newestSchema(id) });

/** Runs a conditional write: false when its condition does not hold, every other failure is a fault. */
export async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** A page's position, opaque to callers, which cannot move it outside the partition they may read. */
export const toCursor = (key: Item | undefined): string | undefined =>
  key === undefined ? undefined : Buffer.from(JSON.stringify(unmarshall(key))).toString('base64url');

/** Undefined when the text is not a cursor: a caller's invention starts no other query than the first page. */
export function fromCursor(text: string | undefined): Item | undefined {
  if (text === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (key === null || typeof key !== 'object' || Array.isArray(key)) return undefined;
    if (Object.values(key).some((value) => typeof value !== 'string')) return undefined;
    return marshall(key);
  } catch {
    return undefined;
  }
}
