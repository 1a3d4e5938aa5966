import { expect, test } from 'vitest';
import type { CloudCall, PendingCall } from '../../../local/contract/cloudCall.ts';
import { CallBook, RuleInterference } from '../../../local/runtime/callBook.ts';

const pending: PendingCall = {
  principal: 'role-1',
  service: 'dynamodb',
  operation: 'PutItem',
  resource: 'arn:table/T',
};
const call: CloudCall = { ...pending, at: 1, status: 200, bytesIn: 1, bytesOut: 1 };

test('calls are numbered and counted, also those that no longer fit', () => {
  const book = new CallBook({ capacity: 2, functionOf: (key) => (key === 'k' ? 'F' : undefined) });
  for (let index = 0; index < 7; index++) book.add(index === 6 ? { ...call, accessKeyId: 'k' } : call);
  expect(book.since(0).map(({ n }) => n)).toEqual([6, 7]);
  expect(book.since(6)).toEqual([{ ...call, n: 7, accessKeyId: 'k', function: 'F' }]);
  expect(book.counts).toEqual({ 'role-1 dynamodb:PutItem': 7 });
  expect(book.total).toBe(7);
});

function judge(rules: Parameters<RuleInterference['set']>[0], ...calls: Partial<PendingCall>[]): string[] {
  const interference = new RuleInterference((judged) => [judged.principal, 'Submit']);
  interference.set(rules);
  return calls.map((changes) => interference.judge({ ...pending, ...changes }).fate);
}

test('the first rule that matches decides', () => {
  const rules = [
    { operation: 'GetItem', fate: 'throttle' },
    { service: 'dynamodb', fate: 'fail-after' },
  ] as const;
  expect(judge(rules, {}, { operation: 'GetItem' }, { service: 's3' })).toEqual(['fail-after', 'throttle', 'proceed']);
});

test('only the nth match is hit, counting matches of the rule alone', () => {
  const rules = [{ operation: 'PutItem', nth: 2, fate: 'kill-after' }] as const;
  expect(judge(rules, {}, { operation: 'GetItem' }, {}, {})).toEqual(['proceed', 'proceed', 'kill-after', 'proceed']);
});

test('a principal is known by its role, its function, or the beginning of either', () => {
  for (const principal of ['role-1', 'Submit', 'Sub*', '*'])
    expect(judge([{ principal, fate: 'throttle' }], {})).toEqual(['throttle']);
  expect(judge([{ principal: 'Other', fate: 'throttle' }], {})).toEqual(['proceed']);
});

test('rules tell how often they have struck, each setting for itself', () => {
  const interference = new RuleInterference(({ principal }) => [principal]);
  const first = interference.set([{ nth: 1, fate: 'throttle' }]);
  interference.judge(pending);
  interference.judge(pending);
  expect(first.count).toBe(1);
  const second = interference.set([{ operation: 'GetItem', fate: 'throttle' }]);
  interference.judge(pending);
  expect([first.count, second.count]).toEqual([1, 0]);
});

test('equal rules for one number strike so many calls in a row', () => {
  const rule = { operation: 'PutItem', nth: 2, fate: 'fail-before' } as const;
  expect(judge([rule, rule], {}, {}, {}, {})).toEqual(['proceed', 'fail-before', 'fail-before', 'proceed']);
});
