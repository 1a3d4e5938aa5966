import { sharedAssembly } from './kit/sharedAssembly.ts';

/** Synthesizes the stack once for all test files of a run. */
export async function setup(): Promise<void> {
  await sharedAssembly();
}
