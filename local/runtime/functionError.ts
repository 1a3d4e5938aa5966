/** How an invocation can fail. `killed` is an interference or a stop; `throttled` never reached the function. */
export type FunctionFailure = 'handled' | 'timeout' | 'crashed' | 'init' | 'killed' | 'throttled' | 'too-large';

/** An invocation that gave no result, as `Invoke` would report it (`X-Amz-Function-Error`). */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly failure: FunctionFailure;
  readonly errorType: string;
  readonly trace: readonly string[];

  constructor(failure: FunctionFailure, error: { errorType: string; errorMessage: string; trace?: readonly string[] }) {
    super(error.errorMessage);
    this.failure = failure;
    this.errorType = error.errorType;
    this.trace = error.trace ?? [];
  }
}
