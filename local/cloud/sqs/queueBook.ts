import { join } from 'node:path';
import { z } from 'zod';
import { openNamedRecords } from '../disk/namedRecords.ts';
import { ServiceError } from '../gate/serviceError.ts';
import type { QueueEmulator } from './queueEmulator.ts';
import { type QueuePlace, queueArn } from './sqsOperation.ts';

const recordSchema = z.object({
  attributes: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
});
type QueueRecord = z.infer<typeof recordSchema>;

/** fauxqs knows one account only. */
const EMULATED_ACCOUNT = '000000000000';
const DEFAULT_RETENTION_SECONDS = 345_600;
const QUEUES_AT_MOST = 10_000;

/**
 * The queues that exist, on disk, so that a restart finds them (empty: messages live in memory and are hints that the
 * watchman gives again). Translates between the account of the axis and the one account that fauxqs knows.
 */
export interface QueueBook {
  /** Creates or confirms a queue; throws `ServiceError` `QueueAlreadyExists` if it exists with other attributes. */
  create(queueName: string, record: QueueRecord): Promise<void>;
  has(queueName: string): boolean;
  /** Merges attributes into an existing queue. */
  setAttributes(queueName: string, attributes: Record<string, string>): Promise<void>;
  setTags(queueName: string, tags: Record<string, string>): Promise<void>;
  remove(queueName: string): Promise<void>;
  names(): string[];
  retentionMs(queueName: string): number;
  /** The queue's URL inside fauxqs. */
  innerUrl(queueName: string): string;
}

/** Opens the book kept in `dir` and makes its queues anew in the emulator. */
export async function openQueueBook(dir: string, emulator: QueueEmulator, place: QueuePlace): Promise<QueueBook> {
  const records = openNamedRecords(join(dir, 'queues.json'), recordSchema);
  const innerUrl = (queueName: string) => `http://127.0.0.1/${EMULATED_ACCOUNT}/${queueName}`;
  const inner = (attributes: Record<string, string>) => {
    const { RedrivePolicy, ...rest } = attributes;
    const outerArn = `:${place.account}:`;
    return RedrivePolicy ? { ...rest, RedrivePolicy: RedrivePolicy.replace(outerArn, `:${EMULATED_ACCOUNT}:`) } : rest;
  };
  const make = (queueName: string, { attributes, tags }: QueueRecord) =>
    emulator.run('CreateQueue', { QueueName: queueName, Attributes: inner(attributes), tags });
  for (const [queueName, record] of records.entries()) await make(queueName, record);

  const book: QueueBook = {
    innerUrl,
    has: (queueName) => records.get(queueName) !== undefined,
    names: () => Array.from(records.entries(), ([name]) => name),
    async create(queueName, record) {
      if (book.names().length >= QUEUES_AT_MOST) throw new ServiceError('OverLimit', 403, 'Too many queues.');
      refuseUnknownDeadLetter(book, place, record.attributes);
      await make(queueName, record);
      if (!book.has(queueName)) records.set(queueName, record);
    },
    async setAttributes(queueName, attributes) {
      refuseUnknownDeadLetter(book, place, attributes);
      await emulator.run('SetQueueAttributes', { QueueUrl: innerUrl(queueName), Attributes: inner(attributes) });
      const present = records.get(queueName) ?? { attributes: {}, tags: {} };
      records.set(queueName, { ...present, attributes: { ...present.attributes, ...attributes } });
    },
    async setTags(queueName, tags) {
      const present = records.get(queueName) ?? { attributes: {}, tags: {} };
      records.set(queueName, { ...present, tags });
    },
    async remove(queueName) {
      await emulator.run('DeleteQueue', { QueueUrl: innerUrl(queueName) });
      records.delete(queueName);
    },
    retentionMs(queueName) {
      const seconds = Number(records.get(queueName)?.attributes.MessageRetentionPeriod ?? DEFAULT_RETENTION_SECONDS);
      return seconds * 1_000;
    },
  };
  return book;
}

/** Translates the account in text that fauxqs wrote (ARNs, redrive policies). */
export function outerText(text: string, place: QueuePlace): string {
  return text.replaceAll(`:${EMULATED_ACCOUNT}:`, `:${place.account}:`);
}

function deadLetterArn(attributes: Record<string, string>): string | undefined {
  try {
    return z.object({ deadLetterTargetArn: z.string() }).parse(JSON.parse(attributes.RedrivePolicy ?? ''))
      .deadLetterTargetArn;
  } catch {
    return undefined;
  }
}

function refuseUnknownDeadLetter(book: QueueBook, place: QueuePlace, attributes: Record<string, string>): void {
  if (!attributes.RedrivePolicy) return;
  const arn = deadLetterArn(attributes);
  const target = book.names().find((name) => queueArn(place, name) === arn);
  if (target === undefined) {
    throw new ServiceError(
      'InvalidParameterValue',
      400,
      'Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.',
    );
  }
}
