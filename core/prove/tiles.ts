import { type ReadHash, rootOver } from './tree.ts';

/**
 * The log as files that never change (C2SP tlog-tiles v0.1.0): tiles of 256 hashes, each level over the one below it, and bundles of the
 * entries themselves. A tile that is not full yet names how many hashes it has.
 */

const WIDTH = 256;
const HEIGHT = 8;
const HASH_BYTES = 32;

export interface TilePlace {
  /** Of the hashes: 0 for those of entries. */
  readonly level: number;
  readonly index: number;
  /** Hashes or entries in it, 1 to 256. */
  readonly width: number;
}

/** Groups of three digits, all but the last under an `x`: 1234067 is `x001/x234/067`. */
function numberPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}

const partOf = (width: number): string => (width === WIDTH ? '' : `.p/${width}`);
export const tilePath = ({ level, index, width }: TilePlace): string =>
  `tile/${level}/${numberPath(index)}${partOf(width)}`;
export const bundlePath = ({ index, width }: Omit<TilePlace, 'level'>): string =>
  `tile/entries/${numberPath(index)}${partOf(width)}`;

/** The path of a tile or a bundle as a client asks for it: nothing else is one. */
export const isTilePath = (path: string): boolean =>
  /^tile\/(?:entries|[0-5])\/(?:x\d{3}\/){0,4}\d{3}(?:\.p\/(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?$/.test(path);

const hashesIn = (tile: Buffer): readonly Buffer[] =>
  Array.from({ length: tile.length / HASH_BYTES }, (_, at) => tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));

/** A bundle: each entry behind its length, two octets, the larger first. */
const bundled = (entries: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );

/** What is written and never changed again: path and bytes. */
export interface TileFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Reads a file that was written before; one that is not there is a fault. */
export type ReadTile = (path: string) => Promise<Buffer>;

/** The files that a log of `size` entries lacks to hold further ones. */
export async function filesFor(
  size: number,
  { entries, leaves }: { readonly entries: readonly Uint8Array[]; readonly leaves: readonly Buffer[] },
  read: ReadTile,
): Promise<readonly TileFile[]> {
  const files: TileFile[] = [];
  let [first, hashes] = [size, leaves];
  for (let level = 0; hashes.length > 0; level++) {
    const held = first % WIDTH;
    let index = Math.floor(first / WIDTH);
    const before = held > 0 ? hashesIn(await read(tilePath({ level, index, width: held }))) : [];
    const above: Buffer[] = [];
    for (let rest = [...before, ...hashes]; rest.length > 0; rest = rest.slice(WIDTH), index++) {
      const tile = rest.slice(0, WIDTH);
      files.push({ path: tilePath({ level, index, width: tile.length }), bytes: Buffer.concat(tile) });
      if (tile.length === WIDTH) above.push(rootOver(tile));
    }
    first = Math.floor(first / WIDTH);
    hashes = above;
  }
  return [...files, ...(await bundlesFor(size, entries, read))];
}

async function bundlesFor(size: number, entries: readonly Uint8Array[], read: ReadTile): Promise<readonly TileFile[]> {
  const files: TileFile[] = [];
  let [index, held] = [Math.floor(size / WIDTH), size % WIDTH];
  let before: Buffer = held > 0 ? await read(bundlePath({ index, width: held })) : Buffer.alloc(0);
  for (let rest = entries; rest.length > 0; index++, held = 0, before = Buffer.alloc(0)) {
    const added = rest.slice(0, WIDTH - held);
    files.push({
      path: bundlePath({ index, width: held + added.length }),
      bytes: Buffer.concat([before, bundled(added)]),
    });
    rest = rest.slice(added.length);
  }
  return files;
}

/** Reads hashes of a log of `size` entries from its tiles, each tile once. */
export function hashReader(size: number, read: ReadTile): ReadHash {
  const tiles = new Map<string, Promise<readonly Buffer[]>>();
  return async (height, index) => {
    const level = Math.floor(height / HEIGHT);
    const hashes = 2 ** (height - level * HEIGHT);
    const first = index * hashes;
    const tile = Math.floor(first / WIDTH);
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - tile * WIDTH);
    const path = tilePath({ level, index: tile, width });
    const known = tiles.get(path) ?? read(path).then(hashesIn);
    tiles.set(path, known);
    const at = first % WIDTH;
    return rootOver((await known).slice(at, at + hashes));
  };
}
