import { createHash } from 'node:crypto';
import { AxisFault } from './axisFault.ts';
import { linkUrl } from './linkUrl.ts';
import { pauseAfter, type RetryPolicy } from './retryPolicy.ts';
import { SilenceLimit } from './silenceLimit.ts';

/** First and last byte, both included, counted from 0. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Content of which length and digest are known beforehand. */
export interface KnownContent {
  readonly sha256: string;
  readonly bytes: number;
  /** A link that came with the delivery; it may have expired. */
  readonly link?: string | undefined;
  /** Only this part. Its length is checked; a digest of a part is not known. */
  readonly range?: ByteRange | undefined;
}

export interface DownloadOptions {
  /** Asks the axis for a link that is fresh. */
  readonly freshLink: () => Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  readonly retry: RetryPolicy;
  /** Longest wait for the next bytes, in milliseconds. */
  readonly answerMs: number;
  readonly random: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Plain HTTP links are followed only to this machine, and only when the axis itself is here. */
  readonly localAxis: boolean;
}

/**
 * Downloads content by a presigned link and checks that it is what the axis promised. The request carries no token: the link is
 * the authorisation, and its host is not the axis. A broken download goes on where it broke off.
 *
 * @throws AxisFault `mismatch` when length or SHA-256 differ, `unreachable` or `fault` when the attempts are used up.
 */
export async function downloadContent(content: KnownContent, options: DownloadOptions): Promise<Buffer> {
  const range = content.range ?? { from: 0, to: content.bytes - 1 };
  if (range.from < 0 || range.to < range.from || range.to >= content.bytes) {
    throw new RangeError(`bytes ${range.from} to ${range.to} are not within ${content.bytes}`);
  }
  const part = new Part(range, content.range !== undefined);
  let link = content.link;
  for (let attempt = 1; !part.isWhole; attempt += 1) {
    link ??= await options.freshLink();
    const result = await fetchRest(link, part, options);
    if (result.done) continue;
    if (result.linkOver) link = undefined;
    const pause = pauseAfter(attempt, options.retry, {
      retryAfterMs: result.linkOver ? 0 : undefined,
      random: options.random,
    });
    if (pause === undefined) throw result.error;
    await options.pause(pause);
  }
  const bytes = part.bytes();
  if (content.range === undefined) checkDigest(bytes, content.sha256);
  return bytes;
}

function checkDigest(bytes: Buffer, expected: string): void {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected) {
    throw new AxisFault('mismatch', `the content has SHA-256 ${actual}, the axis promised ${expected}`);
  }
}

type Rest = { readonly done: true } | { readonly done: false; readonly linkOver: boolean; readonly error: AxisFault };

async function fetchRest(link: string, part: Part, options: DownloadOptions): Promise<Rest> {
  const url = linkUrl(link, options.localAxis);
  const ranged = part.isRanged;
  using silence = new SilenceLimit(options.answerMs);
  try {
    const response = await options.fetch(url, {
      headers: { 'accept-encoding': 'identity', ...(ranged ? { range: `bytes=${part.next}-${part.range.to}` } : {}) },
      redirect: 'error',
      signal: silence.signal,
    });
    const { status } = response;
    if (status === (ranged ? 206 : 200)) {
      await part.take(response, silence);
      if (part.isWhole) return { done: true };
      return {
        done: false,
        linkOver: false,
        error: new AxisFault('mismatch', 'the content is shorter than the axis promised'),
      };
    }
    await response.body?.cancel();
    const error = new AxisFault('fault', `the link to the content answered ${status}`, { status });
    return { done: false, linkOver: status < 500, error };
  } catch (cause) {
    if (cause instanceof AxisFault) throw cause;
    const error = new AxisFault('unreachable', 'the download of the content broke off', { cause });
    return { done: false, linkOver: false, error };
  }
}

/** What has arrived of a range. */
class Part {
  readonly range: ByteRange;
  readonly #isWanted: boolean;
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** `isWanted`: the caller asked for this part only. */
  constructor(range: ByteRange, isWanted: boolean) {
    this.range = range;
    this.#isWanted = isWanted;
  }

  /** The first byte that is missing. */
  get next(): number {
    return this.range.from + this.#size;
  }

  get isWhole(): boolean {
    return this.next === this.range.to + 1;
  }

  get isRanged(): boolean {
    return this.#isWanted || this.#size > 0;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks, this.#size);
  }

  /** Keeps what arrives, also when the connection breaks in the middle. */
  async take(response: Response, silence: SilenceLimit): Promise<void> {
    if (this.isRanged && !response.headers.get('content-range')?.startsWith(`bytes ${this.next}-`)) {
      throw new AxisFault('unexpected', 'the link to the content answered with another range than asked for');
    }
    for await (const chunk of response.body ?? []) {
      silence.heard();
      this.#chunks.push(chunk);
      this.#size += chunk.length;
      if (this.next > this.range.to + 1) {
        throw new AxisFault('mismatch', 'the content is longer than the axis promised');
      }
    }
  }
}
