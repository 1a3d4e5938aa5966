import { spawnSync } from 'node:child_process';

/** Whether another implementation can be run here; says loudly when not. `options` must make it end soon with 0. */
export function isHere(program: string, options: readonly string[]): boolean {
  if (spawnSync(program, options, { timeout: 60_000 }).status === 0) return true;
  console.warn(
    `SKIPPED: ${[program, ...options].join(' ')} fails on this machine, so no other implementation judges here`,
  );
  return false;
}
