import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fileIn } from '../../../../lambdas/edge/compat/fileDigest.ts';

const FILE = Buffer.from('<a>Việt</a>');
/** The same digest in both forms, as literals: one byte of it is below 16. */
const BROKEN = 'c921f43a73974eff44cc43f699d55f6c44c029764d8984895a5f8c028a97149';
const PROPER = 'c921f43a73974eff44cc43f699d55f6c44c029764d8984895a5f08c028a97149';
const withLineEnd = (file: Buffer): Buffer => Buffer.concat([file, Buffer.from('\r\n')]);

describe('the file in the body', () => {
  test.each([
    ['as the SDK sends it', withLineEnd(FILE), BROKEN],
    ['with the digest in proper hexadecimal', withLineEnd(FILE), PROPER],
    ['in capital letters', withLineEnd(FILE), PROPER.toUpperCase()],
    ['without the line end, as a repaired client sends it', FILE, BROKEN],
    ['the same with the proper digest', FILE, PROPER],
  ])('is found %s', (_, body, declared) => expect(fileIn(body, declared)).toEqual(FILE));

  test('keeps the line end that is its own: only the one behind it goes', () => {
    const file = withLineEnd(FILE);
    const declared = createHash('sha256').update(file).digest('hex');
    expect(fileIn(withLineEnd(file), declared)).toEqual(file);
    expect(fileIn(file, declared)).toEqual(file);
  });

  test.each([
    ['another digest', FILE, 'a'.repeat(64)],
    ['no digest', FILE, ''],
    ['a line feed alone behind it', Buffer.concat([FILE, Buffer.from('\n')]), BROKEN],
    ['two line ends behind it', withLineEnd(withLineEnd(FILE)), BROKEN],
  ])('is not found with %s', (_, body, declared) => expect(fileIn(body, declared)).toBeUndefined());
});
