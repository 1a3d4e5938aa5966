import type { S3Client } from '@aws-sdk/client-s3';
import { beforeAll, expect, test, vi } from 'vitest';
import { s3Client } from '../../../adapters/aws/clients.ts';
import { S3LogObjects } from '../../../adapters/aws/logObjects.ts';
import { ObjectStore } from '../../../adapters/aws/objectStore.ts';
import { S3RevocationObjects } from '../../../adapters/aws/revocationShelf.ts';
import { S3DirectoryObjects } from '../../../adapters/aws/s3DirectoryObjects.ts';
import { WitnessObject } from '../../../adapters/aws/witnessObject.ts';
import type { Sha256 } from '../../../core/contract/ids.ts';

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' as Sha256;
beforeAll(() => {
  for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'ap-southeast-1');
});

const clock = { now: () => 0 };
type Headers = Readonly<Record<string, string>>;

/** Headers of what an adapter puts, with the client as functions use it; nothing is sent. */
async function putsOf(act: (client: S3Client) => Promise<unknown>): Promise<readonly Headers[]> {
  const client = s3Client();
  const puts: Headers[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      const { method, headers } = args.request as { method: string; headers: Headers };
      if (method === 'PUT') puts.push(headers);
      throw Object.assign(new Error('not sent'), { $metadata: { httpStatusCode: 404 } });
    },
    { step: 'finalizeRequest', priority: 'low', name: 'record', override: true },
  );
  await act(client).catch(() => undefined);
  return puts;
}

test.each<[string, (client: S3Client) => Promise<unknown>]>([
  ['a message', (client) => new ObjectStore(client, 'b', clock).putOnce('k', Buffer.alloc(0), { sha256 })],
  ['news of revocation', (client) => new S3RevocationObjects(client, 'b').write(sha256, Buffer.alloc(0))],
  ['the directory', (client) => new S3DirectoryObjects(client, 'b').write('k', 'text')],
  ['the count of rounds', (client) => new WitnessObject(client, 'b').write(1)],
  [
    'a batch of the log',
    (client) => new S3LogObjects(client, 'b').stage({ v: 1, start: 0, items: [], certificates: {} }),
  ],
  ['a tile of the log', (client) => new S3LogObjects(client, 'b').writeTile('tile/0/000.p/1', Buffer.alloc(32))],
])('%s goes with its SHA-256 into the content bucket: one with a lock takes nothing without', async (_, act) => {
  const puts = await putsOf(act);
  expect(puts.length).toBeGreaterThan(0);
  for (const headers of puts) expect(headers['x-amz-checksum-sha256']).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});
