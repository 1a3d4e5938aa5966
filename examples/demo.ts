import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAxis } from '../local/startLocalAxis.ts';
import { demoWalk } from './demoWalk.ts';
import { StepBook } from './stepBook.ts';

const ROOT = join(import.meta.dirname, '..');

export interface DemoOptions {
  readonly print: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Walks real documents through an axis of its own, in a temporary folder and on a free port, and leaves nothing behind.
 *
 * @returns how many steps passed.
 * @throws StepFailed naming the step that did not.
 */
export async function demo({ print, signal }: DemoOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'docaxis-demo-'));
  const onStage = (stage: string): void => print(`    … ${stage}`);
  try {
    const local = await startLocalAxis({
      root: ROOT,
      data: join(folder, 'data'),
      port: 0,
      onStage,
      ...(signal === undefined ? {} : { signal }),
    });
    const steps = new StepBook(print);
    const stop = (): void => void local.axis.stop();
    signal?.addEventListener('abort', stop);
    try {
      signal?.throwIfAborted();
      await demoWalk(local, steps);
    } finally {
      await local.axis.stop();
    }
    return steps.count;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    const count = await demo({ print: (line) => console.log(line), signal: interrupted.signal });
    console.log(`demo: ${count} steps passed`);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
