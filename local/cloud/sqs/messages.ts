import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { ServiceError } from '../gate/serviceError.ts';
import type { QueueBook } from './queueBook.ts';
import type { QueueEmulator } from './queueEmulator.ts';
import type { ReceiptHandles } from './receiptHandle.ts';

const messageSchema = z.looseObject({
  ReceiptHandle: z.string(),
  Attributes: z.record(z.string(), z.string()).optional(),
  MessageAttributes: z.unknown().optional(),
  MD5OfMessageAttributes: z.unknown().optional(),
});
type Message = z.infer<typeof messageSchema>;
const entrySchema = z.looseObject({ Id: z.string(), ReceiptHandle: z.string() });
const namesSchema = z.array(z.string()).catch([]);

/** What the work on messages needs. */
export interface MessageWork {
  readonly emulator: QueueEmulator;
  readonly book: QueueBook;
  readonly handles: ReceiptHandles;
  readonly clock: Clock;
}

/**
 * Receives as SQS does where fauxqs does not: messages past their retention vanish, attributes come only if asked for, and
 * messages for a caller that hung up meanwhile become visible at once.
 */
export async function receiveMessages(
  work: MessageWork,
  queueName: string,
  { input, signal }: { input: Record<string, unknown>; signal: AbortSignal },
): Promise<Record<string, unknown>> {
  const asked = {
    system: [...namesSchema.parse(input.AttributeNames), ...namesSchema.parse(input.MessageSystemAttributeNames)],
    attributes: namesSchema.parse(input.MessageAttributeNames),
  };
  const startedAt = performance.now();
  let rest = input;
  for (;;) {
    const fresh = await receiveFresh(work, queueName, rest);
    if (signal.aborted) {
      await giveBack(work, queueName, fresh.messages);
      return {};
    }
    const messages = fresh.messages.map((message) => outgoing(work, queueName, { message, asked }));
    if (messages.length > 0) return { Messages: messages };
    if (fresh.dropped === 0) return {};
    const waited = (performance.now() - startedAt) / 1_000;
    const wait = typeof input.WaitTimeSeconds === 'number' ? input.WaitTimeSeconds : 0;
    rest = { ...input, WaitTimeSeconds: Math.max(0, Math.floor(wait - waited)) };
  }
}

async function receiveFresh(
  { emulator, book, clock }: MessageWork,
  queueName: string,
  input: Record<string, unknown>,
): Promise<{ messages: Message[]; dropped: number }> {
  const QueueUrl = book.innerUrl(queueName);
  const output = await emulator.run('ReceiveMessage', {
    ...input,
    QueueUrl,
    AttributeNames: undefined,
    MessageSystemAttributeNames: ['All'],
  });
  const received = z.array(messageSchema).parse(output.Messages ?? []);
  const oldest = clock.now() - book.retentionMs(queueName);
  const expired = received.filter(({ Attributes }) => Number(Attributes?.SentTimestamp) < oldest);
  for (const { ReceiptHandle } of expired) await emulator.run('DeleteMessage', { QueueUrl, ReceiptHandle });
  return { messages: received.filter((message) => !expired.includes(message)), dropped: expired.length };
}

async function giveBack({ emulator, book }: MessageWork, queueName: string, messages: Message[]): Promise<void> {
  const QueueUrl = book.innerUrl(queueName);
  for (const { ReceiptHandle } of messages) {
    await emulator.run('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  }
}

function outgoing(
  { handles }: MessageWork,
  queueName: string,
  { message, asked }: { message: Message; asked: { system: string[]; attributes: string[] } },
): Record<string, unknown> {
  const { Attributes = {}, MessageAttributes, MD5OfMessageAttributes, ...rest } = message;
  const wanted = Object.entries(Attributes).filter(
    ([name]) => asked.system.includes('All') || asked.system.includes(name),
  );
  return {
    ...rest,
    ReceiptHandle: handles.seal(queueName, message.ReceiptHandle),
    ...(wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {}),
    ...(asked.attributes.length > 0 && MessageAttributes ? { MessageAttributes, MD5OfMessageAttributes } : {}),
  };
}

/** DeleteMessage and ChangeMessageVisibility: a handle that this queue never gave out is refused. */
export async function handleOne(
  { emulator, book, handles }: MessageWork,
  queueName: string,
  { operation, input }: { operation: string; input: Record<string, unknown> },
): Promise<Record<string, unknown>> {
  const ReceiptHandle = handles.open(queueName, String(input.ReceiptHandle));
  if (ReceiptHandle === undefined) throw invalidHandle();
  return emulator.run(operation, { ...input, QueueUrl: book.innerUrl(queueName), ReceiptHandle });
}

/** Their batches: entries with such a handle fail alone. */
export async function handleBatch(
  { emulator, book, handles }: MessageWork,
  queueName: string,
  { operation, input }: { operation: string; input: Record<string, unknown> },
): Promise<Record<string, unknown>> {
  const entries = z.array(entrySchema).safeParse(input.Entries);
  const QueueUrl = book.innerUrl(queueName);
  if (!entries.success) return emulator.run(operation, { ...input, QueueUrl });
  const opened = entries.data.map((entry) => ({ entry, inner: handles.open(queueName, entry.ReceiptHandle) }));
  const invalid = opened.filter(({ inner }) => inner === undefined);
  // Checks of the whole batch (count, distinct ids) come first, so an all-invalid batch still has to pass them there.
  const Entries = opened.map(({ entry, inner }) => ({ ...entry, ReceiptHandle: inner ?? 'not-in-flight' }));
  const output = await emulator.run(operation, { ...input, QueueUrl, Entries });
  if (invalid.length === 0) return output;
  const ids = new Set(invalid.map(({ entry }) => entry.Id));
  const others = (list: unknown) =>
    z
      .array(z.looseObject({ Id: z.string() }))
      .catch([])
      .parse(list)
      .filter(({ Id }) => !ids.has(Id));
  const { code, message } = invalidHandle();
  const refused = Array.from(ids, (Id) => ({ Id, SenderFault: true, Code: code, Message: message }));
  return { Successful: others(output.Successful), Failed: [...others(output.Failed), ...refused] };
}

function invalidHandle(): ServiceError {
  return new ServiceError('ReceiptHandleIsInvalid', 400, 'The input receipt handle is invalid.');
}
