import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock } from '../../contract/clock.ts';
import { ServiceError } from '../gate/serviceError.ts';

/** fauxqs in its own thread, spoken to in the JSON of the SQS API; its account is always twelve zeros. */
export interface QueueEmulator {
  /** Carries out one operation; throws `ServiceError` as SQS would. */
  run(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const replySchema = z.object({ id: z.number(), status: z.number(), body: z.string() });
const outputSchema = z.record(z.string(), z.unknown());
const CLOCK_PUSH_MS = 20;

interface Waiting {
  resolve(output: Record<string, unknown>): void;
  reject(error: unknown): void;
}

/** Starts the thread. While calls are waiting (long polls), the clock is passed on every 20 ms. */
export async function startQueueEmulator(clock: Clock, region: string): Promise<QueueEmulator> {
  const offset = new SharedArrayBuffer(8);
  const offsetMs = new BigInt64Array(offset);
  const pushClock = () => Atomics.store(offsetMs, 0, BigInt(Math.round(clock.now() - Date.now())));
  pushClock();
  const worker = new Worker(new URL('./queueWorker.ts', import.meta.url), { workerData: { offset, region } });
  await once(worker, 'message');
  // The servers keep the process alive; an idle thread shall not.
  worker.unref();

  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let pushing: NodeJS.Timeout | undefined;
  const failAll = (error: unknown) => {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
    clearInterval(pushing);
  };
  worker.on('error', failAll);
  let isStopping = false;
  worker.on('exit', () => {
    // Polls that wait while the cloud stops are no fault.
    failAll(
      isStopping
        ? new ServiceError('ServiceUnavailable', 503, 'SQS is stopping.')
        : new Error('the queue thread has ended'),
    );
  });
  worker.on('message', (message: unknown) => {
    const { id, status, body } = replySchema.parse(message);
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) {
      clearInterval(pushing);
      pushing = undefined;
    }
    if (!call) return;
    const output = outputSchema.safeParse(JSON.parse(body || '{}'));
    if (status === 200) call.resolve(output.data ?? {});
    else call.reject(queueError(status, output.data ?? {}));
  });

  return {
    run: (operation, input) =>
      new Promise((resolve, reject) => {
        pushClock();
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        pushing ??= setInterval(pushClock, CLOCK_PUSH_MS).unref();
        worker.postMessage({ id, operation, body: JSON.stringify(input) });
      }),
    async stop() {
      isStopping = true;
      await worker.terminate();
    },
  };
}

function queueError(status: number, output: Record<string, unknown>): Error {
  const type = String(output.__type ?? '');
  const message = String(output.message ?? output.Message ?? '');
  if (type === '') return new Error(`fauxqs answered ${status}: ${message}`);
  return new ServiceError(type.slice(type.indexOf('#') + 1), status, message);
}
