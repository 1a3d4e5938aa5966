import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/kit/until.ts';
import { type FairTown, QUIET, quietLetter } from './fairTown.ts';

/** Milliseconds, one figure a letter. */
export interface Walk {
  readonly submit: readonly number[];
  /** From the submission until its recipient, which waits for it, was given it. */
  readonly delivery: readonly number[];
  /** From the submission until the recipient's webhook was called. */
  readonly notice: readonly number[];
}

const PAUSE_MS = 100;
const WAIT_SECONDS = 20;

/** A letter every so often, from submission to the recipient's hands. */
export async function quietWalk(fair: FairTown, letters: number): Promise<Walk> {
  const client = fair.town.clients[QUIET.system];
  const [submit, delivery, notice]: [number[], number[], number[]] = [[], [], []];
  for (let sent = 0; sent < letters; sent++) {
    const letter = await quietLetter(fair);
    const before = performance.now();
    const { dispatchId } = await client.submit(letter);
    submit.push(performance.now() - before);
    const leased = await until(
      async () => {
        const { deliveries } = await client.receive({ max: 1, waitSeconds: WAIT_SECONDS });
        return deliveries[0];
      },
      `${dispatchId} is received`,
      120_000,
    );
    delivery.push(performance.now() - before);
    const told = await until(() => fair.told.get(dispatchId), `${dispatchId} is told`, 120_000);
    notice.push(told - before);
    await client.acknowledge(leased.deliveryId, { leaseToken: leased.lease.token });
    await sleep(PAUSE_MS);
  }
  return { submit, delivery, notice };
}
