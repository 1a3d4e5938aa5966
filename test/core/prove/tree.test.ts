import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_ROOT,
  grow,
  inclusionPath,
  leafHashOf,
  type Peaks,
  type ReadHash,
  rootByPath,
  rootOf,
  rootOver,
} from '../../../core/prove/tree.ts';
import { entriesTo, plainPath, plainRoot } from './plainTree.ts';

const fromHex = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Entries, roots by size and paths that implementations of Certificate Transparency (RFC 6962) test themselves with. */
const KNOWN = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const PATHS: readonly (readonly [index: number, size: number, path: readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];

const leavesOf = (entries: readonly Buffer[]): readonly Buffer[] => entries.map(leafHashOf);

/** Reads perfect trees out of a list of leaves, and only those that lie in it whole. */
function readerOf(leaves: readonly Buffer[]): ReadHash {
  const known = new Map<string, Buffer>();
  return async (height, index) => {
    const [from, to] = [index * 2 ** height, (index + 1) * 2 ** height];
    if (!Number.isInteger(from) || to > leaves.length) throw new RangeError(`${height}, ${index} is not in the log`);
    const key = `${height}/${index}`;
    const hash = known.get(key) ?? rootOver(leaves.slice(from, to));
    known.set(key, hash);
    return hash;
  };
}

const LEAVES = leavesOf(entriesTo(300));
const MANY_SIZES = [...Array.from({ length: 70 }, (_, at) => at + 1), 127, 128, 129, 255, 256, 257, 300];

describe('known answers', () => {
  test.each(ROOTS.map((root, size) => [size, root] as const))('the root of %i entries', (size, root) => {
    const leaves = leavesOf(KNOWN.slice(0, size).map(fromHex));
    expect(rootOf(grow(0, [], leaves)).toString('hex')).toBe(root);
  });

  test('the empty root is the hash of nothing', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(ROOTS[0]);
  });

  test.each(PATHS)('the path of entry %i of %i', async (index, size, path) => {
    const leaves = leavesOf(KNOWN.slice(0, size).map(fromHex));
    const found = await inclusionPath({ index, size }, readerOf(leaves));
    expect(found.map((hash) => hash.toString('hex'))).toEqual(path);
    expect(rootByPath({ index, size }, leaves[index]!, found)?.toString('hex')).toBe(ROOTS[size]);
  });
});

describe('a tree that grows', () => {
  test('has at every size the root that its definition gives, and a peak for each bit of its size', () => {
    let peaks: Peaks = [];
    for (let size = 0; size <= LEAVES.length; size++) {
      expect(rootOf(peaks).equals(plainRoot(entriesTo(size))), `root of ${size}`).toBe(true);
      expect(peaks.length).toBe(size.toString(2).replaceAll('0', '').length);
      peaks = grow(size, peaks, LEAVES.slice(size, size + 1));
    }
  });

  test('does not depend on the batches that it grew in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 20 }), (batches) => {
        let [size, peaks]: [number, Peaks] = [0, []];
        for (const batch of batches) {
          const leaves = LEAVES.slice(size, size + batch);
          peaks = grow(size, peaks, leaves);
          size += leaves.length;
        }
        expect(peaks).toEqual(grow(0, [], LEAVES.slice(0, size)));
      }),
    );
  });

  test('leaves the peaks alone that it grew from', () => {
    const peaks = grow(0, [], LEAVES.slice(0, 7));
    const before = [...peaks];
    grow(7, peaks, LEAVES.slice(7, 8));
    expect(peaks).toEqual(before);
  });
});

describe('a path of inclusion', () => {
  test('leads from every entry of every size to the root', async () => {
    for (const size of MANY_SIZES) {
      const leaves = LEAVES.slice(0, size);
      const [root, read] = [rootOver(leaves), readerOf(leaves)];
      for (const [index, leaf] of leaves.entries()) {
        const path = await inclusionPath({ index, size }, read);
        expect(rootByPath({ index, size }, leaf, path)?.equals(root), `${index} of ${size}`).toBe(true);
      }
    }
  });

  test('is the one that its definition gives', async () => {
    for (const size of [1, 2, 3, 6, 7, 8, 13, 33]) {
      const entries = entriesTo(size);
      for (let index = 0; index < size; index++)
        expect(await inclusionPath({ index, size }, readerOf(leavesOf(entries)))).toEqual(plainPath(index, entries));
    }
  });

  test('leads elsewhere once a single bit of it or of the leaf is another', async () => {
    const place = fc.integer({ min: 2, max: 300 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        index: fc.nat(size - 1),
        bit: fc.nat(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(place, async ({ size, index, bit }) => {
        const leaves = LEAVES.slice(0, size);
        const path = await inclusionPath({ index, size }, readerOf(leaves));
        const bytes = Buffer.concat([leaves[index]!, ...path]);
        const at = bit % (bytes.length * 8);
        bytes.writeUInt8(bytes.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
        const [leaf = EMPTY_ROOT, ...others] = Array.from({ length: bytes.length / 32 }, (_, hash) =>
          bytes.subarray(hash * 32, hash * 32 + 32),
        );
        expect(rootByPath({ index, size }, leaf, others)?.equals(rootOver(leaves))).toBe(false);
      }),
    );
  });

  test('proves no other place in a log of this size', async () => {
    for (const size of [2, 3, 5, 8, 21, 32, 33]) {
      const leaves = LEAVES.slice(0, size);
      const root = rootOver(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const path = await inclusionPath({ index, size }, readerOf(leaves));
        for (let other = 0; other < size; other++)
          expect(rootByPath({ index: other, size }, leaf, path)?.equals(root) ?? false).toBe(other === index);
      }
    }
  });

  test('leads nowhere in a log of another size, unless a path there is as long', async () => {
    const lengthOf = (index: number, size: number): number => plainPath(index, entriesTo(size)).length;
    for (const size of [1, 2, 3, 5, 8, 13]) {
      for (let index = 0; index < size; index++) {
        const path = await inclusionPath({ index, size }, readerOf(LEAVES.slice(0, size)));
        for (let other = index + 1; other <= 20; other++) {
          const root = rootByPath({ index, size: other }, LEAVES[index]!, path);
          expect(root !== undefined, `${index} of ${size} as of ${other}`).toBe(lengthOf(index, other) === path.length);
        }
      }
    }
  });

  test('is refused with a hash more or less', async () => {
    for (const [index, size] of [
      [0, 1],
      [4, 5],
      [2, 7],
      [299, 300],
    ] as const) {
      const path = await inclusionPath({ index, size }, readerOf(LEAVES.slice(0, size)));
      const leaf = LEAVES[index]!;
      expect(rootByPath({ index, size }, leaf, [...path, leaf])).toBeUndefined();
      if (path.length > 0) expect(rootByPath({ index, size }, leaf, path.slice(0, -1))).toBeUndefined();
    }
  });

  test.each([
    [0, 0],
    [1, 1],
    [-1, 1],
    [0.5, 1],
    [0, 1.5],
    [Number.NaN, 1],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
    [0, 2 ** 53],
  ])('of entry %d of %d is none', (index, size) => {
    expect(rootByPath({ index, size }, LEAVES[0]!, [])).toBeUndefined();
  });
});
