import { expect, test } from 'vitest';
import { failedIds } from '../../../local/runtime/queuePoller.ts';

const all = new Set(['a', 'b', 'c']);

const table: [string, unknown, string[]][] = [
  ['nothing', null, []],
  ['an empty object', {}, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['null', { batchItemFailures: null }, []],
  ['one message', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
  ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'x' }] }, ['a', 'b', 'c']],
  ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b', 'c']],
  ['a wrong key', { batchItemFailures: [{ id: 'b' }] }, ['a', 'b', 'c']],
  ['an id that is no text', { batchItemFailures: [{ itemIdentifier: null }] }, ['a', 'b', 'c']],
  ['no list', { batchItemFailures: 'b' }, ['a', 'b', 'c']],
];
test.each(table)('a report of %s fails the right messages', (_name, result, failed) => {
  expect([...failedIds(result, all)]).toEqual(failed);
});
