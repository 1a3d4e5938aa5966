import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ObjectOrphanage } from '../../../adapters/aws/orphanage.ts';
import { ADMINISTRATOR, startTestCloud, type TestCloud } from '../../local/cloud/testCloud.ts';

let town: TestCloud;
beforeAll(async () => {
  town = await startTestCloud();
});
afterAll(() => town?.stop());

const DAY = 86_400_000;

test('an object under Object Lock stays until its lock ends, and then goes for good', async () => {
  await town.cloud.admin.createBucket({
    BucketName: 'locked',
    VersioningConfiguration: { Status: 'Enabled' },
    ObjectLockEnabled: true,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2 } },
    },
  });
  const { s3 } = town.clients(ADMINISTRATOR);
  await s3.send(new PutObjectCommand({ Bucket: 'locked', Key: 'dispatches/x/y', Body: 'x' }));
  const orphanage = new ObjectOrphanage(s3, 'locked');
  const [seen] = (await orphanage.list(undefined)).objects;
  if (!seen) throw new Error('the object is not listed');
  expect(await orphanage.remove(seen)).toBe(false);
  expect((await orphanage.list(undefined)).objects).toEqual([seen]);
  town.clock.advance(3 * DAY);
  const later = new ObjectOrphanage(town.clients(ADMINISTRATOR).s3, 'locked');
  expect(await later.remove(seen)).toBe(true);
  expect((await later.list(undefined)).objects).toEqual([]);
});
