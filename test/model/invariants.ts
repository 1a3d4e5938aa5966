import assert from 'node:assert/strict';
import type { Snapshot } from './compare.ts';

const FINAL = ['acknowledged', 'rejected', 'expired', 'withdrawn', 'discarded'];
const OUT = [...FINAL, 'set-aside'];

/**
 * What holds from one look at the product to the next, whatever the model says: final states stay, timelines only
 * grow, counts only rise, what is over is held by nobody, and who holds a delivery keeps it until the lease is over.
 */
export function checkSteps(before: Snapshot, after: Snapshot, { now, alone }: { now: number; alone: boolean }): void {
  for (const [id, then] of Object.entries(before.deliveries)) {
    const since = after.deliveries[id];
    // Forgotten, with all its record.
    if (!since) continue;
    if (FINAL.includes(then.state)) assert.equal(since.state, then.state, `${id} left its final state`);
    assert.deepEqual(
      since.timeline.slice(0, then.timeline.length),
      then.timeline,
      `the timeline of ${id} was rewritten`,
    );
    for (const code of Object.keys(then.reported)) assert.ok(code in since.reported, `${id} lost a report of ${code}`);
    const isHeld = then.state === 'offered' && then.visibleAt > now;
    if (alone && isHeld && since.state === 'offered')
      assert.equal(since.lease, then.lease, `${id} was leased to two at a time`);
  }
  for (const [id, { state, lease, due, withdrawing }] of Object.entries(after.deliveries)) {
    if (!OUT.includes(state)) continue;
    assert.deepEqual(
      { lease, due, withdrawing },
      { lease: 'none', due: 'nothing', withdrawing: 'no' },
      `${id} is over`,
    );
  }
}
