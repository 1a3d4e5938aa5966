import { expect, test } from 'vitest';
import { reportQuery } from '../../../lambdas/report/reportQuery.ts';

const MARCH = { from: '2026-03-01T00:00:00+07:00', to: '2026-04-01T00:00:00+07:00' };

test('a month in Vietnam time is read, and without more it is one part', () => {
  expect(reportQuery(MARCH)).toEqual({
    ok: true,
    value: {
      from: Date.parse('2026-02-28T17:00:00Z'),
      to: Date.parse('2026-03-31T17:00:00Z'),
      until: Date.parse('2026-03-31T17:00:00Z'),
      segment: 0,
      segments: 1,
      after: undefined,
    },
  });
});

test.each([
  ['from', {}],
  ['to', { from: MARCH.from }],
  // Without a zone it would be another moment wherever it is read.
  ['from', { ...MARCH, from: '2026-03-01T00:00:00' }],
  ['from', { ...MARCH, from: '2026-03-01' }],
  ['from', { ...MARCH, from: '1926-03-01T00:00:00Z' }],
  ['from', { ...MARCH, from: '2026-13-01T00:00:00Z' }],
  ['to', { ...MARCH, to: MARCH.from }],
  ['to', { ...MARCH, to: '2026-06-30T00:00:00+07:00' }],
  ['until', { ...MARCH, until: '2026-03-20T00:00:00+07:00' }],
  ['until', { ...MARCH, until: '2026-06-30T00:00:00+07:00' }],
  ['segments', { ...MARCH, segments: '0' }],
  ['segments', { ...MARCH, segments: '65' }],
  ['segments', { ...MARCH, segments: '1e1' }],
  ['segment', { ...MARCH, segment: '1' }],
  ['segment', { ...MARCH, segment: '-1', segments: '4' }],
])('%s is named when it is wrong: %j', (parameter, query: Readonly<Record<string, string>>) => {
  expect(reportQuery(query)).toMatchObject({
    ok: false,
    refusal: { code: 'parameter-invalid', parameters: { parameter } },
  });
});
