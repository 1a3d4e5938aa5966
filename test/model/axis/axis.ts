import { BatchWriteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeliveryTable } from '../../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../../adapters/aws/dispatchTable.ts';
import { MailboxTable } from '../../../adapters/aws/mailboxTable.ts';
import { MoveTable } from '../../../adapters/aws/moveTable.ts';
import { RelocationTable } from '../../../adapters/aws/relocationTable.ts';
import { RetentionTable } from '../../../adapters/aws/retentionTable.ts';
import { SubmissionTable } from '../../../adapters/aws/submissionTable.ts';
import { createDocumentReader } from '../../../adapters/xml/documentReader.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { FanOutMessage } from '../../../core/contract/ports.ts';
import { CONTENT_DAYS, RECORD_DAYS } from '../town/town.ts';
import { createDirectory, type ModelDirectory } from './directory.ts';
import type { Tables } from './tables.ts';
import { type Gate, gated } from './turnstile.ts';

type Place = Omit<Tables, 'stop'>;

/**
 * The axis that is judged: the steps of the walk over the real tables, with a clock that stands still until it is set.
 */
export interface ModelAxis {
  readonly directory: ModelDirectory;
  /** Fan-out messages that wait; who runs them, when and how often is the test's own choice. */
  readonly queue: FanOutMessage[];
  readonly objects: Map<string, Uint8Array>;
  now: number;
  /** Ids of dispatches, deliveries and other items that were written since the last time this was asked. */
  takeWritten(): ReadonlySet<string>;
  /** What one caller's step needs of the outside. Its leases carry the seal in their tokens. */
  ports(gate: Gate, seal: string, queue?: 'works' | 'fails'): ReturnType<typeof portsOf>;
  /** Leaves nothing behind for the next sequence. */
  clear(now: number): Promise<void>;
}

export function createAxis(place: Place): ModelAxis {
  const { dynamo, dispatches: table, takeWritten } = place;
  const reader = createDocumentReader({ bytes: LIMITS.messageBytes });
  const axis = {
    directory: createDirectory(),
    queue: [] as FanOutMessage[],
    objects: new Map<string, Uint8Array>(),
    now: 0,
    takeWritten,
    ports: (gate: Gate, seal: string, queue: 'works' | 'fails' = 'works') =>
      portsOf(place, axis, { reader, gate, seal, queue }),
    async clear(now: number) {
      axis.directory = createDirectory();
      axis.queue.length = 0;
      axis.objects.clear();
      axis.now = now;
      await empty(dynamo, table);
      takeWritten();
    },
  };
  return axis;
}

const days = { contentDays: CONTENT_DAYS, recordDays: RECORD_DAYS };
const RULES = { document: days, status: days };

interface Call {
  readonly reader: ReturnType<typeof createDocumentReader>;
  readonly gate: Gate;
  readonly seal: string;
  readonly queue: 'works' | 'fails';
}

/** Every port of every step: tables are real, the rest lies in memory. */
function portsOf({ dynamo, dispatches: table }: Place, axis: ModelAxis, { reader, gate, seal, queue }: Call) {
  const clock = { now: () => axis.now };
  const dispatches = new DispatchTable(dynamo, table);
  const troubles: string[] = [];
  const trouble = (what: string): void => void troubles.push(what);
  const bell = { ring: async () => {} };
  return {
    axis: 'model',
    clock,
    directory: axis.directory,
    rules: RULES,
    reader,
    troubles,
    trouble,
    setAside: () => {},
    random: () => seal.padEnd(21, '-'),
    dispatches: gated(dispatches, gate),
    deliveries: gated(new DeliveryTable(dynamo, table), gate),
    mailbox: gated(new MailboxTable(dynamo, table), gate),
    retention: gated(new RetentionTable(dynamo, table), gate),
    work: gated(inOneOrder(dispatches), gate),
    moving: {
      clock,
      directory: axis.directory,
      moves: new MoveTable(dynamo, table),
      deliveries: new RelocationTable(dynamo, table),
      bell,
      trouble,
    },
    submissions: new SubmissionTable(dynamo, table),
    bell,
    ...gatedShelf(axis, gate, queue),
    ...ABSENT,
  };
}

/**
 * In which order a round of the watchman takes what is overdue is nobody's promise: here dispatches before deliveries.
 */
function inOneOrder(work: Pick<DispatchTable, 'overdue'>) {
  return {
    async overdue(shard: number, now: number, limit: number) {
      if (shard !== 0) return [];
      const shards = Array.from({ length: LIMITS.shards }, (_, index) => work.overdue(index, now, limit));
      return (await Promise.all(shards)).flat().toSorted((a, b) => (a.id < b.id ? 1 : -1));
    },
  };
}

/** Bytes of dispatches, and the queue of work on them. */
function gatedShelf(axis: ModelAxis, gate: Gate, queue: Call['queue']) {
  const objects = {
    async putOnce(key: string, bytes: Uint8Array) {
      const there = axis.objects.get(key);
      if (there) return Buffer.compare(there, bytes) === 0 ? ('same' as const) : ('different' as const);
      axis.objects.set(key, bytes);
      return 'created' as const;
    },
    copyOnce: unused,
    link: async (key: string) => {
      if (!axis.objects.has(key)) throw new Error(`a link to ${key}, which is not there`);
      return `https://content.example/${key}`;
    },
  };
  const content = {
    async remove(id: string) {
      const keys = [...axis.objects.keys()].filter((key) => key.startsWith(`dispatches/${id}/`));
      for (const key of keys) axis.objects.delete(key);
      return keys.length;
    },
  };
  const fanOut = {
    async enqueue(messages: readonly FanOutMessage[]) {
      if (queue === 'fails') throw new Error('the queue is out of order');
      axis.queue.push(...messages);
    },
  };
  return { objects: gated(objects, gate), content: gated(content, gate), fanOut: gated(fanOut, gate) };
}

const unused = (): never => {
  throw new Error('not part of the model');
};

/**
 * What has a suite of its own and no say here: receipts say nothing, nobody signs, nobody is notified, nobody waits at
 * the bell.
 */
const ABSENT = {
  receipts: { sign: async () => ({ jws: 'e30.e30.x', thumbprint: 'none' as never, certificate: '' }) },
  receiptCertificates: { find: async () => '' },
  uploads: { findMany: async () => [] },
  uploadsBucket: 'none',
  trust: { current: async () => undefined },
  certificates: { judge: unused },
  detached: { read: unused, verify: unused },
  revocation: { current: unused },
  timeStamps: { judge: unused },
  webhooks: { find: async () => undefined },
  webhookQueue: { enqueue: unused },
  queues: { wait: unused, forget: unused },
  waitingRoom: { enter: unused },
  submissionQueue: { enqueue: unused },
  memory: { restoredAt: async () => undefined },
  search: { byCode: unused, byName: unused, childrenOf: unused, servedBy: unused },
};

const DELETES_AT_ONCE = 25;

async function empty(dynamo: DynamoDBClient, table: string): Promise<void> {
  for (;;) {
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: table, ProjectionExpression: 'id' }));
    if (Items.length === 0) return;
    for (let start = 0; start < Items.length; start += DELETES_AT_ONCE) {
      const requests = Items.slice(start, start + DELETES_AT_ONCE).map((Key) => ({ DeleteRequest: { Key } }));
      await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }
}
