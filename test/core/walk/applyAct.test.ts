import { expect, test } from 'vitest';
import { deliveryIdOf } from '../../../core/contract/derivedIds.ts';
import type { AgencyId, DispatchId } from '../../../core/contract/ids.ts';
import type { ActOn } from '../../../core/contract/life.ts';
import type { DeliveryRecord, DispatchRecord } from '../../../core/contract/records.ts';
import { type ActPorts, applyAct } from '../../../core/walk/applyAct.ts';
import { aDelivery, aDispatch, RECIPIENT } from '../../adapters/aws/records.ts';

const AT = 1_772_438_400_000;
const HEIR = '01970000-0000-7000-8000-000000000009' as AgencyId;

/** Deliveries in a map; a mark is written as the table would. */
function town(deliveries: readonly DeliveryRecord[], dispatches: readonly DispatchRecord[] = []) {
  const kept = new Map(deliveries.map((delivery) => [delivery.deliveryId, delivery]));
  const ports: ActPorts = {
    clock: { now: () => AT + 10 },
    dispatches: { find: async (id) => dispatches.find(({ dispatchId }) => dispatchId === id) },
    deliveries: {
      find: async (id) => kept.get(id),
      consign: async (delivery) => {
        if (kept.has(delivery.deliveryId)) return false;
        kept.set(delivery.deliveryId, delivery);
        return true;
      },
      mark: async (seen, { onState: _, entry, to, due: __, withdrawing: ___, ...facts }) => {
        const timeline = entry ? [...seen.timeline, entry] : seen.timeline;
        const delivery = { ...seen, ...facts, timeline, ...(to ? { state: to } : {}) };
        kept.set(seen.deliveryId, delivery);
        return { done: true, delivery };
      },
    },
  };
  return { kept, ports };
}

const acting = (code: string | undefined, on: readonly ActOn[]): DispatchRecord => {
  const dispatch = aDispatch(AT);
  return { ...dispatch, details: { ...dispatch.details, act: { ...(code ? { code } : {}), on } } };
};

const asked = (given: Partial<DeliveryRecord> = {}) =>
  aDelivery(AT - 100, {
    state: 'acknowledged',
    recall: { by: `dsp_${'r'.repeat(32)}` as DispatchId, acceptedAt: AT - 50, state: 'requested' },
    ...given,
  });

const own = (how: ActOn['how'], { dispatchId, recipient }: DeliveryRecord): ActOn => ({
  how,
  dispatchId,
  agencyId: recipient,
  recipient: RECIPIENT,
});

test('an answer that names a recall answers for every document that it asked about', async () => {
  const [one, two] = [asked(), asked()];
  const recall = aDelivery(AT - 50, { state: 'acknowledged' });
  const { kept, ports } = town([one, two, recall]);
  const answer = acting('15', [own('status', recall), own('answer', one), own('answer', two)]);
  await applyAct(answer, RECIPIENT, ports);
  for (const { deliveryId } of [one, two]) expect(kept.get(deliveryId)?.recall?.state).toBe('agreed');
});

test('an answer to a recall of the named message itself answers nothing that this one had asked', async () => {
  const [replaced, replacement] = [asked(), asked()];
  const { kept, ports } = town([replaced, replacement]);
  await applyAct(acting('16', [own('status', replacement), own('answer', replaced)]), RECIPIENT, ports);
  expect(kept.get(replacement.deliveryId)?.recall?.state).toBe('refused');
  expect(kept.get(replaced.deliveryId)?.recall?.state).toBe('requested');
});

test('a recall reaches an update that went to the agency into which the recipient was merged, and nobody stumbles', async () => {
  const update = aDispatch(AT - 50);
  const updated: DeliveryRecord = {
    ...aDelivery(AT - 50),
    dispatchId: update.dispatchId,
    deliveryId: deliveryIdOf(update.dispatchId, HEIR),
    recipient: HEIR,
  };
  const document = aDelivery(AT - 100, {
    state: 'acknowledged',
    revision: { by: update.dispatchId, acceptedAt: AT - 50, how: 'update', state: 'requested' },
  });
  const { kept, ports } = town([document, updated], [update]);
  const recall = acting(undefined, [{ ...own('recall', document), recipient: HEIR }]);
  expect(await applyAct(recall, HEIR, ports)).toEqual([{ dispatchId: document.dispatchId, outcome: 'requested' }]);
  expect(kept.get(updated.deliveryId)).toMatchObject({ state: 'withdrawn', recall: { state: 'effective' } });
});

test('a report on a document that an update replaced before pick-up is a report on the update', async () => {
  const updated = aDelivery(AT - 50, { state: 'acknowledged' });
  const document = aDelivery(AT - 100, {
    state: 'withdrawn',
    revision: { by: updated.dispatchId, acceptedAt: AT - 50, how: 'update', state: 'effective' },
  });
  const { kept, ports } = town([document, updated]);
  await applyAct(acting('03', [own('status', document)]), RECIPIENT, ports);
  expect(kept.get(updated.deliveryId)?.businessStatus?.code).toBe('03');
});

test.each(['status', 'recall', 'update', 'replace'] as const)(
  'a %s about a document whose record was forgotten meanwhile comes to an end, instead of going round for ever',
  async (how) => {
    const forgotten = aDelivery(AT - 100);
    const about = await applyAct(acting('03', [own(how, forgotten)]), RECIPIENT, town([]).ports);
    expect(about).toEqual([{ dispatchId: forgotten.dispatchId, outcome: 'settled' }]);
  },
);

test("an answer reaches the update in its own sender's inbox, and not in that of whoever it goes to", async () => {
  const OWNER = '01970000-0000-7000-8000-000000000007' as AgencyId;
  const update = aDispatch(AT - 50);
  const recall = { by: `dsp_${'r'.repeat(32)}` as DispatchId, acceptedAt: AT - 20, state: 'requested' } as const;
  const at = (recipient: AgencyId): DeliveryRecord => ({
    ...aDelivery(AT - 50, { state: 'acknowledged', recipient, recall }),
    dispatchId: update.dispatchId,
    deliveryId: deliveryIdOf(update.dispatchId, recipient),
  });
  const [own, owners] = [at(RECIPIENT), at(OWNER)];
  const document = asked({
    recall,
    revision: { by: update.dispatchId, acceptedAt: AT - 50, how: 'update', state: 'requested' },
  });
  const { kept, ports } = town([document, own, owners], [update]);
  const { dispatchId } = document;
  const answer = acting('15', [{ how: 'status', dispatchId, agencyId: RECIPIENT, recipient: OWNER }]);
  await applyAct({ ...answer, sender: RECIPIENT }, OWNER, ports);
  expect(kept.get(own.deliveryId)?.recall?.state).toBe('agreed');
  expect(kept.get(owners.deliveryId)?.recall?.state).toBe('requested');
});
