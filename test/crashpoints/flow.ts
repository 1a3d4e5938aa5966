import type { FunctionName } from '../../core/contract/environment.ts';
import type { DeliveryState } from '../../core/contract/states.ts';
import type { SentLetter } from '../kit/testAxis.ts';
import type { Scene } from './scene.ts';

/** What a run of a flow leaves behind when it has come to its end, however often something failed on the way. */
export interface Ending {
  /** Everything that was accepted. */
  readonly sent: readonly SentLetter[];
  /** By the id of a delivery: the state that it must be in, where that is not `queued`. */
  readonly states?: Readonly<Record<string, DeliveryState>>;
  /** What else is not as it must be. */
  readonly problems?: () => Promise<readonly string[]>;
  /** Puts away what only this run needs. */
  readonly finish?: () => Promise<void>;
}

/**
 * One way of using the axis, as a real client does it: every step is repeated until it succeeds. To add a flow, write a file
 * in `flows/` and name it in `flows/index.ts`.
 */
export interface Flow {
  /** As the table of results calls it. */
  readonly name: string;
  /** The functions whose calls are failed. */
  readonly of: readonly FunctionName[];
  /** Each run starts with new instances of them, where these make calls that later ones do not: for keys, secrets and trust lists. */
  readonly fresh?: boolean;
  /** Too slow for a share of the enumeration: it runs with the whole of it. */
  readonly slow?: boolean;
  /** Brings about, undisturbed, what the flow starts from; the answer is the flow itself. */
  prepare(scene: Scene): Promise<() => Promise<Ending>>;
}
