import { expect, test } from 'vitest';
import { parseSchedule } from '../../../local/runtime/scheduleExpression.ts';

const where = 'Stack/Rule';
const saturday = Date.parse('2026-11-21T10:00:30Z');

const table: [string, string, string?][] = [
  ['rate(1 minute)', '2026-11-21T10:01:30Z'],
  ['rate(2 days)', '2026-11-23T10:00:30Z'],
  ['cron(* * * * ? *)', '2026-11-21T10:01:00Z'],
  ['cron(0 10 * * ? *)', '2026-11-22T10:00:00Z'],
  ['cron(0/15 * * * ? *)', '2026-11-21T10:15:00Z'],
  ['cron(30 1 ? * MON-FRI *)', '2026-11-23T01:30:00Z'],
  ['cron(0 0 1 JAN,JUL ? *)', '2027-01-01T00:00:00Z'],
  ['cron(0 0 29 2 ? *)', '2028-02-29T00:00:00Z'],
  ['cron(30 1 * * ? *)', '2026-11-21T18:30:00Z', 'Asia/Ho_Chi_Minh'],
];
test.each(table)('%s is due next at %s', (expression, due, timezone) => {
  const next = parseSchedule(expression, { where, timezone })(saturday);
  expect(new Date(next).toISOString()).toBe(due.replace('Z', '.000Z'));
});

test('a year that has passed is never due', () => {
  expect(parseSchedule('cron(0 0 1 1 ? 2020)', { where })(saturday)).toBe(Number.POSITIVE_INFINITY);
});

const refused = [
  'at(2026-01-01T00:00:00)',
  'rate(0 minutes)',
  'cron(0 0 L * ? *)',
  'cron(61 0 * * ? *)',
  'cron(* * * *)',
];
test.each(refused)('%s is refused', (expression) => {
  expect(() => parseSchedule(expression, { where })).toThrow(/Stack\/Rule/);
});

test('a time zone with unknown rules is refused', () => {
  expect(() => parseSchedule('rate(1 day)', { where, timezone: 'Europe/Berlin' })).toThrow(/Europe\/Berlin/);
});
