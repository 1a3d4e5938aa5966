import { expect, test } from 'vitest';
import { warmUp } from '../../../adapters/xml/warmUp.ts';

test('the sample that a new instance begins with verifies', () => {
  expect(warmUp).not.toThrow();
});
