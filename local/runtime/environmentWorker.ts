import { pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvokeMessage, ReportedError, WorkerMessage, WorkerStart } from './workerMessages.ts';

// The inside of one execution environment: runs in a worker thread of its own, which the parent starts with a WorkerStart. It is handed
// over as text (workerSource.ts) and can therefore import types and Node's own modules only.

type Handler = (event: unknown, context: object) => unknown;

const start: WorkerStart = workerData;
const port = parentPort;
if (port === null) throw new Error('environmentWorker runs in a worker thread only');

let requestId: string | undefined;

function send(message: WorkerMessage): void {
  port?.postMessage(message);
}

followAxisClock(new Float64Array(start.clock));
collectLines(process.stdout);
collectLines(process.stderr);

const handler = await loadHandler();
if (handler !== undefined) {
  port.on('message', (message: InvokeMessage) => void invoke(handler, message));
  send({ kind: 'ready' });
}

async function loadHandler(): Promise<Handler | undefined> {
  try {
    const module: Record<string, unknown> = await import(pathToFileURL(start.file).href);
    // a CommonJS module whose exports Node cannot see statically has them on `default`
    const fallback: unknown = module.default;
    const found = module[start.handler] ?? (isRecord(fallback) ? fallback[start.handler] : undefined);
    if (isHandler(found)) return found;
    throw Object.assign(new Error(`${start.handler} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  } catch (error) {
    send({ kind: 'init-error', error: report(error) });
    return undefined;
  }
}

/** How often the memory of a running invocation is looked at, in milliseconds. */
const SAMPLE_MS = 20;

/** Bytes that this isolate holds: its heap, and what lies outside of it, buffers above all. */
function heldBytes(): number {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}

/** Looks at the isolate's memory until it is asked for the most that it saw. */
function watchMemory(): () => number {
  let peak = heldBytes();
  const look = (): number => {
    peak = Math.max(peak, heldBytes());
    return peak;
  };
  const timer = setInterval(look, SAMPLE_MS).unref();
  return () => {
    clearInterval(timer);
    return look();
  };
}

async function invoke(run: Handler, message: InvokeMessage): Promise<void> {
  requestId = message.requestId;
  const peakOf = watchMemory();
  // biome-ignore lint/complexity/useLiteralKeys: the name is AWS's
  process.env['_X_AMZN_TRACE_ID'] = message.traceId;
  try {
    const value = await run(JSON.parse(message.event), contextOf(message));
    const result = JSON.stringify(value === undefined ? null : value);
    const size = Buffer.byteLength(result);
    if (size > start.payloadLimit) throw responseTooLarge(size);
    send({ kind: 'result', requestId: message.requestId, result, peakBytes: peakOf() });
  } catch (error) {
    send({ kind: 'error', requestId: message.requestId, error: report(error), peakBytes: peakOf() });
  }
  requestId = undefined;
}

function contextOf(message: InvokeMessage): object {
  // real time, not axis time: a jump of the clock must not eat the time that an invocation has left
  const deadline = performance.now() + message.timeoutMs;
  return {
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    logGroupName: start.logGroup,
    logStreamName: start.logStream,
    memoryLimitInMB: String(start.memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

function responseTooLarge(size: number): Error {
  const message = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${start.payloadLimit} bytes).`;
  return Object.assign(new Error(message), { name: 'Function.ResponseSizeTooLarge' });
}

function report(error: unknown): ReportedError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n').slice(0, 50) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** Lines go out through the message port, in order with the results, so that each can be told apart by request. */
function collectLines(stream: NodeJS.WriteStream): void {
  let rest = '';
  stream.write = (chunk: Uint8Array | string, ...others: unknown[]): boolean => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) send({ kind: 'log', line, ...(requestId === undefined ? {} : { requestId }) });
    const done = others.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
}

/** `new Date()` and `Date.now()` follow the axis clock; timers stay real. */
function followAxisClock(offset: Float64Array): void {
  const RealDate = Date;
  const realNow = RealDate.now;
  const now = (): number => realNow() + (offset[0] ?? 0);
  const AxisDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.now = now;
  RealDate.prototype.constructor = AxisDate;
  globalThis.Date = AxisDate;
}
