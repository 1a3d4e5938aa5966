import { describe, expect, test } from 'vitest';
import { isSha256, isUploadId, type SystemId } from '../../../core/contract/ids.ts';
import type { UploadRecord } from '../../../core/contract/records.ts';
import type { UploadChange } from '../../../core/contract/transferPorts.ts';
import { type SealPorts, seal } from '../../../core/walk/seal.ts';

const uploadId = `upl_${'a'.repeat(32)}`;
const declared = 'a'.repeat(64);
const other = 'b'.repeat(64);
if (!isUploadId(uploadId) || !isSha256(declared) || !isSha256(other)) throw new TypeError('not ids');
const id = uploadId;

const upload: UploadRecord = {
  v: 1,
  uploadId,
  system: 'he-thong' as SystemId,
  what: 'attachment',
  sha256: declared,
  bytes: 100,
  state: 'sealing',
  key: 'uploads/x/y',
  multipart: 'm',
  createdAt: 0,
  expiresAt: 1,
  etags: ['"1"'],
};

/** Ports that hold one upload and say what was done. */
function world(
  found: UploadRecord | undefined,
  actual: Awaited<ReturnType<SealPorts['objects']['digest']>>,
  moves = true,
) {
  const done: string[] = [];
  const changes: UploadChange[] = [];
  const ports: SealPorts = {
    uploads: {
      find: async () => found,
      move: async (_, change) => {
        changes.push(change);
        return moves;
      },
      leave: async () => void done.push('leave'),
    },
    objects: {
      join: async () => void done.push('join'),
      digest: async () => actual,
      remove: async () => void done.push('remove'),
    },
  };
  return { ports, done, changes };
}

describe('an upload that was sent in parts', () => {
  test('is sealed when the whole is what was declared', async () => {
    const { ports, done, changes } = world(upload, { bytes: 100, sha256: declared });
    expect(await seal(id, ports)).toBe('sealed');
    expect(changes).toEqual([{ to: 'sealed' }]);
    expect(done).toEqual(['join', 'leave']);
  });

  test.each([
    ['other bytes', { bytes: 100, sha256: other }, `it has SHA-256 ${other}, not the one declared`],
    ['another length', { bytes: 99, sha256: declared }, 'it has 99 bytes, not 100 as declared'],
    ['no bytes at all', undefined, 'its parts are gone'],
  ] as const)('with %s fails, says why, and is removed', async (_, actual, reason) => {
    const { ports, done, changes } = world(upload, actual);
    expect(await seal(id, ports)).toBe('failed');
    expect(changes).toEqual([{ to: 'failed', reason }]);
    expect(done).toEqual(['join', 'remove', 'leave']);
  });
});

test('a message that comes twice, late, or for an upload that is gone does nothing', async () => {
  const { multipart: _, ...single } = upload;
  for (const found of [
    undefined,
    { ...upload, state: 'sealed' as const },
    { ...upload, state: 'open' as const },
    single,
  ]) {
    const { ports, done } = world(found, undefined);
    expect(await seal(id, ports)).toBe('none');
    expect(done).toEqual([]);
  }
});

test('whoever loses the race to another worker removes nothing', async () => {
  const { ports, done } = world(upload, { bytes: 100, sha256: other }, false);
  expect(await seal(id, ports)).toBe('none');
  expect(done).toEqual(['join']);
});
