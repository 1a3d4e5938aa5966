import { type ChildProcess, spawn } from 'node:child_process';
import type { ClientRun } from './observation.ts';

const OUTPUT_CHARS = 64 * 1024;

/** How the client under test is called. */
export interface ClientCall {
  /** Program and arguments, then what the kit adds: `send FILE`, `receive DIR` or `status ID`. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Beside what the kit itself was given. */
  readonly env: Readonly<Record<string, string>>;
  /** After which the kit ends it. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs the client once, with everything that it starts in a group of its own, so that all of it can be ended.
 *
 * @throws Error when the program cannot be started at all.
 */
export async function runClient({ command, cwd, env, limitMs, signal }: ClientCall): Promise<ClientRun> {
  const [program = '', ...args] = command;
  const begun = performance.now();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let output = '';
  const keep = (text: string): void => {
    output = (output + text).slice(0, OUTPUT_CHARS);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    end(child);
  };
  const timer = setTimeout(stop, limitMs);
  signal.addEventListener('abort', stop);
  try {
    const exit = await new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject).once('close', (code) => resolve(code ?? undefined));
    });
    return { exit: isOver ? undefined : exit, output, ms: performance.now() - begun };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function end(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended in the same moment.
  }
}
