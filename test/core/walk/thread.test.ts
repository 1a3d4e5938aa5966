import { expect, test } from 'vitest';
import type { AgencyId, DispatchId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { DispatchRecord } from '../../../core/contract/records.ts';
import { threadOf } from '../../../core/walk/thread.ts';
import { aDispatch, RECIPIENT } from '../../adapters/aws/records.ts';

const AT = 1_772_438_400_000;
const OTHER = '01970000-0000-7000-8000-00000000000f' as AgencyId;

/** Later messages, the newest first; those of others are between other agencies. */
function threadAmong(later: readonly DispatchRecord[]) {
  const dispatches = {
    thread: async (_: DispatchId, limit: number) => later.map(({ dispatchId }) => dispatchId).slice(0, limit),
    findMany: async (ids: readonly DispatchId[]) => later.filter(({ dispatchId }) => ids.includes(dispatchId)),
  };
  return threadOf(aDispatch(AT), [RECIPIENT], { dispatches });
}

const many = (count: number, sender: AgencyId) =>
  Array.from({ length: count }, () => ({ ...aDispatch(AT), sender, ...between(sender) }));
const between = (agency: AgencyId) => ({
  details: { ...aDispatch(AT).details, recipients: [{ agencyId: agency, code: 'X', name: 'X', system: 's' as never }] },
});

test('what is theirs shows, however much of others came after it', async () => {
  const theirs = many(2, RECIPIENT);
  const { later, more } = await threadAmong([...many(60, OTHER), ...theirs]);
  expect(later.map(({ dispatchId }) => dispatchId)).toEqual(theirs.map(({ dispatchId }) => dispatchId));
  expect(more).toBe(false);
});

test('of more than a view shows the newest are shown, and that there is more', async () => {
  const theirs = many(LIMITS.thread + 1, RECIPIENT);
  const { later, more } = await threadAmong(theirs);
  expect(later).toHaveLength(LIMITS.thread);
  expect(later[0]?.dispatchId).toBe(theirs[0]?.dispatchId);
  expect(more).toBe(true);
});
