/**
 * `npm run bench`: dispatches per second from submit to acknowledged on the local axis of this machine, the time that a
 * submission takes, and what one dispatch costs in AWS calls, bytes and capacity units. The counts do not depend on the
 * machine; the times do. DOCAXIS_BENCH=small runs a short version that only proves that the benchmark works.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxisClient } from '../client/axisClient.ts';
import type { RecordedCall } from '../local/runtime/callBook.ts';
import { type LocalAxis, startLocalAxis } from '../local/startLocalAxis.ts';
import { percentile } from './figures.ts';
import { benchClient, benchLetter } from './sampleTraffic.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SMALL = process.env.DOCAXIS_BENCH === 'small';
const RECIPIENT = 'X91.04';
const CENTRE = 'trung-tam-mau';
const SENDING_SYSTEM = 'bo-minh-hoa';
const RUNS = SMALL ? { counted: 3, small: 20, large: 3, lanes: 4 } : { counted: 20, small: 400, large: 60, lanes: 8 };
/** Bytes of the attachment that make a signed message of about 8 KB and 1 MB. */
const CONTENT = { small: 1_500, large: 760_000 } as const;

interface Ends {
  readonly sender: AxisClient;
  readonly recipient: AxisClient;
}

/** Takes what waits until `expected` deliveries are acknowledged; every one is fetched and its digest confirmed. */
async function takeAll({ recipient }: Ends, expected: number, waitSeconds: number): Promise<void> {
  for (let taken = 0; taken < expected; ) {
    const { deliveries } = await recipient.receive({ max: 10, waitSeconds, links: true });
    await Promise.all(
      deliveries.map(async (delivery) => {
        await recipient.fetchContent(delivery);
        await recipient.acknowledge(delivery.deliveryId, {
          leaseToken: delivery.lease.token,
          sha256: delivery.headline.sha256,
        });
      }),
    );
    taken += deliveries.length;
  }
}

async function throughput(axis: LocalAxis, ends: Ends, size: 'small' | 'large'): Promise<string> {
  const count = RUNS[size];
  const letters: Buffer[] = [];
  for (let made = 0; made < count; made++)
    letters.push(await benchLetter(axis, { to: [RECIPIENT], contentBytes: CONTENT[size] }));
  const bytes = letters[0]?.length ?? 0;
  const times: number[] = [];
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let next = letters.pop(); next; next = letters.pop()) {
      const before = performance.now();
      await ends.sender.submit(next);
      times.push(performance.now() - before);
    }
  };
  const receiving = Promise.all([takeAll(ends, count, 1)]);
  await Promise.all(Array.from({ length: RUNS.lanes }, lane));
  await receiving;
  const seconds = (performance.now() - start) / 1000;
  const ms = (share: number): string => percentile(times, share).toFixed(0).padStart(5);
  const rate = (count / seconds).toFixed(1).padStart(7);
  return `${`${(bytes / 1024).toFixed(0)} KB`.padEnd(9)} ${String(count).padStart(6)} ${rate} ${ms(0.5)} ${ms(0.95)} ${ms(0.99)}`;
}

/** What one flow cost: calls by service and operation, without those of the machinery that polls queues for Lambda. */
function costOf(
  calls: readonly RecordedCall[],
  dispatches: number,
): Map<string, { calls: number; read: number; write: number; s3Bytes: number }> {
  const costs = new Map<string, { calls: number; read: number; write: number; s3Bytes: number }>();
  for (const call of calls) {
    if (call.service === 'execute-api') continue;
    const who = isPoller(call)
      ? 'lambda poller'
      : call.presigned
        ? 'client'
        : (call.function ?? call.principal).replace(/^docaxis-[a-z0-9]+-/, '');
    const key = `${who.padEnd(14)} ${call.service}:${call.operation}`;
    const cost = costs.get(key) ?? { calls: 0, read: 0, write: 0, s3Bytes: 0 };
    cost.calls += 1 / dispatches;
    cost.read += (call.units?.read ?? 0) / dispatches;
    cost.write += (call.units?.write ?? 0) / dispatches;
    if (call.service === 's3' && call.operation === 'PutObject') cost.s3Bytes += call.bytesIn / dispatches;
    costs.set(key, cost);
  }
  return costs;
}

/** Calls with a function's role that no environment of it made: what Lambda itself does to feed it. */
const isPoller = (call: RecordedCall): boolean => call.service === 'sqs' && call.function === undefined;

async function counted(axis: LocalAxis, ends: Ends, recipients: readonly string[]): Promise<void> {
  const letters = await Promise.all(
    Array.from({ length: RUNS.counted + 1 }, () => benchLetter(axis, { to: recipients, contentBytes: CONTENT.small })),
  );
  const walk = async (message: Buffer): Promise<void> => {
    const { dispatchId } = await ends.sender.submit(message);
    await dispatched(axis, dispatchId);
    await takeAll(ends, recipients.length, 0);
  };
  // The first one warms what an instance reads once: registry, trust anchors, receipt key.
  const [first, ...rest] = letters;
  if (first) await walk(first);
  const from = axis.axis.calls().at(-1)?.n ?? 0;
  for (const message of rest) await walk(message);
  const costs = costOf(axis.axis.calls(from), rest.length);
  const of = (pick: 'calls' | 'read' | 'write' | 's3Bytes', own = true): number =>
    [...costs]
      .filter(([key]) => key.startsWith('lambda poller') !== own)
      .reduce((sum, [, cost]) => sum + cost[pick], 0);
  console.log(
    `\nper dispatch of ${((first?.length ?? 0) / 1024).toFixed(1)} KB to ${recipients.length} (mean of ${rest.length}, one after the other)`,
  );
  console.log('caller         operation                          calls  read units  write units');
  for (const [key, cost] of [...costs].sort(([a], [b]) => a.localeCompare(b))) {
    console.log(
      `${key.padEnd(48)} ${cost.calls.toFixed(2).padStart(6)} ${cost.read.toFixed(1).padStart(10)} ${cost.write.toFixed(1).padStart(11)}`,
    );
  }
  console.log(
    `total: ${of('calls').toFixed(2)} calls (and ${of('calls', false).toFixed(2)} by Lambda's own queue poller), ` +
      `${of('read').toFixed(1)} read units, ${of('write').toFixed(1)} write units, ${(of('s3Bytes') / 1024).toFixed(1)} KB written to S3`,
  );
}

/** Waits until the fan-out of a dispatch is marked done, from the record of calls and not by asking. */
async function dispatched(axis: LocalAxis, dispatchId: string): Promise<void> {
  const end = performance.now() + 20_000;
  const rung = () =>
    axis.axis.logs().some(({ function: name, line }) => name?.endsWith('-deliver') && line.includes(dispatchId));
  while (!rung()) {
    if (performance.now() > end) throw new Error(`${dispatchId} was not delivered within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function enrolMore(axis: LocalAxis): Promise<readonly string[]> {
  const codes = Array.from({ length: 9 }, (_, index) => `X91.5${index}`);
  for (const code of codes) {
    await axis.operator.call('addAgency', {
      body: { code, name: `Đơn vị đo ${code}`, system: CENTRE, reason: 'benchmark' },
    });
  }
  return [RECIPIENT, ...codes];
}

const data = mkdtempSync(join(tmpdir(), 'docaxis-bench-'));
const axis = await startLocalAxis({ root: ROOT, data, port: 0 });
try {
  const ends = { sender: benchClient(axis, SENDING_SYSTEM), recipient: benchClient(axis, CENTRE) };
  const ten = await enrolMore(axis);
  await counted(axis, ends, [RECIPIENT]);
  await counted(axis, ends, ten);
  console.log(
    `\nsubmit to acknowledged, ${RUNS.lanes} senders at once, one receiving system\nsize       count    per s   p50   p95   p99 ms of submit`,
  );
  console.log(await throughput(axis, ends, 'small'));
  console.log(await throughput(axis, ends, 'large'));
} finally {
  await axis.axis.stop();
  rmSync(data, { recursive: true, force: true });
}
