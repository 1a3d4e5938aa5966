import { spawnSync } from 'node:child_process';

/**
 * CPU of one more repetition in another program, ms: user and system time of two runs with different counts, so that
 * start-up does not count. `options` gives the arguments for a count.
 */
export function childCpu(program: string, options: (repeat: number) => readonly string[], repeats: number): number {
  const few = Math.max(1, Math.round(repeats / 10));
  return (cpuOf(program, options(few + repeats)) - cpuOf(program, options(few))) / repeats;
}

function cpuOf(program: string, options: readonly string[]): number {
  // Only the shell tells the time of a child in thousandths of a second.
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1 || exit 1';
  const { stderr, status } = spawnSync('bash', ['-c', script, 'bash', program, ...options], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(`${program} fails: ${options.join(' ')}`);
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(/\s+/).map(Number);
  return (user + system) * 1000;
}
