import { expect, test } from 'vitest';
import { localTime } from '../../../core/edxml/localTime.ts';

test('times are those of a clock in Vietnam', () => {
  expect(localTime(Date.UTC(2025, 2, 14, 2, 20, 3))).toBe('2025/03/14 09:20:03');
  expect(localTime(Date.UTC(2025, 11, 31, 17))).toBe('2026/01/01 00:00:00');
});
