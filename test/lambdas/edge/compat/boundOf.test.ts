import { describe, expect, test } from 'vitest';
import { boundOf } from '../../../../lambdas/edge/compat/boundOf.ts';

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : new Date(at).toISOString());

describe('bounds of a period', () => {
  test.each(['2025/03/14', '2025-03-14', '14/03/2025', '14-3-2025', ' 2025/3/14 '])('%j is a whole day', (text) => {
    expect(iso(boundOf(text, 'from'))).toBe('2025-03-13T17:00:00.000Z');
    expect(iso(boundOf(text, 'to'))).toBe('2025-03-14T16:59:59.999Z');
  });

  test.each(['2025/03/14 09:20:03', '2025-03-14T09:20:03', '14/03/2025 09:20:03'])('%j is a second', (text) => {
    expect(iso(boundOf(text, 'from'))).toBe('2025-03-14T02:20:03.000Z');
    expect(iso(boundOf(text, 'to'))).toBe('2025-03-14T02:20:03.999Z');
  });

  test.each([undefined, '', 'today', '2025', '1742000000', '03/2025'])('%j bounds nothing', (text) => {
    expect(boundOf(text, 'from')).toBeUndefined();
  });
});
