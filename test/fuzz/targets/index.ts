import type { Target } from '../input.ts';
import { openPlace } from '../outside/place.ts';
import { apiTargets } from './api.ts';
import { documentTargets } from './documents.ts';
import { faceTarget } from './faces.ts';
import { parserTargets } from './parsers.ts';
import { signatureTargets } from './signatures.ts';
import { submissionTarget } from './submissions.ts';
import { tokenTarget } from './tokens.ts';

/** Every target of the fuzzing, and the axis that some of them call. */
export interface Targets {
  readonly targets: readonly Target[];
  stop(): Promise<void>;
}

/** Readers first, which need no axis; then requests to a running one. */
export async function openTargets(): Promise<Targets> {
  const readers = [...(await parserTargets()), ...(await signatureTargets()), ...documentTargets()];
  const place = await openPlace();
  try {
    const requests = [
      tokenTarget(place),
      ...(await apiTargets(place)),
      faceTarget(place),
      await submissionTarget(place),
    ];
    return { targets: [...readers, ...requests], stop: () => place.stop() };
  } catch (error) {
    await place.stop();
    throw error;
  }
}
