import { describe, expect, test } from 'vitest';
import { enumerate } from './enumerate.ts';
import type { Flow } from './flow.ts';
import { fanOutToOne } from './flows/fanOut.ts';
import { FLOWS } from './flows/index.ts';
import { acknowledge } from './flows/settle.ts';
import { submit } from './flows/submit.ts';
import { pointName, WAYS } from './points.ts';

// Each starts an axis or two; on a busy machine most of this is waiting.
const timeout = 120_000;

/** All of it is `npm run crashpoints`; here is shown that it works, and that it would notice. */
describe('crash points', () => {
  test('each flow has a name of its own, which names it on the command line and in the page', () => {
    const names = FLOWS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('an acknowledgement survives the death of its worker before and after its write', {
    timeout,
  }, async () => {
    const { points, injections, problems } = await enumerate(acknowledge, {
      isWanted: (place, way) => place >= 12 && way.startsWith('killed'),
    });
    expect(points.map(pointName)).toEqual([
      'acknowledge dynamodb:BatchGetItem Registry #1',
      'acknowledge dynamodb:BatchGetItem Registry #2',
      'acknowledge dynamodb:UpdateItem Dispatches #1',
    ]);
    expect(injections.filter(({ fate }) => fate !== 'survived')).toEqual([]);
    expect(injections).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  test('case 45: the worker of a submission is killed before and after each of its steps: one receipt, one delivery, nothing lost', {
    timeout: 600_000,
  }, async () => {
    const { points, injections, problems } = await enumerate(submit, {
      // What is before only reads.
      isWanted: (place, way) => place >= 12 * WAYS.length && way.startsWith('killed'),
    });
    // The bytes stored, the receipt's key certified, the record with the receipt written, the work queued.
    expect(points.slice(12).map(pointName)).toEqual([
      'submit s3:PutObject dispatches/ #1',
      'submit kms:GetPublicKey key #1',
      'submit kms:Sign key #1',
      'submit dynamodb:PutItem Dispatches #1',
      'submit dynamodb:PutItem Dispatches #2',
      'submit sqs:SendMessage FanOut #1',
    ]);
    expect(injections.filter(({ fate }) => fate !== 'survived')).toEqual([]);
    expect(injections).toHaveLength(12);
    expect(problems).toEqual([]);
  });

  test('a delivery that is gone is called lost, and the next failure meets an axis that is whole', {
    timeout,
  }, async () => {
    let runs = 0;
    const forgetful: Flow = {
      ...fanOutToOne,
      prepare: async (scene) => {
        const run = await fanOutToOne.prepare(scene);
        return async () => {
          runs += 1;
          const ending = await run();
          // The first two runs show the flow as it is; the third is the first in which something fails.
          if (runs === 3) await scene.town.stores.remove(ending.sent[0]?.answer.recipients[0]?.deliveryId ?? '');
          return ending;
        };
      },
    };
    const { injections, problems } = await enumerate(forgetful, { isWanted: (place) => place < 2 });
    expect(injections.map(({ fate }) => fate)).toEqual(['lost', 'survived']);
    expect(injections[0]?.problems.join()).toMatch(/X92 has no delivery dlv_/);
    expect(problems).toEqual([]);
  });

  test('a failure that meets no call is called missed', { timeout }, async () => {
    let runs = 0;
    const idle: Flow = {
      name: 'idle',
      of: ['view'],
      prepare: ({ centre }) =>
        Promise.resolve(async () => {
          runs += 1;
          // Only the runs that show the flow call anything.
          if (runs <= 2) await centre.me();
          return { sent: [] };
        }),
    };
    const { injections } = await enumerate(idle, { isWanted: (place) => place === 0 });
    expect(injections.map(({ fate }) => fate)).toEqual(['missed']);
  });
});
