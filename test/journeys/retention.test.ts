import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stageConfig } from '../../lib/stages.ts';
import { earlierOf } from '../../world/documents.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { deliveriesOf, take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const DAY = 86_400_000;
const { document: kept } = stageConfig('evaluation').retention;

let town: TestAxis;
/** While its signer's certificate lasts: a letter whose record will go, and the reply to it. */
let oldest: Awaited<ReturnType<typeof finished>>;
beforeAll(async () => {
  town = await startTestAxis({ schedulesOnDemand: true });
  oldest = await finished();
  await town.submitLetter({ from: 'X92', to: ['X91.04'], answers: [oldest.about] });
  await town.settle();
});
afterEach(() => town.axis.interfere([]));
afterAll(() => town?.stop());

const centre = () => town.clients['trung-tam-mau'];
const ministry = () => town.clients['bo-minh-hoa'];

let number = 4000;
async function finished() {
  const letter = {
    from: 'X91.04',
    to: ['X92'],
    number: ++number,
    date: '2026/03/02',
    subject: `Công văn ${number}`,
    answers: [],
  } as const;
  const { answer, bytes } = await town.submitLetter(letter);
  await town.settle();
  await take(town, 'bo-minh-hoa', answer.dispatchId);
  return { dispatchId: answer.dispatchId, bytes, about: earlierOf(letter) };
}

const objectsOf = async (dispatchId: string) =>
  (await town.stores.objects()).filter((key) => key.includes(dispatchId)).length;
const hold = (dispatchId: string, held: boolean) =>
  town.operator.call('holdDispatch', { path: { dispatchId }, body: { held, reason: 'thanh tra' } });

describe('content', () => {
  test('case 55: is deleted some days after the last recipient finished; what happened stays, and says so', async () => {
    const { dispatchId, bytes } = await finished();
    town.advance((kept.contentDays - 1) * DAY);
    await town.watch();
    expect(await objectsOf(dispatchId)).toBe(1);
    town.advance(2 * DAY);
    await town.watch();
    expect(await objectsOf(dispatchId)).toBe(0);
    const seen = await centre().dispatch(dispatchId);
    expect(seen.retention).toMatchObject({ state: 'deleted' });
    expect(seen.timeline.entries.at(-1)).toMatchObject({ ev: 'x-content-deleted', by: 'axis', detail: '1 object' });
    expect(await refusalCodeOf(centre().content(dispatchId))).toBe('content-deleted');
    expect(await refusalCodeOf(ministry().content(dispatchId))).toBe('content-deleted');
    const [delivery] = await deliveriesOf(town, 'bo-minh-hoa', dispatchId);
    expect(delivery?.state).toBe('acknowledged');
    // The record still knows the document: the same bytes are the same dispatch.
    expect((await town.submit(bytes)).outcome).toBe('again');
    // A hold on what is gone keeps the record; its end ends nothing early.
    for (const held of [true, false]) {
      await hold(dispatchId, held);
      town.advance(2 * DAY);
      await town.watch();
    }
    expect((await centre().dispatch(dispatchId)).retention?.state).toBe('deleted');
  });

  test('case 55: of what somebody has still to take is kept, however old it is', async () => {
    const { answer } = await town.submitLetter();
    await town.settle();
    // Set aside: it expires by itself no more, and an operator decides.
    const [delivery] = await deliveriesOf(town, 'trung-tam-mau', answer.dispatchId);
    for (let offers = 0; offers <= 20; offers++) {
      await ministry()
        .lease(delivery?.deliveryId ?? '')
        .catch(() => undefined);
      town.advance(301_000);
    }
    expect((await deliveriesOf(town, 'trung-tam-mau', answer.dispatchId))[0]?.state).toBe('set-aside');
    town.advance((kept.contentDays + 30) * DAY);
    await town.watch();
    expect(await objectsOf(answer.dispatchId)).toBe(1);
  });

  test('case 55: under a legal hold is kept until the hold ends', async () => {
    const { dispatchId } = await finished();
    await hold(dispatchId, true);
    expect((await hold(dispatchId, true)).held).toBe(true);
    town.advance((kept.contentDays + 30) * DAY);
    await town.watch();
    expect(await objectsOf(dispatchId)).toBe(1);
    const held = await centre().dispatch(dispatchId);
    expect(held.heldSince).toBeDefined();
    expect(held.timeline.entries.at(-1)).toMatchObject({ ev: 'x-held', detail: 'thanh tra' });
    await hold(dispatchId, false);
    await town.watch();
    expect(await objectsOf(dispatchId)).toBe(0);
    expect((await centre().dispatch(dispatchId)).retention?.state).toBe('deleted');
  });

  test('case 55: whose deletion fails is tried again; meanwhile nobody is handed it, and a hold comes too late', async () => {
    const { dispatchId } = await finished();
    town.advance((kept.contentDays + 1) * DAY);
    town.axis.interfere([{ service: 's3', principal: 'docaxis-evaluation-watch', fate: 'fail-before' }]);
    await town.watch().catch(() => undefined);
    town.axis.interfere([]);
    expect((await centre().dispatch(dispatchId)).retention?.state).toBe('closing');
    expect(await refusalCodeOf(ministry().content(dispatchId))).toBe('content-deleted');
    await expect(hold(dispatchId, true)).rejects.toMatchObject({ code: 'state-conflict' });
    expect(town.axis.logs({ function: 'docaxis-evaluation-watch' }).some(({ line }) => line.includes(dispatchId))).toBe(
      true,
    );
    town.advance(2 * 60 * 60_000);
    await town.watch();
    expect((await centre().dispatch(dispatchId)).retention?.state).toBe('deleted');
    expect(await objectsOf(dispatchId)).toBe(0);
  });
});

test('5: years after its content the record goes, with all that hangs on it', async () => {
  const { dispatchId } = oldest;
  const hangingOn = async () => (await town.stores.items()).map(({ id }) => id).filter((id) => id.includes(dispatchId));
  town.advance((kept.contentDays + 1) * DAY);
  await town.watch();
  expect(await hangingOn()).toEqual(expect.arrayContaining([dispatchId, expect.stringMatching(/^link#/)]));
  expect((await deliveriesOf(town, 'bo-minh-hoa', dispatchId)).length).toBe(1);
  const dueAt = (await town.stores.item(dispatchId))?.dueAt;
  town.advance(Number(dueAt) - town.axis.clock.now() - 30 * 60_000);
  // Too late: nothing may come between the many writes by which a record goes.
  await expect(hold(dispatchId, true)).rejects.toMatchObject({ code: 'state-conflict' });
  town.advance(DAY);
  await town.watch();
  expect(await refusalCodeOf(centre().dispatch(dispatchId))).toBe('dispatch-not-found');
  expect(await hangingOn()).toEqual([]);
});
