import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { AxisFault } from './axisFault.ts';
import { linkUrl } from './linkUrl.ts';
import { pauseAfter } from './retryPolicy.ts';
import { SilenceLimit } from './silenceLimit.ts';
import type { UploadTools } from './uploads.ts';

export interface FileDownload {
  readonly sha256: string;
  readonly bytes: number;
  /** Asks the axis for a link that is fresh. */
  readonly freshLink: () => Promise<string>;
  readonly onProgress?: ((progress: { readonly bytes: number; readonly of: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads content to a file in constant memory. What has arrived stands beside it as `<path>.part`, so that a broken download
 * goes on where it broke off, in this process or the next; the file itself appears only when its digest is the promised one.
 *
 * @throws AxisFault `mismatch` when length or SHA-256 differ; what had arrived is removed then.
 */
export async function downloadToFile(
  download: FileDownload,
  path: string,
  tools: Omit<UploadTools, 'connection'>,
): Promise<void> {
  const part = `${path}.part`;
  const kept = await keptPart(part, download.bytes);
  const arrived = { bytes: kept.bytes, hash: kept.hash };
  let link: string | undefined;
  for (let attempt = 1; arrived.bytes < download.bytes; attempt += 1) {
    link ??= await download.freshLink();
    const before = arrived.bytes;
    const error = await fetchOn(linkUrl(link, tools.localAxis), { part, arrived, download, tools });
    if (error === undefined) break;
    // Whoever gets on is not counted as failing.
    if (arrived.bytes > before) attempt = 1;
    if (error.status !== undefined && error.status < 500) link = undefined;
    const pause = pauseAfter(attempt, tools.retry, { retryAfterMs: undefined, random: tools.random });
    if (pause === undefined) throw error;
    await tools.pause(pause, download.signal);
  }
  await finish(path, part, { download, arrived });
}

interface Arrived {
  bytes: number;
  hash: Hash;
}

async function keptPart(part: string, most: number): Promise<Arrived> {
  const hash = createHash('sha256');
  const bytes = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes === 0 || bytes > most) {
    await rm(part, { force: true });
    return { bytes: 0, hash };
  }
  for await (const chunk of createReadStream(part)) hash.update(chunk);
  return { bytes, hash };
}

interface Run {
  readonly part: string;
  readonly arrived: Arrived;
  readonly download: FileDownload;
  readonly tools: Omit<UploadTools, 'connection'>;
}

async function fetchOn(url: URL, { part, arrived, download, tools }: Run): Promise<AxisFault | undefined> {
  using silence = new SilenceLimit(tools.answerMs);
  const signal = download.signal ? AbortSignal.any([download.signal, silence.signal]) : silence.signal;
  const from = arrived.bytes;
  const file = await open(part, 'a');
  try {
    const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
    const response = await tools.fetch(url, { headers, redirect: 'error', signal });
    const { status } = response;
    if (status !== (from > 0 ? 206 : 200)) {
      await response.body?.cancel();
      return new AxisFault('fault', `the link to the content answered ${status}`, { status });
    }
    if (from > 0 && !response.headers.get('content-range')?.startsWith(`bytes ${from}-`))
      throw new AxisFault('unexpected', 'the link to the content answered with another range than asked for');
    for await (const chunk of response.body ?? []) {
      silence.heard();
      if (arrived.bytes + chunk.length > download.bytes)
        throw new AxisFault('mismatch', 'the content is longer than the axis promised');
      await file.write(chunk);
      arrived.hash.update(chunk);
      arrived.bytes += chunk.length;
      download.onProgress?.({ bytes: arrived.bytes, of: download.bytes });
    }
    return arrived.bytes === download.bytes ? undefined : new AxisFault('mismatch', 'the content broke off');
  } catch (cause) {
    if (cause instanceof AxisFault) throw cause;
    download.signal?.throwIfAborted();
    return new AxisFault('unreachable', 'the download of the content broke off', { cause });
  } finally {
    await file.close();
  }
}

async function finish(
  path: string,
  part: string,
  { download, arrived }: { readonly download: FileDownload; readonly arrived: Arrived },
): Promise<void> {
  const actual = arrived.hash.digest('hex');
  if (actual !== download.sha256) {
    await rm(part, { force: true });
    throw new AxisFault('mismatch', `the content has SHA-256 ${actual}, the axis promised ${download.sha256}`);
  }
  await rename(part, path);
}
