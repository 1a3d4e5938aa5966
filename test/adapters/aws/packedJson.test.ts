import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packJson, unpackJson } from '../../../adapters/aws/packedJson.ts';
import { DICTIONARY } from '../../../adapters/aws/packedJsonWords.ts';

test('the dictionary is the one that everything kept so far was packed with', () => {
  expect(createHash('sha256').update(DICTIONARY).digest('hex')).toBe(
    'd2901cec370ba2433d0ced7c675d37b1faf75813ae9c0840157484369bdab718',
  );
  const packedBefore = 'AatG6yAg98SUkIooWI6OrQUA';
  expect(unpackJson(Buffer.from(packedBefore, 'base64'))).toEqual({ subject: 'V/v triển khai', checks: ['digest'] });
});

test('whatever JSON can say comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(unpackJson(packJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([
  ['nothing', ''],
  ['an unknown format', '\u0002abc'],
  ['a damaged text', '\u0001\u0007\u0007\u0007'],
])('%s is not read', (_, bytes) => {
  expect(() => unpackJson(Buffer.from(bytes))).toThrow(Error);
});
