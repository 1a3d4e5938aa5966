import { describe, expect, test } from 'vitest';
import { isSha256 } from '../../../core/contract/ids.ts';
import { checkMessage } from '../../../core/edxml/checkMessage.ts';
import { completeMessage } from '../../../core/edxml/completeMessage.ts';
import { detachedDigest, detachedName } from '../../../core/edxml/detachedName.ts';

/** The example of RFC 6920 section 8.1: SHA-256 of "Hello World!". */
const NAME = 'ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk';
const DIGEST = '7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069';

test('a name and a digest stand for each other', () => {
  expect(detachedDigest(NAME)).toBe(DIGEST);
  if (!isSha256(DIGEST)) throw new TypeError(DIGEST);
  expect(detachedName(DIGEST)).toBe(NAME);
});

describe('what only looks like a name is none, and a message with it is refused', () => {
  const reference = (...ids: readonly string[]) =>
    checkMessage(completeMessage({ edXMLManifest: { Reference: ids.map((ContentId) => ({ ContentId })) } }), {
      attachments: [],
    }).filter(({ path }) => path.startsWith('edXMLManifest'));

  test.each([
    ['short', NAME.slice(0, -1)],
    ['long', `${NAME}A`],
    ['padded', `${NAME}=`],
    ['with stray bits', NAME.replace(/k$/, 'l')],
    ['with another algorithm', NAME.replace('sha-256', 'sha-256-128')],
    ['with an authority', NAME.replace('///', '//example.com/')],
    ['with a query', `${NAME}?ct=application/pdf`],
    ['in capitals', NAME.toUpperCase()],
  ])('%s', (_, name) => {
    expect(detachedDigest(name)).toBeUndefined();
    expect(reference(name)).toMatchObject([{ code: 'invalid-detached-name', severity: 'error' }]);
  });

  test('a good one needs no counterpart in the message, and stands there once', () => {
    expect(reference(NAME)).toEqual([]);
    expect(reference(NAME, NAME)).toMatchObject([{ code: 'attachment-mismatch', severity: 'error' }]);
  });
});
