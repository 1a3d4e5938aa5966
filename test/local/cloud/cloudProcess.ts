/*
 * A cloud in a process of its own, for tests that kill it: prints its endpoints and credentials as one line of JSON.
 * Usage: node cloudProcess.ts <folder>
 */
import { startCloud } from '../../../local/cloud/startCloud.ts';
import { ACCOUNT, ADMINISTRATOR, createTestClock, REGION } from './testCloud.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('usage: node cloudProcess.ts <folder>');
const cloud = await startCloud({ dir, clock: createTestClock(), region: REGION, account: ACCOUNT });
const { admin } = cloud;
await admin.createTable({
  TableName: 'kept',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
});
await admin.createBucket({ BucketName: 'kept', VersioningConfiguration: { Status: 'Enabled' } });
await admin.createKey('0f8fad5b-d9cb-469f-a165-70867728950e', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
await admin.createAlias('alias/receipts', '0f8fad5b-d9cb-469f-a165-70867728950e');
console.log(JSON.stringify({ endpoints: cloud.endpoints, credentials: cloud.issue(ADMINISTRATOR) }));
