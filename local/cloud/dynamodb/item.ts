/** A DynamoDB attribute value in its wire form, for example `{ "S": "text" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** A DynamoDB item in its wire form. */
export type Item = Record<string, AttributeValue>;

/** Key attributes of a table or index: the hash key first. */
export type KeySchema = readonly { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];

/** A secondary index as dynalite keeps it. */
export interface IndexDescription {
  IndexName: string;
  KeySchema: KeySchema;
  Projection: { ProjectionType: string; NonKeyAttributes?: readonly string[] };
}

/** A table as dynalite keeps it. */
export interface TableDescription {
  TableName: string;
  TableStatus: string;
  KeySchema: KeySchema;
  AttributeDefinitions: readonly { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: readonly IndexDescription[];
  LocalSecondaryIndexes?: readonly IndexDescription[];
}

/** Largest item in bytes. */
export const ITEM_LIMIT = 409_600;

/**
 * Size of an item in bytes as DynamoDB counts it (Developer Guide, "DynamoDB item sizes and formats"): UTF-8 names and strings,
 * raw binaries, about one byte for two digits, 3 bytes for a list or map and 1 for each member.
 */
export function itemSize(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

function valueSize(value: AttributeValue): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return numberSize(String(content));
    case 'B':
      return Buffer.byteLength(String(content), 'base64');
    case 'SS':
      return sum(content, (member) => Buffer.byteLength(String(member)));
    case 'NS':
      return sum(content, (member) => numberSize(String(member)));
    case 'BS':
      return sum(content, (member) => Buffer.byteLength(String(member), 'base64'));
    case 'L':
      return 3 + sum(content, (member) => 1 + (isValue(member) ? valueSize(member) : 0));
    case 'M':
      return 3 + (isValue(content) ? mapSize(content) : 0);
    default:
      // BOOL and NULL.
      return 1;
  }
}

function mapSize(map: AttributeValue): number {
  let size = 0;
  for (const [name, member] of Object.entries(map)) {
    size += 1 + Buffer.byteLength(name) + (isValue(member) ? valueSize(member) : 0);
  }
  return size;
}

function numberSize(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/[^0-9]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function sum(list: unknown, size: (member: unknown) => number): number {
  return Array.isArray(list) ? list.reduce((total: number, member: unknown) => total + size(member), 0) : 0;
}

function isValue(value: unknown): value is AttributeValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
