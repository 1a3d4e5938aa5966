import { createHash } from 'node:crypto';

/** The tree and its files as their specifications define them, without any thought of speed, to measure the real ones against. */

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = (entry: Buffer): Buffer => sha256(Buffer.from([0]), entry);
const node = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.from([1]), left, right);

/** Entries that differ, also in length. */
export const entriesTo = (size: number, from = 0): readonly Buffer[] =>
  Array.from({ length: size - from }, (_, at) => Buffer.from(`entry ${from + at}`));

/** The largest power of two below a number of at least 2. */
const split = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1);

/** MTH of RFC 9162 section 2.1.1. */
export function plainRoot(entries: readonly Buffer[]): Buffer {
  const [first] = entries;
  if (!first) return sha256();
  if (entries.length === 1) return leaf(first);
  const k = split(entries.length);
  return node(plainRoot(entries.slice(0, k)), plainRoot(entries.slice(k)));
}

/** PATH of RFC 9162 section 2.1.3.1. */
export function plainPath(index: number, entries: readonly Buffer[]): readonly Buffer[] {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  return index < k
    ? [...plainPath(index, entries.slice(0, k)), plainRoot(entries.slice(k))]
    : [...plainPath(index - k, entries.slice(k)), plainRoot(entries.slice(0, k))];
}

/** The next level: pairs become one, and a last one alone is not taken up. */
const paired = (hashes: readonly Buffer[]): readonly Buffer[] =>
  Array.from({ length: Math.floor(hashes.length / 2) }, (_, at) => node(hashes[2 * at]!, hashes[2 * at + 1]!));

const inTwoOctets = (length: number): Buffer => Buffer.from([length >> 8, length & 255]);

/** Every file that a log of fewer than 256,000 entries needs, by its path. */
export function plainFiles(entries: readonly Buffer[]): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  const cut = (kind: string, parts: readonly Buffer[], bytesOf: (part: Buffer) => Buffer): void => {
    for (let at = 0; at * 256 < parts.length; at++) {
      const inIt = parts.slice(at * 256, at * 256 + 256);
      const name = `tile/${kind}/${String(at).padStart(3, '0')}${inIt.length < 256 ? `.p/${inIt.length}` : ''}`;
      files.set(name, Buffer.concat(inIt.map(bytesOf)));
    }
  };
  cut('entries', entries, (entry) => Buffer.concat([inTwoOctets(entry.length), entry]));
  let hashes: readonly Buffer[] = entries.map(leaf);
  for (let level = 0; hashes.length > 0; level++) {
    cut(String(level), hashes, (hash) => hash);
    for (let height = 0; height < 8; height++) hashes = paired(hashes);
  }
  return files;
}
