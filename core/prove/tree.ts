import { createHash } from 'node:crypto';

/** Hashes and paths of the tree of RFC 9162 section 2.1 over SHA-256 (the tree of RFC 6962). All hashes have 32 octets. */

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const leafHashOf = (entry: Uint8Array): Buffer => sha256(LEAF, entry);
export const nodeHashOf = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);
/** Root of the tree without entries. */
export const EMPTY_ROOT = sha256();

/** Roots of the perfect trees that a tree consists of, the largest first: as many as its size has bits set. */
export type Peaks = readonly Buffer[];

/** The peaks after further entries. */
export function grow(size: number, peaks: Peaks, leaves: readonly Buffer[]): Peaks {
  const grown = [...peaks];
  let entries = size;
  for (const leaf of leaves) {
    let hash = leaf;
    for (let rest = entries; rest % 2 === 1; rest = Math.floor(rest / 2))
      hash = nodeHashOf(grown.pop() ?? EMPTY_ROOT, hash);
    grown.push(hash);
    entries++;
  }
  return grown;
}

export const rootOf = (peaks: Peaks): Buffer => {
  const last = peaks.at(-1);
  return last ? peaks.slice(0, -1).reduceRight((right, left) => nodeHashOf(left, right), last) : EMPTY_ROOT;
};

/** Root of the tree over some hashes. */
export const rootOver = (hashes: readonly Buffer[]): Buffer => rootOf(grow(0, [], hashes));

/** Reads the hash of a perfect tree of `2 ** height` entries, the `index`-th of that height. */
export type ReadHash = (height: number, index: number) => Promise<Buffer>;

/** The largest power of two below a number of at least 2. */
function splitOf(entries: number): number {
  let left = 1;
  while (left * 2 < entries) left *= 2;
  return left;
}

/** Root of the entries from one place on, which begins a perfect tree that is no smaller. */
async function rootOfRange(from: number, entries: number, read: ReadHash): Promise<Buffer> {
  const left = entries === 1 ? 0 : splitOf(entries);
  if (left * 2 === entries || entries === 1) return read(Math.round(Math.log2(entries)), from / entries);
  const [one, other] = await Promise.all([
    rootOfRange(from, left, read),
    rootOfRange(from + left, entries - left, read),
  ]);
  return nodeHashOf(one, other);
}

/** The inclusion proof of an entry (RFC 9162 section 2.1.3.1): hashes from the leaf to the root. */
export async function inclusionPath(
  { index, size }: { readonly index: number; readonly size: number },
  read: ReadHash,
): Promise<readonly Buffer[]> {
  const path: Promise<Buffer>[] = [];
  let [from, entries] = [0, size];
  while (entries > 1) {
    const left = splitOf(entries);
    if (index - from < left) {
      path.push(rootOfRange(from + left, entries - left, read));
      entries = left;
    } else {
      path.push(rootOfRange(from, left, read));
      from += left;
      entries -= left;
    }
  }
  return (await Promise.all(path)).toReversed();
}

/** The root that a path leads to from a leaf (RFC 9162 section 2.1.3.2); undefined where the path does not fit index and size. */
export function rootByPath(
  { index, size }: { readonly index: number; readonly size: number },
  leaf: Buffer,
  path: readonly Buffer[],
): Buffer | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  let [node, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHashOf(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHashOf(hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}
