import { describe, expect, test } from 'vitest';
import {
  DELIVERY_STATES,
  DELIVERY_TRANSITIONS,
  DISPATCH_STATES,
  DISPATCH_TRANSITIONS,
  isFinal,
  startsOf,
  TALLIES,
  type Transition,
} from '../../../core/contract/states.ts';

/** States that can be reached from `none`, whatever happens. */
function reachable(transitions: readonly Transition<string>[]): ReadonlySet<string> {
  const found = new Set(['none']);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { from, to } of transitions) if (from.some((state) => found.has(state))) found.add(to);
  }
  found.delete('none');
  return found;
}

describe.each<[string, readonly string[], readonly Transition<string>[]]>([
  ['dispatches', DISPATCH_STATES, Object.values(DISPATCH_TRANSITIONS)],
  ['deliveries', DELIVERY_STATES, Object.values(DELIVERY_TRANSITIONS)],
])('the state table of %s', (_, states, transitions) => {
  test('reaches every declared state and no other', () => {
    expect(reachable(transitions)).toEqual(new Set(states));
  });

  test('names each transition by its own key, with a timeline event of ETSI EN 319 522-1 or x-', () => {
    for (const { event } of transitions) expect(event).toMatch(/^([A-Z][A-Za-z]+|x-[a-z-]+)$/);
    expect(new Set(transitions.map(({ name }) => name)).size).toBe(transitions.length);
  });
});

describe('final states of deliveries', () => {
  test('are exactly those that nothing leaves', () => {
    const left = new Set<string>(Object.values(DELIVERY_TRANSITIONS).flatMap(({ from }) => [...from]));
    for (const state of DELIVERY_STATES) expect(isFinal(state), state).toBe(!left.has(state));
  });

  test('can be reached from every state that is not final: nothing is stuck for good', () => {
    const all: readonly Transition<string>[] = Object.values(DELIVERY_TRANSITIONS);
    for (const start of DELIVERY_STATES.filter((state) => !isFinal(state))) {
      const found = new Set<string>([start]);
      for (let before = 0; before !== found.size; ) {
        before = found.size;
        for (const { from, to } of all) if (from.some((state) => found.has(state))) found.add(to);
      }
      expect(
        [...found].some((state) => DELIVERY_STATES.some((name) => name === state && isFinal(name))),
        start,
      ).toBe(true);
    }
  });

  test('starts leave out what does not exist yet', () => {
    expect(startsOf('consign')).toEqual([]);
    expect(startsOf('offer')).toEqual(['queued', 'offered']);
  });
});

test('counted events carry the names of the transitions that they count', () => {
  const { offered, released, setAside, requeued } = TALLIES;
  const { offer, release, setAside: aside, requeue } = DELIVERY_TRANSITIONS;
  expect([offered, released, setAside, requeued]).toEqual([offer.event, release.event, aside.event, requeue.event]);
});
