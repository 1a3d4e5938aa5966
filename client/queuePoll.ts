import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod/mini';
import type { AnswerOf } from '../core/contract/answers.ts';
import { isDeliveryId } from '../core/contract/ids.ts';
import { isLoopback } from './axisUrl.ts';
import { readBounded } from './boundedBody.ts';

/** Messages that SQS hands over at once (API reference, ReceiveMessage). */
const BATCH = 10;
/** Ten messages of 256 KB, and the envelope. */
const ANSWER_BYTES = 4 * 1024 * 1024;
/** Above the long poll's own time, in milliseconds. */
const SLACK_MS = 10_000;

type QueueCredentials = AnswerOf<'credentials'>;

/** A hint of the inbox queue: this delivery waits for you. */
export interface Hint {
  /** Absent where the message is no hint; it is forgotten like every other one. */
  readonly deliveryId: string | undefined;
  readonly handle: string;
}

export interface QueuePollOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Plain HTTP is spoken only with a queue on this machine, and only when the axis itself is here. */
  readonly localAxis: boolean;
  /** Milliseconds since the epoch: signatures are judged by it. */
  readonly now: () => number;
}

const MESSAGES = z.object({
  Messages: z.optional(z.array(z.object({ Body: z.optional(z.string()), ReceiptHandle: z.string() }))),
});
const BODY = z.object({ deliveryId: z.string() });

/** The queue did not answer as a queue does. */
export class QueueRefusal extends Error {
  override readonly name = 'QueueRefusal';
  /** HTTP status, or undefined when no answer came. */
  readonly status: number | undefined;

  constructor(message: string, more: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.status = more.status;
  }
}

/** Long-polls a system's own inbox queue with vended credentials: SQS in its JSON protocol, signed with Signature Version 4. */
export class QueuePoll {
  readonly #credentials: QueueCredentials;
  readonly #options: QueuePollOptions;
  readonly #url: URL;

  /** @throws QueueRefusal when the queue's address is not one to send signed requests to. */
  constructor(credentials: QueueCredentials, options: QueuePollOptions) {
    this.#credentials = credentials;
    this.#options = options;
    const text = credentials.endpoint ?? new URL('/', credentials.queueUrl).href;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const allowed = url?.protocol === 'https:' || (options.localAxis && url?.protocol === 'http:' && isLoopback(url));
    if (url === undefined || !allowed) throw new QueueRefusal('the address of the inbox queue is not https');
    this.#url = url;
  }

  /** Milliseconds since the epoch until which the credentials hold. */
  get holdsUntil(): number {
    return Date.parse(this.#credentials.expiresAt);
  }

  /**
   * Waits for hints.
   *
   * @param seconds 0 to 20.
   * @throws QueueRefusal
   */
  async wait(seconds: number, max: number, signal: AbortSignal): Promise<readonly Hint[]> {
    const request = { MaxNumberOfMessages: Math.min(BATCH, max), WaitTimeSeconds: seconds };
    const patience = AbortSignal.timeout(seconds * 1000 + SLACK_MS);
    const answer = await this.#call('ReceiveMessage', request, AbortSignal.any([signal, patience]));
    const messages = MESSAGES.safeParse(answer);
    if (!messages.success) throw new QueueRefusal('the inbox queue answered with something else than messages');
    return (messages.data.Messages ?? []).map(({ Body, ReceiptHandle }) => ({
      deliveryId: deliveryIn(Body),
      handle: ReceiptHandle,
    }));
  }

  /** Deletes hints; at most as many as `wait` gave. @throws QueueRefusal */
  async forget(hints: readonly Hint[]): Promise<void> {
    if (hints.length === 0) return;
    const entries = hints.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
    await this.#call('DeleteMessageBatch', { Entries: entries }, AbortSignal.timeout(SLACK_MS));
  }

  async #call(action: string, request: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown> {
    const { accessKeyId, secretAccessKey, sessionToken, region, queueUrl } = this.#credentials;
    const signer = new AwsV4Signer({
      method: 'POST',
      url: this.#url.href,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify({ QueueUrl: queueUrl, ...request }),
      accessKeyId,
      secretAccessKey,
      sessionToken,
      service: 'sqs',
      region,
      datetime: new Date(this.#options.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
    });
    const { method, url, headers, body } = await signer.sign();
    try {
      const response = await this.#options.fetch(url, {
        method,
        headers,
        body: body ?? null,
        redirect: 'error',
        signal,
      });
      const text = (await readBounded(response, ANSWER_BYTES)).toString('utf8');
      if (response.ok) return text === '' ? {} : JSON.parse(text);
      throw new QueueRefusal(`the inbox queue answered ${response.status} to ${action}`, { status: response.status });
    } catch (cause) {
      if (cause instanceof QueueRefusal) throw cause;
      throw new QueueRefusal(`the inbox queue did not answer to ${action}`, { cause });
    }
  }
}

function deliveryIn(body: string | undefined): string | undefined {
  try {
    const hint = BODY.safeParse(JSON.parse(body ?? ''));
    return hint.success && isDeliveryId(hint.data.deliveryId) ? hint.data.deliveryId : undefined;
  } catch {
    return undefined;
  }
}
