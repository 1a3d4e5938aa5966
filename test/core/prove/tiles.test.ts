import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bundlePath, filesFor, hashReader, isTilePath, type TileFile, tilePath } from '../../../core/prove/tiles.ts';
import { grow, inclusionPath, leafHashOf, type Peaks, rootByPath, rootOf, rootOver } from '../../../core/prove/tree.ts';
import { entriesTo, plainFiles } from './plainTree.ts';

/** A bucket that knows no mercy: what is not there is a fault, and so are other bytes for what is. */
class Store {
  readonly files = new Map<string, Buffer>();
  readonly asked: string[] = [];

  readonly read = async (path: string): Promise<Buffer> => {
    this.asked.push(path);
    const bytes = this.files.get(path);
    if (!bytes) throw new Error(`${path} is not there`);
    return bytes;
  };

  write({ path, bytes }: TileFile): void {
    if (this.files.get(path)?.equals(bytes) === false) throw new Error(`${path} has other bytes`);
    this.files.set(path, bytes);
  }
}

/** A log that grew in batches, with the peaks that it had after each. */
async function logIn(batches: readonly number[]) {
  const store = new Store();
  const heads: { readonly size: number; readonly peaks: Peaks }[] = [];
  let [size, peaks]: [number, Peaks] = [0, []];
  for (const batch of batches) {
    const entries = entriesTo(size + batch, size);
    const leaves = entries.map(leafHashOf);
    for (const file of await filesFor(size, { entries, leaves }, store.read)) store.write(file);
    peaks = grow(size, peaks, leaves);
    size += batch;
    heads.push({ size, peaks });
  }
  return { store, size, heads };
}

const isPartial = (path: string): boolean => path.includes('.p/');
const namesOf = (files: ReadonlyMap<string, Buffer>): readonly string[] => [...files.keys()].toSorted();

/** Every file of the log as it is now, and of full ones none besides. */
function expectFiles({ files }: Store, expected: ReadonlyMap<string, Buffer>): void {
  const wrong = [...expected].filter(([path, bytes]) => !files.get(path)?.equals(bytes)).map(([path]) => path);
  expect(wrong).toEqual([]);
  const full = (all: ReadonlyMap<string, Buffer>) => namesOf(all).filter((path) => !isPartial(path));
  expect(full(files)).toEqual(full(expected));
}

/** What the tiles say of the whole log of a size, by the path of its last entry: every peak is part of that. */
async function rootIn(store: Store, size: number): Promise<Buffer | undefined> {
  const place = { index: size - 1, size };
  const read = hashReader(size, store.read);
  return rootByPath(place, await read(0, size - 1), await inclusionPath(place, read));
}

describe('the files of a log', () => {
  test('do not depend on the batches that it grew in', async () => {
    const batch = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 200, max: 300 }), fc.constant(256));
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), async (batches) => {
        const { store, size, heads } = await logIn(batches);
        expectFiles(store, plainFiles(entriesTo(size)));
        for (const head of heads) expect(await rootIn(store, head.size)).toEqual(rootOf(head.peaks));
      }),
      { numRuns: 15 },
    );
  });

  test('are right where tiles of the third level begin, and have the names that the specification gives them', async () => {
    const { store, size, heads } = await logIn([65_279, 1, 256, 1, 254, 2, 4206, 1]);
    expect(size).toBe(70_000);
    expectFiles(store, plainFiles(entriesTo(size)));
    for (const head of heads) expect(await rootIn(store, head.size)).toEqual(rootOf(head.peaks));
    expect(namesOf(store.files)).toEqual(
      expect.arrayContaining([
        'tile/0/000',
        'tile/0/272',
        'tile/0/273.p/112',
        'tile/1/000',
        'tile/1/001.p/17',
        'tile/2/000.p/1',
        'tile/entries/272',
        'tile/entries/273.p/112',
      ]),
    );
  });

  test('are none for no entries', async () => {
    const { store, size } = await logIn([300]);
    expect(await filesFor(size, { entries: [], leaves: [] }, store.read)).toEqual([]);
  });

  test('are not made up where one before them is missing', async () => {
    const { store, size } = await logIn([300]);
    const [entries, leaves] = [entriesTo(301, 300), entriesTo(301, 300).map(leafHashOf)];
    for (const path of ['tile/0/001.p/44', 'tile/entries/001.p/44']) {
      const without = new Map(store.files);
      without.delete(path);
      const read = async (wanted: string): Promise<Buffer> =>
        without.get(wanted) ?? Promise.reject(new Error(`${wanted} is not there`));
      await expect(filesFor(size, { entries, leaves }, read)).rejects.toThrow(path);
    }
  });
});

describe('a reader of hashes', () => {
  test('gives every perfect tree of every height', async () => {
    const { store, size } = await logIn([400]);
    const leaves = entriesTo(size).map(leafHashOf);
    const read = hashReader(size, store.read);
    for (let height = 0; 2 ** height <= size; height++)
      for (let index = 0; (index + 1) * 2 ** height <= size; index++)
        expect(
          (await read(height, index)).equals(rootOver(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height))),
        ).toBe(true);
  });

  test('proves every entry of a log, and asks for each tile once', async () => {
    const { store, size, heads } = await logIn([255, 2, 100]);
    const root = rootOf(heads.at(-1)!.peaks);
    const read = hashReader(size, store.read);
    store.asked.length = 0;
    for (const [index, entry] of entriesTo(size).entries()) {
      const path = await inclusionPath({ index, size }, read);
      expect(rootByPath({ index, size }, leafHashOf(entry), path)?.equals(root)).toBe(true);
    }
    expect(store.asked.toSorted()).toEqual(['tile/0/000', 'tile/0/001.p/101', 'tile/1/000.p/1']);
  });

  test('reads a log as it was before, when it has grown since', async () => {
    const { store, heads } = await logIn([3, 250, 10, 600]);
    const { size, peaks } = heads[2]!;
    store.asked.length = 0;
    expect(await rootIn(store, size)).toEqual(rootOf(peaks));
    expect(store.asked.toSorted()).toEqual(['tile/0/001.p/7', 'tile/1/000.p/1']);
  });
});

describe('the name of a file', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 1, index: 7, width: 3 }, 'tile/1/007.p/3'],
    [{ level: 2, index: 999, width: 255 }, 'tile/2/999.p/255'],
    [{ level: 0, index: 1000, width: 256 }, 'tile/0/x001/000'],
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  ])('of the tile %j is %s', (place, path) => expect(tilePath(place)).toBe(path));

  test('of a bundle says so instead of a level', () => {
    expect(bundlePath({ index: 1_234_067, width: 9 })).toBe('tile/entries/x001/x234/067.p/9');
  });

  test('is taken for every place that a log of safe integers has', () => {
    const place = fc.nat(5).chain((level) =>
      fc.record({
        level: fc.constant(level),
        index: fc.maxSafeNat().map((entry) => Math.floor(entry / 256 ** (level + 1))),
        width: fc.integer({ min: 1, max: 256 }),
      }),
    );
    fc.assert(fc.property(place, (where) => isTilePath(tilePath(where)) && isTilePath(bundlePath(where))));
  });

  test.each([
    '',
    'checkpoint',
    'tile',
    'tile/0',
    'tile/0/',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000',
    'tile/0/x00/000',
    'tile/0/001/000',
    'tile/0/X001/000',
    'tile/0/x001/x001/x001/x001/x001/000',
    'tile/6/000',
    'tile/00/000',
    'tile/-1/000',
    'tile/8/0/000',
    'tile/data/000',
    'tile/0/000.p',
    'tile/0/000.p/',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/1/',
    'tile/0/000.p/1.p/1',
    'tile/0/000/.p/1',
    'tile/0/000\n',
    ' tile/0/000',
    '/tile/0/000',
    'tile//0/000',
    'tile/0/../0/000',
    'tile/0/000/../../../batches/000',
    '../batches/0000000000000000',
    'tile/entries/../../../batches/000',
    'tile/0/%2e%2e/000',
    'tile/0/000?versionId=1',
    'tile/0/٠٠٠',
    'tile\\0\\000',
    'TILE/0/000',
    'log/public/tile/0/000',
  ])('is not %j', (path) => expect(isTilePath(path)).toBe(false));
});
