import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliveryIdOf, dispatchIdOf, sha256Of, thumbprintOf } from '../../../core/contract/derivedIds.ts';
import {
  type AgencyId,
  base32,
  isAgencyId,
  isDeliveryId,
  isDispatchId,
  isSha256,
  isSystemId,
} from '../../../core/contract/ids.ts';

const SENDER = '01970000-0000-7000-8000-000000000001' as AgencyId;
const OTHER = '01970000-0000-7000-8000-000000000002' as AgencyId;

test.each([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
])('base32 of %j (RFC 4648 section 10, small letters, no padding)', (text, expected) => {
  expect(base32(Buffer.from(text))).toBe(expected);
});

describe('the id of a dispatch', () => {
  const of = (documentId: string, sender = SENDER, kind = 'document') => dispatchIdOf({ sender, kind, documentId });

  test('is one and the same for the same document, and fits its own form', () => {
    expect(of('1')).toBe(of('1'));
    expect(isDispatchId(of('1'))).toBe(true);
    expect(isDeliveryId(deliveryIdOf(of('1'), OTHER))).toBe(true);
  });

  test('differs by sender, kind, DocumentId and content', () => {
    const bytes = sha256Of(Buffer.from('x'));
    const all = [
      of('1'),
      of('2'),
      of('1', OTHER),
      of('1', SENDER, 'status'),
      dispatchIdOf({ sender: SENDER, kind: 'document', documentId: '1', sha256: bytes }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('no two lists of parts run together', () => {
    const parts = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(parts, parts, ([a, b], [c, d]) => {
        const same = a === c && b === d;
        expect(of(b, SENDER, a) === of(d, SENDER, c)).toBe(same);
      }),
    );
    expect(of('23', SENDER, '1')).not.toBe(of('3', SENDER, '12'));
  });
});

test('digests have their known values', () => {
  expect(sha256Of(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(thumbprintOf(Buffer.from('abc'))).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
});

test.each<[string, (text: string) => boolean, readonly string[], readonly string[]]>([
  [
    'dispatch',
    isDispatchId,
    [`dsp_${'a'.repeat(32)}`],
    ['', 'dsp_', `dsp_${'A'.repeat(32)}`, `dsp_${'1'.repeat(32)}`, `dlv_${'a'.repeat(32)}`, `dsp_${'a'.repeat(32)}\n`],
  ],
  ['delivery', isDeliveryId, [`dlv_${'7'.repeat(32)}`], [`dlv_${'a'.repeat(31)}`, ` dlv_${'a'.repeat(32)}`]],
  [
    'system',
    isSystemId,
    ['abc', 'a1-b', 'x'.repeat(40)],
    ['ab', '-abc', 'abc-', 'a_b', 'Abc', 'x'.repeat(41), 'a/b', 'a*b', 'a b'],
  ],
  [
    'agency',
    isAgencyId,
    [SENDER],
    ['', '01970000-0000-7000-8000-00000000000A', `${SENDER}0`, SENDER.replace('-8', '-c')],
  ],
  ['digest', isSha256, ['0'.repeat(64)], ['0'.repeat(63), 'G'.repeat(64)]],
])('the form of a %s id', (_, is, good, bad) => {
  for (const text of good) expect(is(text), text).toBe(true);
  for (const text of bad) expect(is(text), text).toBe(false);
});
