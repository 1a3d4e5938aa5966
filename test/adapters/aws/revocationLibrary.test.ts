import { expect, test } from 'vitest';
import { CachedRevocationLibrary } from '../../../adapters/aws/revocationShelf.ts';
import { sha256Of } from '../../../core/contract/derivedIds.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { RevocationRecord } from '../../../core/contract/revocation.ts';

const recordOf = (...news: readonly string[]): RevocationRecord => ({
  ...{ v: 1, at: 0, trust: 1, lookedAt: 0, leftOut: 0 },
  sources: news.map((text) => ({
    kind: 'crl',
    address: `http://a/${text}`,
    issuer: 'CA',
    held: { sha256: sha256Of(Buffer.from(text)), bytes: 1, thisUpdate: 0, nextUpdate: 0, fetchedAt: 0 },
  })),
});

function shelf(record: RevocationRecord | undefined) {
  const state = { now: 0, record, calls: [] as string[], broken: false };
  const library = new CachedRevocationLibrary({
    clock: { now: () => state.now },
    index: {
      current: async () => {
        state.calls.push('index');
        if (state.broken) throw new Error('throttled');
        return state.record;
      },
    },
    objects: {
      read: async (sha256) => {
        const text = ['one', 'two'].find((one) => sha256Of(Buffer.from(one)) === sha256);
        state.calls.push(text ?? 'none');
        return text === undefined ? undefined : Buffer.from(text);
      },
    },
  });
  return { state, library };
}

const LATER = LIMITS.registryCacheSeconds * 1000;

test('a warm instance calls nobody, also where nothing is held', async () => {
  for (const record of [undefined, recordOf('one')]) {
    const { state, library } = shelf(record);
    await Promise.all([library.current(), library.current()]);
    const first = state.calls.length;
    state.now += LATER - 1;
    await library.current();
    expect(state.calls.length).toBe(first);
  }
});

test('an object is read once, and only a new digest is read again; one that is gone tells nothing', async () => {
  const { state, library } = shelf(recordOf('one'));
  const [before] = (await library.current()).objects.values();
  state.now += LATER;
  state.record = recordOf('one', 'two', 'lost');
  const { objects } = await library.current();
  expect(state.calls).toEqual(['index', 'one', 'index', 'two', 'none']);
  expect([...objects.values()].map(String)).toEqual(['one', 'two']);
  expect([...objects.values()][0]).toBe(before);
});

test('what failed is not believed: the next one asks again', async () => {
  const { state, library } = shelf(recordOf('one'));
  state.broken = true;
  await expect(library.current()).rejects.toThrow('throttled');
  state.broken = false;
  expect((await library.current()).objects.size).toBe(1);
});
