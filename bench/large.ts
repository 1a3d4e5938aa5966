/**
 * `npm run bench:large`: sends files of 1, 10 and 100 MB (with DOCAXIS_BENCH_LARGE=full also 2 GB) beside a letter and takes them
 * again, interrupted at random points on both ways, in processes of their own: time, peak memory of the client, peak memory of each
 * function (heap and buffers of its own isolate, sampled), and whether the digest is the same.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { AxisClient } from '../client/axisClient.ts';
import { signDocument } from '../client/signDocument.ts';
import { systemProfile } from '../local/profiles.ts';
import { type LocalAxis, startLocalAxis } from '../local/startLocalAxis.ts';
import { letterWithFiles } from '../test/kit/detached.ts';
import type { TransferJob, TransferResult } from './transfer.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MB = 1024 * 1024;
const SIZES = { full: [1, 10, 100, 2048], small: [1] }[
  process.env.DOCAXIS_BENCH_LARGE ?? process.env.DOCAXIS_BENCH ?? ''
] ?? [1, 10, 100];
/** How often a transfer is killed at a random point before it may end. */
const KILLS = 2;

/** Bytes that are the same in every run and do not compress. */
async function* noise(bytes: number, seed: string): AsyncGenerator<Buffer> {
  let block = createHash('sha512').update(seed).digest();
  for (let sent = 0; sent < bytes; ) {
    const blocks: Buffer[] = [];
    for (let at = 0; at < MB; at += block.length) {
      block = createHash('sha512').update(block).digest();
      blocks.push(block);
    }
    const chunk = Buffer.concat(blocks).subarray(0, bytes - sent);
    sent += chunk.length;
    yield chunk;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Runs a transfer in a process of its own; `killAfterMs` ends it in the middle, and it answers nothing. */
function transfer(job: TransferJob, folder: string, killAfterMs?: number): Promise<TransferResult | undefined> {
  const file = join(folder, 'job.json');
  writeFileSync(file, JSON.stringify(job));
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [join(ROOT, 'bench', 'transfer.ts'), file], (error, stdout) => {
      if (error && !error.killed && error.signal === undefined)
        reject(new Error('the transfer failed', { cause: error }));
      else resolve(stdout === '' ? undefined : (JSON.parse(stdout) as TransferResult));
    });
    if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref();
  });
}

/** Kills the transfer some times, each time later than it takes to begin, and lets the last one end. */
async function interrupted(
  job: TransferJob,
  folder: string,
  megabytes: number,
): Promise<TransferResult & { kills: number }> {
  let kills = 0;
  for (let round = 0; round < KILLS; round++) {
    const ended = await transfer(job, folder, 300 + Math.random() * 20 * megabytes);
    if (ended) return { ...ended, kills };
    kills++;
  }
  const ended = await transfer(job, folder);
  if (!ended) throw new Error(`the ${job.way} of ${megabytes} MB did not end`);
  return { ...ended, kills };
}

async function measure(local: LocalAxis, folder: string, megabytes: number): Promise<string> {
  for (const one of local.axis.functions) {
    one.forgetPeak();
    await one.recycle();
  }
  const source = join(folder, 'source.bin');
  const target = join(folder, 'target.bin');
  await pipeline(noise(megabytes * MB, `${megabytes}`), createWriteStream(source));
  const sha256 = await digestOf(source);
  const profile = systemProfile('trung-tam-mau', local.world, local.facts);
  const options = { url: local.facts.url, audience: local.facts.axis, system: profile.system, key: profile.key };
  const up = await interrupted({ way: 'upload', options, path: source }, folder, megabytes);
  const letter = letterWithFiles([{ sha256, name: 'phu-luc.bin', type: 'application/octet-stream' }]);
  const began = performance.now();
  const { dispatchId } = await new AxisClient(options).submit(await signDocument(letter, profile));
  const submitMs = performance.now() - began;
  const down = await interrupted({ way: 'download', options, path: target, dispatchId, n: 2 }, folder, megabytes);
  const isSame = (await digestOf(target)) === sha256;
  rmSync(source);
  rmSync(target);
  if (!isSame) throw new Error(`${megabytes} MB came back with another digest`);
  const cell = ({ ms, peakMb, kills }: TransferResult & { kills: number }) =>
    `${(ms / 1000).toFixed(1)} s, ${peakMb} MB, ${kills} kills`;
  return `| ${megabytes} MB | ${cell(up)} | ${(submitMs / 1000).toFixed(1)} s | ${cell(down)} | ${peaksOf(local)} | equal |`;
}

/** The functions that large files have to do with, each with the most that it held. */
const FUNCTIONS = ['upload', 'seal', 'submit', 'conclude', 'attachments'] as const;

const peaksOf = ({ axis }: LocalAxis): string =>
  FUNCTIONS.map((name) => {
    const found = axis.functions.find((one) => one.name.endsWith(`-${name}`));
    const { peakBytes = 0, invocations = 0 } = found?.counts() ?? {};
    // Told after an invocation has ended; one that was not called holds nothing.
    return invocations === 0 || peakBytes === 0 ? `${name} -` : `${name} ${(peakBytes / MB).toFixed(0)}`;
  }).join(', ');

const folder = mkdtempSync(join(tmpdir(), 'docaxis-large-'));
const local = await startLocalAxis({ root: ROOT, data: join(folder, 'axis'), port: 0 });
try {
  console.log(
    '| File | last upload run: time, client peak, interrupted | submit (copy) | last download run | peak of each function, MB | digest |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const size of SIZES) console.log(await measure(local, folder, size));
} finally {
  await local.axis.stop();
  rmSync(folder, { recursive: true, force: true });
}
