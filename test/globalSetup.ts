import { stock } from './kit/stock.ts';

/** Synthesizes the stack and enrols the sample world once for all test files of a run. */
export async function setup(): Promise<void> {
  await stock();
}
