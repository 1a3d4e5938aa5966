import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '../contract/principal.ts';
import type { AxisClock } from './axisClock.ts';
import { FunctionError } from './functionError.ts';
import type { LambdaFunction } from './lambdaFunction.ts';
import { settleWithin } from './settleWithin.ts';

/** An SQS event source mapping, read from its template. */
export interface QueueMapping {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly function: LambdaFunction;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Most batches at once. */
  readonly concurrency: number;
  /** Whether the function reports the messages that failed (`ReportBatchItemFailures`). */
  readonly partial: boolean;
}

/** What a poller needs from its surroundings. */
export interface PollerSetting {
  readonly clock: AxisClock;
  readonly endpoint: string;
  readonly region: string;
  /** The function role's own: its calls are judged and counted like those of the function. */
  readonly credentials: Credentials;
  /** The longest wait of one call; 20 if absent, the most that SQS allows. */
  readonly waitSeconds?: number;
  warn(line: string): void;
}

/** SQS hands out at most ten messages a call. */
const receiveLimit = 10;
/** After a call that failed, in real milliseconds. */
const pauseMs = 500;

/**
 * Polls one queue and invokes one function with what comes, as Lambda's event source mapping does: what the function did not fail is
 * deleted, the rest comes back when its visibility timeout ends, and the queue's redrive policy sets aside what failed too often.
 * @see AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"
 */
export class QueuePoller {
  readonly #mapping: QueueMapping;
  readonly #setting: PollerSetting;
  readonly #client: SQSClient;
  readonly #abort = new AbortController();
  readonly #batches = new Set<Promise<void>>();
  readonly #loop: Promise<void>;

  constructor(mapping: QueueMapping, setting: PollerSetting) {
    this.#mapping = mapping;
    this.#setting = setting;
    this.#client = new SQSClient({
      endpoint: setting.endpoint,
      region: setting.region,
      credentials: setting.credentials,
      useQueueUrlAsEndpoint: false,
      maxAttempts: 1,
    });
    this.#loop = this.#poll();
  }

  /** Stops polling and waits up to `graceMs` for the running batches. */
  async stop(graceMs: number): Promise<void> {
    this.#abort.abort();
    await this.#loop;
    await settleWithin(graceMs, this.#batches);
    this.#client.destroy();
  }

  async #poll(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      if (this.#batches.size >= this.#mapping.concurrency) {
        await Promise.race(this.#batches);
        continue;
      }
      const messages = await this.#collect();
      if (messages.length === 0) continue;
      const batch = this.#deliver(messages).finally(() => this.#batches.delete(batch));
      this.#batches.add(batch);
    }
  }

  /** One batch: up to the batch size, or what came before the window ended. */
  async #collect(): Promise<Message[]> {
    const batch: Message[] = [];
    const { batchSize, windowMs } = this.#mapping;
    let windowEnd: number | undefined;
    do {
      const longest = this.#setting.waitSeconds ?? 20;
      const left = windowEnd === undefined ? longest : (windowEnd - performance.now()) / 1000;
      const waitSeconds = Math.min(longest, Math.max(0, Math.ceil(left)));
      const messages = await this.#receive(Math.min(receiveLimit, batchSize - batch.length), waitSeconds);
      if (messages === undefined) break;
      batch.push(...messages);
      if (batch.length > 0) windowEnd ??= performance.now() + windowMs;
    } while (
      windowEnd !== undefined &&
      batch.length < batchSize &&
      performance.now() < windowEnd &&
      !this.#abort.signal.aborted
    );
    return batch;
  }

  async #receive(max: number, waitSeconds: number): Promise<Message[] | undefined> {
    try {
      const answer = await this.#send(
        new ReceiveMessageCommand({
          QueueUrl: this.#mapping.queueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
        { abortSignal: this.#abort.signal },
      );
      return answer.Messages ?? [];
    } catch (error) {
      if (this.#abort.signal.aborted) return undefined;
      this.#setting.warn(`polling ${this.#mapping.queueArn}: ${String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      return undefined;
    }
  }

  async #deliver(messages: readonly Message[]): Promise<void> {
    const failed = await this.#invoke(messages);
    const done = messages.filter((message) => !failed.has(message.MessageId ?? ''));
    for (let from = 0; from < done.length; from += receiveLimit) {
      const entries = done
        .slice(from, from + receiveLimit)
        .map((message, index) => ({ Id: `m${index}`, ReceiptHandle: message.ReceiptHandle }));
      try {
        await this.#send(new DeleteMessageBatchCommand({ QueueUrl: this.#mapping.queueUrl, Entries: entries }));
      } catch (error) {
        // the messages come again: at least once, as on AWS
        this.#setting.warn(`deleting from ${this.#mapping.queueArn}: ${String(error)}`);
      }
    }
  }

  /** Ids of the messages that are to come again. */
  async #invoke(messages: readonly Message[]): Promise<ReadonlySet<string>> {
    const all = new Set(messages.map((message) => message.MessageId ?? ''));
    try {
      const result = await this.#mapping.function.invoke({
        Records: messages.map((message) => queueRecord(message, this.#mapping.queueArn)),
      });
      return this.#mapping.partial ? failedIds(result, all) : new Set();
    } catch (error) {
      if (error instanceof FunctionError) return all;
      this.#setting.warn(`invoking for ${this.#mapping.queueArn}: ${String(error)}`);
      return all;
    }
  }

  /** Signs with axis time: the gate compares the signature's date with the axis clock. */
  get #send(): SQSClient['send'] {
    this.#client.config.systemClockOffset = this.#setting.clock.offset;
    return this.#client.send.bind(this.#client);
  }
}

/** One record of the event that a function gets. @see AWS Lambda Developer Guide, "Example Amazon SQS message event" */
export function queueRecord(message: Message, queueArn: string): Record<string, unknown> {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => {
    const binary = value.BinaryValue === undefined ? undefined : Buffer.from(value.BinaryValue).toString('base64');
    const values = {
      ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
      ...(binary === undefined ? {} : { binaryValue: binary }),
    };
    return [name, { ...values, stringListValues: [], binaryListValues: [], dataType: value.DataType }] as const;
  });
  const attributesDigest = message.MD5OfMessageAttributes;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    ...(attributesDigest === undefined ? {} : { md5OfMessageAttributes: attributesDigest }),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}

/**
 * Which messages a function reported as failed. An empty report means success; an unknown or empty id, or a report of another shape,
 * fails the whole batch (Developer Guide, "Success and failure conditions").
 */
export function failedIds(result: unknown, all: ReadonlySet<string>): ReadonlySet<string> {
  if (result === null || result === undefined) return new Set();
  const failures = typeof result === 'object' && 'batchItemFailures' in result ? result.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = failure?.itemIdentifier;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
