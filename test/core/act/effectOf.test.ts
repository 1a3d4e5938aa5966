import { describe, expect, test } from 'vitest';
import type { Acting } from '../../../core/act/acting.ts';
import { effectOf } from '../../../core/act/effectOf.ts';
import { withdrawalAtEnd } from '../../../core/act/withdrawalAtEnd.ts';
import type { DispatchId } from '../../../core/contract/ids.ts';
import type { BusinessStatus, How, Recall, Revision } from '../../../core/contract/life.ts';
import {
  BUSINESS_STATES,
  BUSINESS_TRANSITIONS,
  finalsOf,
  leads,
  RECALL_STATES,
  RECALL_TRANSITIONS,
  REVISION_STATES,
  REVISION_TRANSITIONS,
} from '../../../core/contract/lifeStates.ts';
import type { Mark } from '../../../core/contract/ports.ts';
import type { DeliveryRecord } from '../../../core/contract/records.ts';
import { DELIVERY_STATES, DELIVERY_TRANSITIONS, type Transition } from '../../../core/contract/states.ts';
import { aDelivery } from '../../adapters/aws/records.ts';

/** Every act on every delivery that can be: what it does is a step of the state tables, and every step of them is done by one. */
const AT = 1_772_438_400_000;
const id = (letter: string) => `dsp_${letter.repeat(32)}` as DispatchId;
const BEFORE = { by: id('b'), acceptedAt: AT - 10 };
const HOWS: readonly How[] = ['recall', 'remove', 'update', 'amend', 'replace'];

const acting = (given: Partial<Acting> = {}): Acting => ({
  how: 'recall',
  by: id('m'),
  acceptedAt: AT,
  who: 'system:centre',
  unsigned: false,
  ...given,
});

/** What a mark makes of a delivery, as the table writes it. */
const marked = (seen: DeliveryRecord, { to, entry, onState: _, withdrawing, ...facts }: Mark): DeliveryRecord => {
  const { withdrawing: before, ...rest } = seen;
  const kept = withdrawing === null || to ? undefined : (withdrawing ?? before);
  return {
    ...rest,
    ...facts,
    ...(to ? { state: to } : {}),
    ...(kept ? { withdrawing: kept } : {}),
    ...(entry ? { timeline: [...seen.timeline, entry] } : {}),
  };
};

const recalls: readonly (Recall | undefined)[] = [
  undefined,
  ...RECALL_STATES.map((state) => ({ ...BEFORE, by: id('c'), state })),
];
const revisions: readonly (Revision | undefined)[] = [
  undefined,
  ...REVISION_STATES.map((state) => ({ ...BEFORE, how: 'update' as const, state })),
];

/** An act took effect where, and only where, the delivery was withdrawn. */
const canBe = ({ state, recall, revision }: DeliveryRecord): boolean =>
  [recall, revision].some((asked) => asked?.state === 'effective') === (state === 'withdrawn');

/** Every delivery that can be: its state, whether a lease lasts, and what earlier messages left on it. */
const deliveries: readonly DeliveryRecord[] = DELIVERY_STATES.flatMap((state) =>
  (state === 'offered' ? [AT + 1000, AT - 1000] : [AT - 1000]).flatMap((visibleAt) =>
    recalls.flatMap((recall) =>
      revisions.map((revision) =>
        aDelivery(AT - 100, { state, visibleAt, ...(recall ? { recall } : {}), ...(revision ? { revision } : {}) }),
      ),
    ),
  ),
).filter(canBe);

type Table = Readonly<Record<string, Transition<string>>>;
const step = (table: Table, from: { state: string } | undefined, to: { state: string } | undefined) =>
  to === undefined || from?.state === to.state || leads(table, from?.state ?? 'none', to.state);
const stepsIn = (table: Table) =>
  Object.values(table).flatMap(({ from, to }) =>
    from.filter((start) => start !== to).map((start) => `${start} → ${to}`),
  );

describe.each(HOWS)('%s', (how) => {
  const effects = deliveries.map((seen) => ({ seen, effect: effectOf(seen, acting({ how }), AT) }));

  test('takes only steps that the tables list', () => {
    for (const { seen, effect } of effects) {
      const { mark } = effect;
      if (!mark) continue;
      expect(step(RECALL_TRANSITIONS, seen.recall, mark.recall), JSON.stringify([seen, mark])).toBe(true);
      expect(step(REVISION_TRANSITIONS, seen.revision, mark.revision), JSON.stringify([seen, mark])).toBe(true);
      if (mark.to) expect(leads(DELIVERY_TRANSITIONS, seen.state, mark.to)).toBe(true);
    }
  });

  test('acts once: on what it made it makes nothing, and comes to the same', () => {
    for (const { seen, effect } of effects) {
      if (!effect.mark) continue;
      const again = effectOf(marked(seen, effect.mark), acting({ how }), AT + 1);
      expect(again, JSON.stringify([seen, effect])).toEqual({ outcome: effect.outcome });
    }
  });

  test('touches no lease and withdraws nothing that somebody holds', () => {
    for (const { seen, effect } of effects) {
      const held = seen.state === 'offered' && seen.visibleAt > AT;
      if (held || seen.state === 'acknowledged') expect(effect.mark?.to).toBeUndefined();
      if (effect.mark?.withdrawing) expect(held).toBe(true);
    }
  });

  test('changes nothing where a later act of its kind stands', () => {
    const later = { by: id('z'), acceptedAt: AT + 5 };
    const isRecall = how === 'recall' || how === 'remove';
    for (const state of RECALL_STATES) {
      const mark = isRecall
        ? { recall: { ...later, state } }
        : { revision: { ...later, state, how: 'update' as const } };
      expect(
        effectOf(aDelivery(AT - 100, { state: 'acknowledged', ...mark }), acting({ how }), AT).mark,
      ).toBeUndefined();
    }
  });
});

test('every step of a recall and of a revision is taken by an act, an answer, or the end of a lease', () => {
  const taken = { recall: new Set<string>(), revision: new Set<string>() };
  const note = (seen: DeliveryRecord, mark: Mark | undefined) => {
    for (const slot of ['recall', 'revision'] as const)
      if (mark?.[slot]) taken[slot].add(`${seen[slot]?.state ?? 'none'} → ${mark[slot].state}`);
  };
  for (const seen of deliveries) {
    for (const how of HOWS) note(seen, effectOf(seen, acting({ how }), AT).mark);
    for (const code of ['15', '16']) note(seen, effectOf(seen, acting({ how: 'status', code }), AT).mark);
    for (const withdrawing of HOWS)
      note(seen, withdrawalAtEnd({ ...seen, withdrawing }, { at: AT + 2000, who: 'axis' }));
  }
  for (const listed of stepsIn(RECALL_TRANSITIONS)) expect(taken.recall, listed).toContain(listed);
  for (const listed of stepsIn(REVISION_TRANSITIONS)) expect(taken.revision, listed).toContain(listed);
});

describe('51: a business status, whatever came before and in whatever order', () => {
  const at = (code: BusinessStatus['code']): DeliveryRecord =>
    aDelivery(AT - 100, {
      state: 'acknowledged',
      businessStatus: { recent: [id('s')], reported: code ? { [code]: AT - 50 } : {}, ...(code ? { code } : {}) },
    });
  const starts = [undefined, ...BUSINESS_STATES] as const;

  test.each(starts.flatMap((from) => BUSINESS_STATES.map((code) => [from ?? 'none', code] as const)))(
    'from %s by a report of %s',
    (from, code) => {
      const seen = at(from === 'none' ? undefined : from);
      const { outcome, mark } = effectOf(seen, acting({ how: 'status', code }), AT);
      const listed = leads(BUSINESS_TRANSITIONS, from, code);
      expect(mark?.businessStatus?.code ?? 'none').toBe(listed ? code : from);
      expect(outcome).toBe(listed ? 'applied' : 'recorded');
      expect(mark?.businessStatus?.reported).toHaveProperty(code);
    },
  );

  test.each(['07', '14', '99'])('an unknown code %s is recorded and moves nothing', (code) => {
    const { outcome, mark } = effectOf(at('03'), acting({ how: 'status', code }), AT);
    expect(outcome).toBe('recorded');
    expect(mark?.businessStatus).toMatchObject({ code: '03', reported: { [code]: AT } });
  });
});

describe.each<[string, readonly string[], Table]>([
  ['business status', BUSINESS_STATES, BUSINESS_TRANSITIONS],
  ['recall', RECALL_STATES, RECALL_TRANSITIONS],
  ['revision', REVISION_STATES, REVISION_TRANSITIONS],
])('the state table of the %s', (_, states, table) => {
  test('reaches every declared state, and nothing leaves a final one', () => {
    const found = new Set(['none']);
    for (let before = 0; before !== found.size; ) {
      before = found.size;
      for (const { from, to } of Object.values(table)) if (from.some((state) => found.has(state))) found.add(to);
    }
    expect(states.filter((state) => !found.has(state))).toEqual([]);
    const finals = finalsOf(states, table);
    expect(finals.length).toBeGreaterThan(0);
    for (const final of finals)
      expect(states.filter((state) => state !== final && leads(table, final, state))).toEqual([]);
  });
});
