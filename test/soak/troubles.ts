import { setTimeout as sleep } from 'node:timers/promises';
import type { Strikes } from '../../local/runtime/callBook.ts';
import type { Scene } from '../crashpoints/scene.ts';
import { befall, calm } from '../schedules/play.ts';
import { randomOf } from '../schedules/random.ts';
import { type Mishap, mishapOf } from '../schedules/schedule.ts';

/** Real milliseconds that a mishap lasts, and the longest calm after it. */
const LASTS_MS = 3000;
const CALM_MS = 2000;
/** Real milliseconds between two visits of the watchman, and how far the clock of the axis goes on for each. */
const WATCH_MS = 15_000;
const JUMP_MS = 45_000;

/** What befell the axis. */
export interface Befallen {
  /** Calls and messages that failed, were lost, doubled or late. */
  readonly struck: number;
  /** By kind. */
  readonly mishaps: ReadonlyMap<Mishap['does'], number>;
}

/** Lets mishaps happen, one after the other with calm between them, until it is told to stop; then everything is calm. */
export class Troubles {
  readonly #scene: Scene;
  readonly #seed: number;
  readonly #strikes: Strikes[] = [];
  readonly #mishaps = new Map<Mishap['does'], number>();

  constructor(scene: Scene, seed: number) {
    this.#scene = scene;
    this.#seed = seed;
  }

  get befallen(): Befallen {
    return { struck: this.#strikes.reduce((sum, { count }) => sum + count, 0), mishaps: this.#mishaps };
  }

  async work(stop: AbortSignal): Promise<void> {
    const random = randomOf(this.#seed);
    while (!stop.aborted) {
      const mishap = mishapOf(random);
      this.#mishaps.set(mishap.does, (this.#mishaps.get(mishap.does) ?? 0) + 1);
      const strikes = await befall(mishap, this.#scene);
      if (strikes) this.#strikes.push(strikes);
      await pause(LASTS_MS, stop);
      await calm(this.#scene);
      await pause(random.int(CALM_MS), stop);
    }
    await calm(this.#scene);
  }
}

/** The watchman comes, and time passes faster than here: what waits for minutes is seen to in a run of minutes. */
export async function keepWatch(scene: Scene, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await pause(WATCH_MS, stop);
    if (stop.aborted) return;
    scene.town.advance(JUMP_MS);
    await scene.watch();
  }
}

/** The end of a pause that was cut short is no error. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
