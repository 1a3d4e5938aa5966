import { expect, test } from 'vitest';
import { judgePkits } from '../../conformance/pkits.ts';
import { countRun } from '../../conformance/suite.ts';
import { vectorFolder } from '../../conformance/vectorFolder.ts';

const folder = vectorFolder('pkits');

test.skipIf(folder === null)('every PKITS case gets its verdict, and its policies where they are told', () => {
  const result = judgePkits(folder ?? '');
  expect(result.wrong).toEqual([]);
  expect(countRun(result)).toBe(result.cases);
  // Refused on purpose, valid as they are: a DSA key, indirect and delta lists.
  expect([...result.apart].map(([need, ids]) => [need, ids.length])).toEqual([
    ['dsa', 1],
    ['indirect-crl', 6],
    ['delta-crl', 3],
  ]);
  expect([result.accepted, result.refused]).toEqual([70, 89]);
});
