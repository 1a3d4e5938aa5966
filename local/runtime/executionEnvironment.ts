import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { FunctionError } from './functionError.ts';
import type { InvokeMessage, WorkerMessage, WorkerStart } from './workerMessages.ts';
import { workerSource } from './workerSource.ts';

/** What one execution environment is made of. */
export interface EnvironmentOptions {
  readonly start: WorkerStart;
  /** The whole environment of the worker: nothing is inherited. */
  readonly variables: Readonly<Record<string, string>>;
  readonly accessKeyId: string;
  onLine(line: string, requestId: string | undefined): void;
  /** Told after each invocation what the isolate held at most while it ran. */
  onPeak(bytes: number): void;
  /** Called once, when the worker is gone. */
  onEnd(): void;
}

interface Pending {
  readonly requestId: string;
  resolve(result: string): void;
  reject(error: FunctionError): void;
}

/** Lambda gives the code outside the handler ten seconds. */
const initLimitMs = 10_000;

/** One worker thread that runs one invocation at a time, with its own environment variables, heap limit and credentials. */
export class ExecutionEnvironment {
  readonly accessKeyId: string;
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  #pending: Pending | undefined;
  #end: FunctionError | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.accessKeyId = options.accessKeyId;
    this.#ready.promise.catch(() => {});
    this.#worker = new Worker(workerSource(), {
      eval: true,
      env: { ...options.variables },
      workerData: options.start,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: Math.max(64, options.start.memoryMb) },
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#finish(crash(error, options.start.memoryMb)));
    this.#worker.on('exit', () => {
      this.#finish(new FunctionError('crashed', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited' }));
      options.onEnd();
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => options.onLine(text.trimEnd(), undefined));
    }
  }

  /** Whether the worker can take another invocation. */
  get alive(): boolean {
    return this.#end === undefined;
  }

  /**
   * Runs the handler once and resolves with its result as JSON text.
   * @throws FunctionError for everything else; the environment is gone after all but handled errors.
   */
  async invoke(
    event: string,
    { timeoutMs, ...ids }: { requestId: string; traceId: string; timeoutMs: number },
  ): Promise<string> {
    await this.#started();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    if (this.#end !== undefined) throw this.#end;
    this.#pending = { requestId: ids.requestId, resolve, reject };
    const message: InvokeMessage = { ...ids, event, timeoutMs };
    this.#worker.postMessage(message);
    const seconds = (timeoutMs / 1000).toFixed(2);
    const timer = setTimeout(() => {
      const errorMessage = `${new Date().toISOString()} ${ids.requestId} Task timed out after ${seconds} seconds`;
      this.#finish(new FunctionError('timeout', { errorType: 'Sandbox.Timedout', errorMessage }));
    }, timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  /** Ends the worker at once, between two of its instructions. */
  async kill(): Promise<void> {
    this.#finish(
      new FunctionError('killed', { errorType: 'Runtime.Killed', errorMessage: 'the environment was killed' }),
    );
    await this.#worker.terminate();
  }

  async #started(): Promise<void> {
    const timer = setTimeout(() => {
      const errorMessage = `INIT took longer than ${initLimitMs / 1000} seconds`;
      this.#finish(new FunctionError('init', { errorType: 'Sandbox.Timedout', errorMessage }));
    }, initLimitMs);
    try {
      await this.#ready.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === 'ready') this.#ready.resolve();
    else if (message.kind === 'init-error') this.#finish(new FunctionError('init', message.error));
    else if (message.kind === 'log') this.#options.onLine(message.line, message.requestId);
    else this.#answered(message);
  }

  #answered(message: Extract<WorkerMessage, { kind: 'result' | 'error' }>): void {
    this.#options.onPeak(message.peakBytes);
    if (this.#pending?.requestId !== message.requestId) return;
    if (message.kind === 'result') this.#pending.resolve(message.result);
    else this.#pending.reject(new FunctionError('handled', message.error));
  }

  /** The first reason wins: a worker that was killed also exits. */
  #finish(reason: FunctionError): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#ready.reject(reason);
    this.#pending?.reject(reason);
    void this.#worker.terminate();
  }
}

function crash(error: unknown, memoryMb: number): FunctionError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new FunctionError('crashed', {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `out of ${memoryMb} MB of memory`,
    });
  }
  const errorMessage = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new FunctionError('crashed', { errorType: 'Runtime.UnhandledError', errorMessage });
}

/** A new id for an environment's log stream, in Lambda's form. */
export function logStreamName(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
}
