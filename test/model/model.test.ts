import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAxis, type ModelAxis } from './axis/axis.ts';
import { openTables, type Tables } from './axis/tables.ts';
import { runSequences } from './sequence.ts';

/**
 * Random sequences of everything that systems, workers, the watchman and operators do, judged by a simple model.
 * Sequences by DOCAXIS_MODEL; the full run is `npm run model -- --sequences 10000`.
 */
const SEQUENCES = Number(process.env.DOCAXIS_MODEL ?? 30);
const SEED = Number(process.env.DOCAXIS_MODEL_SEED ?? 1);

let tables: Tables;
beforeAll(async () => {
  tables = await openTables();
});
afterAll(() => tables?.stop());

test(`${SEQUENCES} sequences: the axis is where the model is after every step`, { timeout: 1_200_000 }, async () => {
  const judged = await runSequences(createAxis(tables), { sequences: SEQUENCES, seed: SEED });
  expect(judged.difference).toBeUndefined();
  expect(judged.sequences).toBe(SEQUENCES);
  // A sequence that never got anywhere proves nothing.
  for (const what of EVERYWHERE) expect([...judged.reached.keys()], what).toContain(what);
});

/** What any thirty sequences come to. */
const EVERYWHERE = [
  ...['ContentConsignment', 'ContentHandover', 'ConsignmentRejection', 'ContentHandoverFailure', 'x-withdrawn'],
  ...['x-status', 'x-recall-requested', 'x-revision-requested', 'x-uncollected'],
  ...['applied', 'recorded', 'withdrawn', 'requested', 'settled', 'overtaken'],
];

type Deliveries = ReturnType<ModelAxis['ports']>['deliveries'];

/** An axis of which one write on deliveries does something else than it says. */
function brokenAxis(spoilt: Partial<Deliveries>): ModelAxis {
  const axis = createAxis(tables);
  const sound = axis.ports;
  axis.ports = (...given) => {
    const ports = sound(...given);
    const deliveries = new Proxy(ports.deliveries, {
      get(target, name) {
        const member: unknown = Reflect.get(spoilt, name) ?? Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    return { ...ports, deliveries };
  };
  return axis;
}

test.each<[what: string, spoilt: Partial<Deliveries>]>([
  ['puts no delivery', { consign: async () => true }],
  ['forgets what messages ask', { mark: async (delivery) => ({ done: true, delivery }) }],
  ['never expires anything', { move: async (delivery) => ({ done: false, delivery }) }],
])('an axis that %s is found out, and the report says how to see it again', async (_, spoilt) => {
  const run = { sequences: 100, seed: SEED, shrinkMs: 0 };
  const { difference } = await runSequences(brokenAxis(spoilt), run);
  expect(difference).toMatch(/^1\. submit /);
  expect(difference).toContain(`again: npm run model -- --seed ${SEED} --path '`);
});
