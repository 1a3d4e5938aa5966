import { expect, test } from 'vitest';
import { countSuite, troublesOf } from './suite.ts';
import { vectorSuites } from './suites.ts';
import { vectorFolder } from './vectorFolder.ts';

for (const suite of vectorSuites) {
  const folder = vectorFolder(suite.folder);
  test.skipIf(folder === null)(`${suite.name}: every case is run and gets the verdict that it must have`, () => {
    expect(troublesOf(suite.judge(folder ?? ''), suite)).toEqual([]);
  });
}

test('a wrong verdict, a case that was not run and one more set apart are each told', () => {
  const cases = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
  const result = countSuite('sample', cases, ({ id }) => {
    if (id === 'a') return { wrong: 'accepted' };
    return id === 'b' ? { apart: 'dsa' } : 'refused';
  });
  expect(troublesOf(result, { cases: 5, apart: {} })).toEqual([
    'sample: 4 cases listed, where there must be 5',
    'sample: 4 cases run, where there must be 5',
    'sample: 1 cases set apart for dsa, where there were 0',
    'sample: WRONG a: accepted',
  ]);
});
