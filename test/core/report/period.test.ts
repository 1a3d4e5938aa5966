import { expect, test } from 'vitest';
import { dayAt, periodNamed } from '../../../core/report/period.ts';

const iso = (at = Number.NaN): string => new Date(at).toISOString();

test('a month begins and ends at midnight in Vietnam', () => {
  const period = periodNamed('2026-10');
  expect([iso(period?.from), iso(period?.to)]).toEqual(['2026-09-30T17:00:00.000Z', '2026-10-31T17:00:00.000Z']);
  expect(period?.days).toHaveLength(31);
  expect([period?.days[0], period?.days.at(-1)]).toEqual(['2026-10-01', '2026-10-31']);
  expect(period?.months).toEqual(['2026-10']);
});

test('December and the last quarter end with the year', () => {
  for (const name of ['2026-12', '2026-Q4']) expect(iso(periodNamed(name)?.to)).toBe('2026-12-31T17:00:00.000Z');
  expect(periodNamed('2026-Q4')?.months).toEqual(['2026-10', '2026-11', '2026-12']);
  expect(periodNamed('2026-Q4')?.days).toHaveLength(92);
});

test('February has its leap day', () => {
  expect(periodNamed('2028-02')?.days).toHaveLength(29);
});

test('a moment belongs to the day that it is in Vietnam', () => {
  expect(dayAt(Date.parse('2026-10-31T16:59:59.999Z'))).toBe('2026-10-31');
  expect(dayAt(Date.parse('2026-10-31T17:00:00.000Z'))).toBe('2026-11-01');
});

test.each([
  '',
  '2026',
  '2026-13',
  '2026-00',
  '2026-1',
  '2026-Q0',
  '2026-Q5',
  '2026-q4',
  ' 2026-10',
  '2026-10-01',
  '1026-10',
])('%j is no period', (name) => {
  expect(periodNamed(name)).toBeUndefined();
});
