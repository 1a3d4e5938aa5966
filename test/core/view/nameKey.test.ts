import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameKeyOf } from '../../../core/view/nameKey.ts';

test.each([
  ['Sở Thử nghiệm', 'so thu nghiem'],
  ['SỞ  THỬ\tNGHIỆM ', 'so thu nghiem'],
  ['Đắk Nông – Ủy ban', 'dak nong uy ban'],
  ['UBND tỉnh (số 2)', 'ubnd tinh so 2'],
  ['Bộ Minh họa'.normalize('NFD'), 'bo minh hoa'],
  [`${'x'.repeat(59)}\u{10428}y`, 'x'.repeat(59)],
  ['...', ''],
  ['', ''],
])('%j is searched as %j', (name, key) => {
  expect(nameKeyOf(name)).toBe(key);
});

test('a key of a key is itself, and no longer than 60 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (name) => {
      const key = nameKeyOf(name);
      expect(key.length).toBeLessThanOrEqual(60);
      expect(key.isWellFormed()).toBe(true);
      expect(nameKeyOf(key)).toBe(key.trim());
    }),
  );
});
