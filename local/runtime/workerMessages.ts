/** What an execution environment's worker thread is started with. */
export interface WorkerStart {
  /** Absolute path of the module. */
  readonly file: string;
  /** Name of the exported handler. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Largest result in bytes. */
  readonly payloadLimit: number;
  readonly logGroup: string;
  readonly logStream: string;
  /** Milliseconds that the axis clock is ahead, one double. */
  readonly clock: SharedArrayBuffer;
}

/** To the worker: run the handler once. Payloads travel as JSON text, as they do on AWS. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: string;
  /** Real milliseconds that the invocation may take. */
  readonly timeoutMs: number;
  readonly traceId: string;
}

/** An error as Lambda reports it. */
export interface ReportedError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** From the worker. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly error: ReportedError }
  | { readonly kind: 'log'; readonly requestId?: string; readonly line: string }
  | ({ readonly kind: 'result'; readonly requestId: string; readonly result: string } & Held)
  | ({ readonly kind: 'error'; readonly requestId: string; readonly error: ReportedError } & Held);

/** The most that the isolate was seen to hold during the invocation: heap and what lies outside of it. */
interface Held {
  readonly peakBytes: number;
}

/** Largest synchronous request or response of a function in bytes (Lambda quotas: 6 MB). */
export const payloadLimit = 6_291_556;
