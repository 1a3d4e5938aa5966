import { createHash } from 'node:crypto';
import type { AnswerOf } from '../core/contract/answers.ts';
import { LIMITS } from '../core/contract/limits.ts';
import type { AxisConnection } from './axisConnection.ts';
import { AxisFault } from './axisFault.ts';
import { linkUrl } from './linkUrl.ts';
import { pauseAfter, type RetryPolicy } from './retryPolicy.ts';

/** Long enough for a part of 16 MB at 0.5 Mbit/s; a connection that does not move for that long is given up. */
const SEND_TIMEOUT_MS = 300_000;
const PARTS_AT_ONCE = 3;
const SEAL_POLL_MS = { first: 100, most: 2000 };

/** How far an upload is: `hash` reads the content once, `send` counts what S3 has taken, `seal` is the axis's own check. */
export interface TransferProgress {
  readonly phase: 'hash' | 'send' | 'seal';
  readonly bytes: number;
  readonly of: number;
}

/** What an upload is for, and who wants to hear how far it is. */
export interface UploadOptions {
  readonly what: 'message' | 'attachment';
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface UploadTools {
  readonly connection: Pick<AxisConnection, 'call'>;
  readonly fetch: typeof globalThis.fetch;
  readonly retry: RetryPolicy;
  /** Longest wait for the next bytes of a download, in milliseconds. */
  readonly answerMs: number;
  readonly random: () => number;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Plain HTTP links are followed only to this machine, and only when the axis itself is here. */
  readonly localAxis: boolean;
}

/**
 * Uploads content in constant memory: it is read once to name it by its digest and once to send it. The same content again, in
 * this process or after a crash in the next one, goes on where the upload stood.
 *
 * @param content a `Blob`; `openAsBlob` of `node:fs` makes one of a file without reading it.
 * @returns the sealed upload.
 * @throws AxisRefusal; AxisFault `mismatch` when the axis received other bytes than were declared.
 */
export async function uploadContent(
  content: Blob,
  options: UploadOptions,
  tools: UploadTools,
): Promise<AnswerOf<'completeUpload'>> {
  const { connection } = tools;
  const sha256 = await digestOf(content, options);
  const request = { bytes: content.size, sha256, what: options.what };
  const upload = await connection.call('startUpload', { body: json(request) });
  const progress = new SendProgress(content.size, options);
  if (upload.state === 'open' && upload.put) await sendWhole(content, upload, { options, tools });
  else if (upload.state === 'open') await sendParts(content, upload, { options, tools, progress });
  progress.all();
  return sealed(upload.uploadId, options, tools);
}

async function digestOf(content: Blob, { onProgress, signal }: UploadOptions): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content.stream()) {
    signal?.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
    onProgress?.({ phase: 'hash', bytes, of: content.size });
  }
  return hash.digest('hex');
}

interface Sending {
  readonly options: UploadOptions;
  readonly tools: UploadTools;
}

type Link = AnswerOf<'uploadParts'>['links'][number];
type Sent = 'sent' | 'link-over';

async function sendWhole(content: Blob, upload: AnswerOf<'startUpload'>, sending: Sending): Promise<void> {
  let link = upload.put;
  for (;;) {
    link ??= (await sending.tools.connection.call('startUpload', { body: json(declarationOf(upload)) })).put;
    if (!link) return;
    if ((await send(content, link, sending)) === 'sent') return;
    link = undefined;
  }
}

const declarationOf = ({ bytes, sha256, what }: AnswerOf<'upload'>) => ({ bytes, sha256, what });

/** Sends what has not arrived yet, some parts at a time; links are asked for when they are needed. */
async function sendParts(
  content: Blob,
  upload: AnswerOf<'startUpload'>,
  sending: Sending & { readonly progress: SendProgress },
): Promise<void> {
  const { uploadId, partBytes = LIMITS.partBytes, parts = [] } = upload;
  const arrived = new Set(parts.map(({ n }) => n));
  const count = Math.ceil(content.size / partBytes);
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((n) => !arrived.has(n));
  for (const { bytes } of parts) sending.progress.add(bytes);
  const links = new PartLinks(uploadId, count, sending.tools);
  const worker = async (): Promise<void> => {
    for (let n = missing.shift(); n !== undefined; n = missing.shift()) {
      const part = content.slice((n - 1) * partBytes, Math.min(content.size, n * partBytes));
      while ((await send(part, await links.of(n), sending)) === 'link-over') links.forget();
      sending.progress.add(part.size);
    }
  };
  // The first failure empties the list, so that the others stop after the part that they are at.
  const guarded = () =>
    worker().catch((error: unknown) => {
      missing.length = 0;
      throw error;
    });
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, guarded));
}

/** Links to parts, fetched in runs. */
class PartLinks {
  readonly #uploadId: string;
  readonly #count: number;
  readonly #tools: UploadTools;
  #links = new Map<number, Link>();
  #asked: Promise<void> | undefined;

  constructor(uploadId: string, count: number, tools: UploadTools) {
    this.#uploadId = uploadId;
    this.#count = count;
    this.#tools = tools;
  }

  async of(n: number): Promise<Link> {
    for (;;) {
      const link = this.#links.get(n);
      if (link) return link;
      this.#asked ??= this.#ask(n).finally(() => {
        this.#asked = undefined;
      });
      await this.#asked;
    }
  }

  forget(): void {
    this.#links = new Map();
  }

  async #ask(from: number): Promise<void> {
    const to = Math.min(this.#count, from + LIMITS.partLinks - 1);
    const call = { path: { uploadId: this.#uploadId }, body: json({ from, to }) };
    const { links } = await this.#tools.connection.call('uploadParts', call);
    for (const link of links) this.#links.set(link.n, link);
  }
}

/** Sends bytes to a link, with repeats. A link that is over is told apart: only the axis can give another one. */
async function send(
  bytes: Blob,
  link: { readonly href: string; readonly headers: Readonly<Record<string, string>> },
  { options, tools }: Sending,
): Promise<Sent> {
  const url = linkUrl(link.href, tools.localAxis);
  // fetch writes the length by itself, from the bytes.
  const { 'content-length': _, ...headers } = link.headers;
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const outcome = await sendOnce(bytes, { url, headers }, { options, tools });
    if (outcome === 'sent' || outcome === 'link-over') return outcome;
    const pause = pauseAfter(attempt, tools.retry, { retryAfterMs: undefined, random: tools.random });
    if (pause === undefined) throw outcome;
    await tools.pause(pause, options.signal);
  }
}

async function sendOnce(
  body: Blob,
  { url, headers }: { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  { options, tools }: Sending,
): Promise<Sent | AxisFault> {
  const timeout = AbortSignal.timeout(SEND_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await tools.fetch(url, { method: 'PUT', headers, body, redirect: 'error', signal });
    await response.body?.cancel();
    const { status } = response;
    // 412: it has arrived before, and nothing can replace it.
    if (response.ok || status === 412) return 'sent';
    if (status === 403) return 'link-over';
    const error = new AxisFault('fault', `the store answered ${status} to an upload`, { status });
    if (status < 500 && status !== 409) throw error;
    return error;
  } catch (cause) {
    if (cause instanceof AxisFault) throw cause;
    options.signal?.throwIfAborted();
    return new AxisFault('unreachable', 'the upload broke off', { cause });
  }
}

/** Asks the axis to seal the upload until it has: asking again is also what wakes a worker that died. */
async function sealed(
  uploadId: string,
  options: UploadOptions,
  tools: UploadTools,
): Promise<AnswerOf<'completeUpload'>> {
  for (let wait = SEAL_POLL_MS.first; ; wait = Math.min(SEAL_POLL_MS.most, wait * 2)) {
    const upload = await tools.connection.call('completeUpload', { path: { uploadId }, body: json({}) });
    const isSealed = upload.state === 'sealed';
    options.onProgress?.({ phase: 'seal', bytes: isSealed ? upload.bytes : 0, of: upload.bytes });
    if (isSealed) return upload;
    if (upload.state === 'failed')
      throw new AxisFault('mismatch', `the upload failed: ${upload.reason ?? 'no reason'}`);
    await tools.pause(wait, options.signal);
    options.signal?.throwIfAborted();
  }
}

class SendProgress {
  readonly #of: number;
  readonly #options: UploadOptions;
  #bytes = 0;

  constructor(of: number, options: UploadOptions) {
    this.#of = of;
    this.#options = options;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#options.onProgress?.({ phase: 'send', bytes: this.#bytes, of: this.#of });
  }

  all(): void {
    if (this.#bytes < this.#of) this.add(this.#of - this.#bytes);
  }
}

const json = (value: unknown) => ({ type: 'application/json', bytes: JSON.stringify(value) });
