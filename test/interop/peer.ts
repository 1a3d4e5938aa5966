import { spawnSync } from 'node:child_process';

/** Whether another implementation can be run here; says loudly when not. `options` must make it end at once with 0. */
export function isHere(program: string, options: readonly string[]): boolean {
  if (spawnSync(program, options).status === 0) return true;
  console.warn(`SKIPPED: no ${program} on this machine to exchange signatures with`);
  return false;
}
