import { randomBytes, randomUUID } from 'node:crypto';
import { devNull } from 'node:os';
import type { Credentials } from '../contract/principal.ts';
import type { AxisClock } from './axisClock.ts';
import { ExecutionEnvironment, logStreamName } from './executionEnvironment.ts';
import { FunctionError } from './functionError.ts';
import type { LogBook } from './logBook.ts';
import { settleWithin } from './settleWithin.ts';
import { payloadLimit } from './workerMessages.ts';

/** What a function is, read from its template. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly path: string | undefined;
  readonly roleName: string;
  /** Absolute path of the module with the handler. */
  readonly file: string;
  /** Name of the exported handler. */
  readonly handler: string;
  /** `Handler` as written in the template. */
  readonly handlerSetting: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Most environments at once. */
  readonly concurrency: number;
  /** `Environment.Variables` of the template. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where its lines go on AWS. */
  readonly logGroup: string;
}

/** What every function of an axis shares. */
export interface FunctionSurroundings {
  readonly clock: AxisClock;
  readonly logs: LogBook;
  readonly region: string;
  /** `AWS_ENDPOINT_URL_…` of the embedded services, and what else only a local axis sets. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** New session credentials of the function's role for one environment. */
  credentials(): Credentials;
  /** The environment with these credentials is gone. */
  forget(accessKeyId: string): void;
}

/** Counters of one function since the start. */
export interface FunctionCounts {
  readonly invocations: number;
  readonly errors: number;
  readonly coldStarts: number;
  /** The most that one of its environments was seen to hold while it ran, in bytes: heap and buffers of its own isolate. */
  readonly peakBytes: number;
}

/** An idle environment is ended after this many real milliseconds. */
const idleLimitMs = 5 * 60_000;
/** Invocations that may wait for an environment; Lambda would throttle them at once, but a laptop has two cores. */
const waitingLimit = 1_000;

/** A Lambda function: a pool of execution environments, each with one invocation at a time. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #surroundings: FunctionSurroundings;
  readonly #environments = new Set<ExecutionEnvironment>();
  #idle: { environment: ExecutionEnvironment; since: number }[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<string>>();
  readonly #reaper: NodeJS.Timeout;
  /** What the workers see of the axis clock: milliseconds ahead of the machine's time, in shared memory, so that all see a jump at once. */
  readonly #clock = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  readonly #endListening: () => void;
  #skewMs = 0;
  #timeoutMs: number;
  #active = 0;
  #stopped = false;
  #counts = { invocations: 0, errors: 0, coldStarts: 0, peakBytes: 0 };

  constructor(definition: FunctionDefinition, surroundings: FunctionSurroundings) {
    this.definition = definition;
    this.#surroundings = surroundings;
    this.#timeoutMs = definition.timeoutSeconds * 1000;
    this.#endListening = surroundings.clock.onJump(() => this.#setClock());
    this.#setClock();
    this.#reaper = setInterval(() => this.#reap(), idleLimitMs / 5).unref();
  }

  get counts(): FunctionCounts {
    return { ...this.#counts };
  }

  /** Lets the clock of its environments differ from the axis clock by so many milliseconds. */
  skew(ms: number): void {
    this.#skewMs = ms;
    this.#setClock();
  }

  #setClock(): void {
    this.#clock[0] = this.#surroundings.clock.offset + this.#skewMs;
  }

  /** Ends invocations after so many real milliseconds; absent: after the time-out of the template. */
  limit(ms = this.definition.timeoutSeconds * 1000): void {
    this.#timeoutMs = ms;
  }

  /** Forgets the highest use of memory, so that what comes next is measured by itself. */
  forgetPeak(): void {
    this.#counts.peakBytes = 0;
  }

  /** Environments that exist now. */
  get environments(): number {
    return this.#environments.size;
  }

  /** Invocations under way, those that wait for an environment included. */
  get running(): number {
    return this.#active;
  }

  /**
   * Invokes the function with an event (any JSON value) and resolves with its result.
   * @throws FunctionError if the handler throws, times out, crashes, or the event is larger than 6 MB.
   */
  async invoke(event: unknown, options: { requestId?: string; traceId?: string } = {}): Promise<unknown> {
    const text = JSON.stringify(event ?? null);
    const size = Buffer.byteLength(text);
    if (size > payloadLimit) {
      const errorMessage = `${size} byte payload is too large for the RequestResponse invocation type (limit ${payloadLimit} bytes)`;
      throw new FunctionError('too-large', { errorType: 'RequestEntityTooLargeException', errorMessage });
    }
    await this.#takeTurn();
    try {
      const run = this.#run(text, options);
      this.#running.add(run);
      return JSON.parse(await run.finally(() => this.#running.delete(run)));
    } finally {
      this.#active--;
      this.#waiting.shift()?.();
    }
  }

  /** Ends the environment that signs with this access key, if it is one of this function's. */
  async killEnvironment(accessKeyId: string): Promise<boolean> {
    const found = [...this.#environments].filter((environment) => environment.accessKeyId === accessKeyId);
    await Promise.all(found.map((environment) => environment.kill()));
    return found.length > 0;
  }

  /** Ends every environment, also those that are running: the next invocation is a cold start. */
  async recycle(): Promise<void> {
    await Promise.all([...this.#environments].map((environment) => environment.kill()));
  }

  /** Takes no more invocations, waits up to `graceMs` for the running ones, and ends every environment. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#reaper);
    this.#endListening();
    await settleWithin(graceMs, this.#running);
    await this.recycle();
  }

  async #takeTurn(): Promise<void> {
    if (this.#stopped || this.definition.concurrency === 0 || this.#waiting.length >= waitingLimit) throw throttled();
    this.#active++;
    if (this.#active > this.definition.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #run(event: string, options: { requestId?: string; traceId?: string }): Promise<string> {
    if (this.#stopped) throw throttled();
    const environment = this.#takeEnvironment();
    const requestId = options.requestId ?? randomUUID();
    const traceId = options.traceId ?? newTraceId(this.#surroundings.clock.now());
    this.#counts.invocations++;
    try {
      return await environment.invoke(event, { requestId, traceId, timeoutMs: this.#timeoutMs });
    } catch (error) {
      this.#counts.errors++;
      if (error instanceof FunctionError) this.#logFailure(error, requestId);
      throw error;
    } finally {
      if (environment.alive) this.#idle.push({ environment, since: performance.now() });
    }
  }

  #takeEnvironment(): ExecutionEnvironment {
    for (let warm = this.#idle.pop(); warm !== undefined; warm = this.#idle.pop()) {
      if (warm.environment.alive) return warm.environment;
    }
    return this.#startEnvironment();
  }

  #startEnvironment(): ExecutionEnvironment {
    const { definition } = this;
    const { clock, logs } = this.#surroundings;
    const credentials = this.#surroundings.credentials();
    const { logGroup } = definition;
    const logStream = logStreamName(clock.now());
    this.#counts.coldStarts++;
    const environment = new ExecutionEnvironment({
      start: {
        file: definition.file,
        handler: definition.handler,
        functionName: definition.name,
        functionArn: definition.arn,
        memoryMb: definition.memoryMb,
        payloadLimit,
        logGroup,
        logStream,
        clock: this.#clock.buffer,
      },
      variables: this.#variables(credentials, { logGroup, logStream }),
      accessKeyId: credentials.accessKeyId,
      onLine: (line, requestId) => {
        const request = requestId === undefined ? {} : { requestId };
        logs.add({ at: clock.now(), function: definition.name, ...request, line });
      },
      onPeak: (bytes) => {
        this.#counts.peakBytes = Math.max(this.#counts.peakBytes, bytes);
      },
      onEnd: () => {
        this.#environments.delete(environment);
        this.#surroundings.forget(credentials.accessKeyId);
      },
    });
    this.#environments.add(environment);
    return environment;
  }

  /** The names that Lambda defines (Developer Guide, "Defined runtime environment variables"); the template cannot override them. */
  #variables(credentials: Credentials, log: { logGroup: string; logStream: string }): Record<string, string> {
    const { definition } = this;
    const { region, endpoints } = this.#surroundings;
    return {
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      PATH: process.env.PATH ?? '',
      ...definition.variables,
      // nothing of this machine's AWS configuration is read, and a service without an endpoint of its own is not looked for outside
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      ...endpoints,
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      _HANDLER: definition.handlerSetting,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
      AWS_DEFAULT_REGION: region,
      AWS_REGION: region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: log.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: log.logStream,
      LAMBDA_TASK_ROOT: definition.file.slice(0, definition.file.lastIndexOf('/')),
    };
  }

  #logFailure(error: FunctionError, requestId: string): void {
    const { errorType, message: errorMessage, trace, failure } = error;
    const line = JSON.stringify({ level: 'ERROR', failure, errorType, errorMessage, trace });
    this.#surroundings.logs.add({
      at: this.#surroundings.clock.now(),
      function: this.definition.name,
      requestId,
      line,
    });
  }

  #reap(): void {
    const oldest = performance.now() - idleLimitMs;
    for (const { environment } of this.#idle.filter((idle) => idle.since < oldest)) void environment.kill();
    this.#idle = this.#idle.filter((idle) => idle.since >= oldest);
  }
}

function throttled(): FunctionError {
  return new FunctionError('throttled', { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' });
}

/** A trace header as X-Ray writes it, not sampled. */
export function newTraceId(at: number): string {
  const root = `1-${Math.floor(at / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
