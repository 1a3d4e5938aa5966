import { LIMITS } from '../../core/contract/limits.ts';
import type { PauseSign } from '../../core/contract/pause.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';

/**
 * Refuses what is new while the axis is paused.
 *
 * @throws Error when the function was not told where to look: what must stop would go on.
 */
export async function notPaused(route: string, sign: PauseSign | undefined): Promise<Outcome<null>> {
  if (!sign) throw new Error(`${route} does not know where a pause is said`);
  const pause = await sign.pause();
  if (!pause?.paused) return accept(null);
  return refuse('axis-paused', { since: new Date(pause.at).toISOString(), retryAfter: LIMITS.pauseRetrySeconds });
}
