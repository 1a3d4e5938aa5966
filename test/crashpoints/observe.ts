import { setTimeout as sleep } from 'node:timers/promises';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { contentKeyOf } from '../../core/contract/derivedIds.ts';
import type { DeliveryId, DispatchId } from '../../core/contract/ids.ts';
import { isFinal } from '../../core/contract/states.ts';
import type { SentLetter, TestAxis } from '../kit/testAxis.ts';
import type { Ending } from './flow.ts';
import { dispatchProblems, holdingsProblems, inboxProblems, type Kept, queueProblems } from './invariants.ts';
import type { Scene } from './scene.ts';

/** What is wrong after a run, as long as the rest of the axis is at rest: the run's own dispatches, all inboxes and all queues. */
export async function endingProblems(scene: Scene, ending: Ending, skewMs = 0): Promise<readonly string[]> {
  const { sent, states = {} } = ending;
  const kept = await Promise.all(sent.map((one) => keptOf(scene.town, one)));
  const waiting = kept.flatMap(({ deliveries }) => deliveries).filter(({ state }) => !isFinal(state));
  const inboxes = await Promise.all(
    Object.entries(scene.clients).map(async ([system, client]) =>
      inboxProblems(
        system,
        await everythingIn(client),
        waiting.filter((delivery) => delivery.system === system).map(({ deliveryId }) => deliveryId),
      ),
    ),
  );
  return [
    ...sent.flatMap((one, place) => dispatchProblems(one, kept[place] ?? NOTHING, { states, skewMs })),
    ...inboxes.flat(),
    ...queueProblems(await scene.queues()),
    ...((await ending.problems?.()) ?? []),
  ];
}

const NOTHING: Kept = { dispatch: undefined, deliveries: [], content: undefined };

/** What the tables and the bucket hold of a submission. */
export async function keptOf({ stores }: TestAxis, { answer }: SentLetter): Promise<Kept> {
  const id = answer.dispatchId as DispatchId;
  const dispatch = await new DispatchTable(stores.dynamo, stores.table).find(id);
  const ids = answer.recipients.map(({ deliveryId }) => deliveryId as DeliveryId);
  const deliveries = await new DeliveryTable(stores.dynamo, stores.table).findMany(ids);
  const content = dispatch && (await stores.object(contentKeyOf(id, dispatch.headline.sha256)).catch(() => undefined));
  return { dispatch, deliveries, content };
}

/** The ids of all deliveries that wait in an inbox. */
export async function everythingIn(client: Scene['centre']): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await client.waiting({ limit: 100, after });
    ids.push(...page.items.map(({ deliveryId }) => deliveryId));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

/** The recipients take what waits, as clerks would at last: each finds the bytes that were sent. */
export async function takeAll(scene: Scene, { sent }: Ending): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { bytes, answer } of sent) {
    for (const { deliveryId } of answer.recipients) {
      const taken = await scene.patiently(`${deliveryId} is taken`, () => take(scene, deliveryId as DeliveryId));
      if (taken !== 'settled' && !taken.equals(bytes)) problems.push(`${deliveryId} brings other bytes`);
    }
  }
  return problems;
}

/** Undefined: not yet, because somebody holds it or it is on its way to another inbox. */
async function take(scene: Scene, deliveryId: DeliveryId): Promise<Buffer | 'settled' | undefined> {
  const { stores, axis } = scene.town;
  const delivery = await new DeliveryTable(stores.dynamo, stores.table).find(deliveryId);
  if (!delivery || isFinal(delivery.state)) return 'settled';
  // Somebody's lease ends first.
  scene.town.advance(Math.max(0, delivery.visibleAt - axis.clock.now() + 1));
  const client = scene.clients[delivery.system as keyof Scene['clients']];
  try {
    const { lease, ...leased } = await client.lease(deliveryId);
    const bytes = await client.fetchContent(leased);
    await client.acknowledge(deliveryId, { leaseToken: lease.token, sha256: leased.headline.sha256 });
    return bytes;
  } catch (error) {
    if (error instanceof AxisRefusal && error.code === 'delivery-held') return undefined;
    throw error;
  }
}

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Pages of objects that the sweeper looks at; more than one flow leaves behind. */
const SWEEPS = 3;
/** S3 and DynamoDB remove what has expired in their own time, which the embedded ones take from a timer: real milliseconds. */
const REMOVAL_MS = 30_000;

/**
 * What is wrong with everything that an axis holds, when the watchman and the sweeper had the time to do their work, and S3 and DynamoDB
 * theirs. What is wrong still when they had it several times is wrong.
 */
export async function wholeProblems(scene: Scene): Promise<readonly string[]> {
  const { town } = scene;
  // What may lie for a day is gone at the end of the next one (S3 Lifecycle).
  town.advance(49 * HOUR);
  const end = Date.now() + REMOVAL_MS;
  for (;;) {
    for (let round = 0; round < 2; round++) {
      await town.watch();
      await scene.quiet();
    }
    for (let page = 0; page < SWEEPS; page++) await scene.invoke('watch', { task: 'sweep' });
    const problems = await heldProblems(scene);
    if (problems.length === 0 || Date.now() > end) return problems;
    // What expires is looked for once a minute.
    town.advance(2 * MINUTE);
    await sleep(500);
  }
}

async function heldProblems({ town }: Scene): Promise<readonly string[]> {
  const [items, objects, uploads] = await Promise.all([
    town.stores.items(),
    town.stores.objects(),
    town.stores.uploads(),
  ]);
  return holdingsProblems({ items, objects, uploads, overdueBefore: town.axis.clock.now() - HOUR });
}
