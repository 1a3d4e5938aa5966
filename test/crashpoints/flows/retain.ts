import type { SentLetter } from '../../kit/testAxis.ts';
import type { Flow } from '../flow.ts';
import type { Scene } from '../scene.ts';

const DAY = 86_400_000;
/** Longer than content is kept (lib/stages.ts). */
const CONTENT_DAYS = 181;
/** Letters that are finished before the time passes: signers' certificates last for a few such times only. */
const STORE = 60;

/** The time of a dispatch is over: its bytes are deleted, its record stays and says so. */
export const retain: Flow = {
  name: 'retention',
  of: ['watch'],
  slow: true,
  prepare: async (scene) => {
    const sent = await nextHeld(scene);
    const { dispatchId } = sent.answer;
    await hold(scene, dispatchId, false);
    return async () => {
      await scene.patiently('the content is deleted', async () => {
        await scene.watch();
        const content = (await scene.town.stores.item(dispatchId))?.content;
        return content !== undefined && Object(content).state === 'deleted';
      });
      return { sent: [sent], states: acknowledged(sent), problems: () => leftOf(scene, dispatchId) };
    };
  },
};

/** A court wants a dispatch kept, and later does not. */
export const legalHold: Flow = {
  name: 'legal hold',
  of: ['administer'],
  prepare: async (scene) => {
    const sent = await scene.delivered();
    const { dispatchId } = sent.answer;
    return async () => {
      for (const held of [true, false]) await hold(scene, dispatchId, held);
      const events = ['x-held', 'x-hold-ended'];
      return {
        sent: [sent],
        problems: async () => {
          const { timeline } = await scene.centre.dispatch(dispatchId);
          const told = timeline.entries.map(({ ev }) => ev).filter((ev) => events.includes(ev));
          return told.join() === events.join() ? [] : [`the timeline tells ${told.join(', ')}`];
        },
      };
    };
  },
};

const hold = (scene: Scene, dispatchId: string, held: boolean): Promise<unknown> =>
  scene.patiently(`hold: ${held}`, () =>
    scene.town.operator.call('holdDispatch', { path: { dispatchId }, body: { held, reason: 'thanh tra' } }),
  );

/** The next letter whose time is over and which only a hold keeps. */
async function nextHeld(scene: Scene): Promise<SentLetter> {
  const store = (await scene.once('held letters', async () => [])) as SentLetter[];
  if (store.length === 0) {
    for (let count = 0; count < STORE; count++) store.push(await finished(scene));
    for (const { answer } of store) await hold(scene, answer.dispatchId, true);
    scene.town.advance(CONTENT_DAYS * DAY);
    for (let visit = 0; visit < 2; visit++) await scene.watch();
  }
  const next = store.pop();
  if (!next) throw new Error('no letter is left');
  return next;
}

async function finished(scene: Scene): Promise<SentLetter> {
  const sent = await scene.delivered();
  for (const { deliveryId } of sent.answer.recipients) {
    const { lease, headline } = await scene.ministry.lease(deliveryId);
    await scene.ministry.acknowledge(deliveryId, { leaseToken: lease.token, sha256: headline.sha256 });
  }
  return sent;
}

const acknowledged = ({ answer }: SentLetter): Record<string, 'acknowledged'> =>
  Object.fromEntries(answer.recipients.map(({ deliveryId }) => [deliveryId, 'acknowledged']));

const leftOf = async (scene: Scene, dispatchId: string): Promise<readonly string[]> =>
  (await scene.town.stores.objects()).filter((key) => key.includes(dispatchId)).map((key) => `${key} is still there`);
