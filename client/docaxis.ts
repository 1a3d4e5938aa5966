#!/usr/bin/env node
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommandLine } from './commandLine.ts';
import { openScreen } from './screen.ts';

const terminal = process.stdout.isTTY === true;

/** Ctrl-C ends the picture and gives the terminal back; a second one ends the process as ever. */
function onEnd(listener: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, listener);
  process.once('exit', listener);
}

/** The `docaxis` command of the agencies' systems: see `docaxis --help`. */
process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  now: Date.now,
  pause: (ms) => sleep(ms),
  fetch: globalThis.fetch,
  terminal,
  // https://no-color.org: any value but the empty one.
  colour: terminal && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
  ...(terminal
    ? {
        columns: () => process.stdout.columns,
        openScreen: () =>
          openScreen({ write: (text) => process.stdout.write(text), rows: () => process.stdout.rows, onEnd }),
      }
    : {}),
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  ...(process.stderr.isTTY ? { progress: (line: string) => void process.stderr.write(`\r${line}\u001b[K`) } : {}),
});
