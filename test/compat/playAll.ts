import { AssertionError } from 'node:assert';
import { CHECKS } from './checks/checks.ts';
import { createPlay, type Target } from './play.ts';
import type { SdkVersion } from './readAnswer.ts';

export const VERSIONS: readonly SdkVersion[] = ['2.0.0', '2.0.1'];

export interface Played {
  readonly version: SdkVersion;
  readonly group: string;
  readonly name: string;
  /** What was expected and what came instead; absent when the check held. */
  readonly wrong?: string;
  readonly ms: number;
}

/** Plays every check in both versions, one after the other, and tells each as it ends. */
export async function playAll(target: Target, tell: (played: Played) => void): Promise<readonly Played[]> {
  const all: Played[] = [];
  for (const version of VERSIONS) {
    const play = createPlay(target, version);
    for (const [group, checks] of Object.entries(CHECKS)) {
      for (const { name, versions = VERSIONS, run } of checks) {
        if (!versions.includes(version)) continue;
        const begin = performance.now();
        const wrong = await whatIsWrong(() => run(play));
        const played = {
          version,
          group,
          name,
          ms: performance.now() - begin,
          ...(wrong === undefined ? {} : { wrong }),
        };
        all.push(played);
        tell(played);
      }
    }
  }
  return all;
}

async function whatIsWrong(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof AssertionError) return error.message;
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
