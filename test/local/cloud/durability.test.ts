import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Cloud } from '../../../local/contract/cloud.ts';
import { type Clients, clientsOf, createTestClock } from './testCloud.ts';

const startedSchema = z.object({
  endpoints: z.object({
    dynamodb: z.string(),
    sqs: z.string(),
    s3: z.string(),
    kms: z.string(),
    sts: z.string(),
    logs: z.string(),
  }) satisfies z.ZodType<Cloud['endpoints']>,
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
});
let dir: string;
let child: ChildProcess | undefined;

async function start(): Promise<Clients> {
  const script = new URL('./cloudProcess.ts', import.meta.url).pathname;
  child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { endpoints, credentials } = startedSchema.parse(JSON.parse(String(line)));
  return clientsOf({ endpoints }, createTestClock(), credentials);
}

async function kill(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'docaxis-killed-'));
});
afterAll(async () => {
  await kill();
  rmSync(dir, { recursive: true, force: true });
});

describe('after kill -9 in the middle of writes', () => {
  it('everything that was answered is there: objects, items, queues, keys, credentials', async () => {
    const before = await start();
    const KeyId = 'alias/receipts';
    const { PublicKey } = await before.kms.send(new GetPublicKeyCommand({ KeyId }));
    const { QueueUrl } = await before.sqs.send(
      new CreateQueueCommand({ QueueName: 'made-at-run-time', Attributes: { VisibilityTimeout: '77' } }),
    );
    const answered = { objects: new Map<string, string>(), items: new Set<string>() };
    let isRunning = true;
    const write = async (worker: number) => {
      for (let count = 0; isRunning; count++) {
        const name = `${worker}-${count}`;
        const body = `${name} `.repeat(500);
        try {
          await before.s3.send(new PutObjectCommand({ Bucket: 'kept', Key: name, Body: body }));
          answered.objects.set(name, createHash('sha256').update(body).digest('hex'));
          await before.dynamodb.send(new PutItemCommand({ TableName: 'kept', Item: { pk: { S: name } } }));
          answered.items.add(name);
        } catch {
          // The kill came before the answer: this write promised nothing.
          return;
        }
      }
    };
    const writers = [0, 1, 2, 3].map(write);
    while (answered.items.size < 60) await new Promise((resolve) => setImmediate(resolve));
    await kill();
    isRunning = false;
    await Promise.all(writers);

    const after = await start();
    expect(after.credentials).toEqual(before.credentials);
    for (const [Key, digest] of answered.objects) {
      const object = await after.s3.send(new GetObjectCommand({ Bucket: 'kept', Key }));
      const bytes = (await object.Body?.transformToByteArray()) ?? Buffer.alloc(0);
      expect(createHash('sha256').update(bytes).digest('hex'), Key).toBe(digest);
    }
    const { Items } = await after.dynamodb.send(new ScanCommand({ TableName: 'kept' }));
    const found = new Set(Items?.map(({ pk }) => pk?.S));
    expect([...answered.items].filter((name) => !found.has(name))).toEqual([]);
    expect((await after.sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([QueueUrl]);
    await after.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'the queue works' }));
    expect((await after.kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey).toEqual(PublicKey);
    await kill();
  });

  it('secrets are readable by their owner only', () => {
    for (const name of ['secret', 'keys.json']) expect(statSync(join(dir, name)).mode & 0o077, name).toBe(0);
  });

  it('no half-written body stays', () => {
    const incoming = join(dir, 's3', 'incoming');
    expect(readdirSync(incoming)).toEqual([]);
  });
});
