#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// The command is TypeScript that Node 24 runs as it is. Under an older Node this file hands over to the Node of the
// project's own packages: same arguments, same streams, same exit code.
const COMMAND = new URL('../client/docaxis.ts', import.meta.url);
const [major] = process.versions.node.split('.').map(Number);

if (major >= 24) await import('../client/docaxis.ts');
else handOver();

function handOver() {
  const node = createRequire(import.meta.url).resolve('node/bin/node');
  const child = spawn(node, [fileURLToPath(COMMAND), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal signals both; the child decides what becomes of it, and this process ends as it ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`docaxis: ${error.message}; run npm ci first`);
    process.exitCode = 3;
  });
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
