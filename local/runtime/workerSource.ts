import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

let source: string | undefined;

/**
 * The JavaScript of `environmentWorker.ts`, made once. A worker thread that is given the TypeScript file loads the compiler for it anew,
 * which costs as much as everything else of a cold start together (measured: 35 ms of processor time each).
 */
export function workerSource(): string {
  source ??= withoutWarning(() =>
    stripTypeScriptTypes(readFileSync(new URL('./environmentWorker.ts', import.meta.url), 'utf8')),
  );
  return source;
}

/** Node calls the function experimental, on the standard error of whoever runs an axis; the pinned Node has it. */
function withoutWarning<Value>(work: () => Value): Value {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
