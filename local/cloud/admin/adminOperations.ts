import type { AdminOperations } from '../../contract/adminOperations.ts';
import type { Clock } from '../../contract/clock.ts';
import { createTable } from '../dynamodb/createTable.ts';
import type { DynaliteStore } from '../dynamodb/dynaliteStore.ts';
import type { Expiry } from '../dynamodb/expiry.ts';
import { parseTableProperties } from '../dynamodb/tableProperties.ts';
import type { KeyStore } from '../kms/keyStore.ts';
import type { BucketCatalogue } from '../s3/bucketCatalogue.ts';
import { parseBucketProperties, parseLifecycleConfiguration } from '../s3/bucketProperties.ts';
import type { QueueBook } from '../sqs/queueBook.ts';
import { parseQueueProperties } from '../sqs/queueProperties.ts';
import { queueArn, queueUrl } from '../sqs/sqsOperation.ts';

/** Everything that resources can be created in. */
export interface AdminParts {
  readonly place: { account: string; region: string };
  readonly clock: Clock;
  readonly tables: DynaliteStore;
  readonly expiry: Expiry;
  readonly queues: QueueBook;
  readonly buckets: BucketCatalogue;
  readonly keys: KeyStore;
}

/** Creates resources as the account root; the gate is not asked. */
export function createAdminOperations(parts: AdminParts): AdminOperations {
  const { place, clock, tables, expiry, queues, buckets, keys } = parts;
  const keyPrefix = `arn:aws:kms:${place.region}:${place.account}:`;
  return {
    async createTable(properties) {
      const parsed = parseTableProperties(properties);
      const created = await createTable(tables, parsed, place);
      const ttl = parsed.TimeToLiveSpecification;
      expiry.configure(created.name, ttl?.Enabled ? ttl.AttributeName : undefined);
      return created;
    },
    async createQueue(properties) {
      const { queueName, attributes, tags } = parseQueueProperties(properties);
      if (queues.has(queueName)) await queues.setAttributes(queueName, attributes);
      else await queues.create(queueName, { attributes, tags });
      return { name: queueName, arn: queueArn(place, queueName), url: queueUrl(place, queueName) };
    },
    async createBucket(properties) {
      const { name, change } = parseBucketProperties(properties);
      buckets.create(name);
      buckets.change(name, { lifecycle: [], ...change });
      return { name, arn: `arn:aws:s3:::${name}` };
    },
    async createKey(keyId, properties) {
      keys.create(keyId, properties, clock.now());
      return { name: keyId, arn: `${keyPrefix}key/${keyId}` };
    },
    async createAlias(aliasName, keyId) {
      if (!aliasName.startsWith('alias/')) throw new Error(`an alias starts with alias/: ${aliasName}`);
      const plain = keyId.replace(/^arn:aws:kms:[^:]+:\d+:key\//, '');
      if (!keys.find(plain)) throw new Error(`the alias ${aliasName} names no key: ${keyId}`);
      keys.setAlias(aliasName, plain);
      return { name: aliasName, arn: `${keyPrefix}${aliasName}` };
    },
    async setBucketPolicy(bucketName, policyDocument) {
      buckets.change(bucketName, { policyDocument });
    },
    async setLifecycle(bucketName, lifecycleConfiguration) {
      buckets.change(bucketName, { lifecycle: parseLifecycleConfiguration(lifecycleConfiguration) });
    },
    async list() {
      return {
        tables: await allTableNames(tables),
        queues: queues.names(),
        buckets: buckets.list().map(({ name }) => name),
        keys: keys.keyIds(),
        aliases: keys.aliases(),
      };
    },
  };
}

async function allTableNames(tables: DynaliteStore): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const last = names.at(-1);
    const page = await tables.run('ListTables', last === undefined ? {} : { ExclusiveStartTableName: last });
    const found = Array.isArray(page.TableNames) ? page.TableNames.map(String) : [];
    names.push(...found);
    if (page.LastEvaluatedTableName === undefined || found.length === 0) return names;
  }
}
