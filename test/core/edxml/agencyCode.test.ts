import { describe, expect, test } from 'vitest';
import { parentCode, parseAgencyCode } from '../../../core/edxml/agencyCode.ts';

const parent = (text: string) => {
  const parsed = parseAgencyCode(text);
  if (parsed === null) throw new Error(`${text} is not a code`);
  return parentCode(parsed);
};

describe('an agency code', () => {
  test.each([
    ['H56', 'decision20'],
    ['H37.02.02', 'decision20'],
    ['X93.01.002', 'decision20'],
    ['H37.DN.001', 'decision20'],
    ['000.00.00.G22', 'legacy'],
    ['001.00.20.TT2', 'legacy'],
    ['28.22.H17', 'legacy-short'],
    ['01.02.G22', 'legacy-short'],
  ] as const)('%s has the form %s', (text, form) => {
    expect(parseAgencyCode(text)).toEqual({ code: text, received: text, form, isHub: false });
  });

  test.each(['W00', '00.12.W00', 'H37.W00'])('%s is a hub', (text) => {
    expect(parseAgencyCode(text)?.isHub).toBe(true);
  });

  test('is compared in capitals without white space, and kept as received', () => {
    expect(parseAgencyCode(' h37.02.02\n')).toMatchObject({ code: 'H37.02.02', received: ' h37.02.02\n' });
  });

  test.each([
    '',
    'null',
    'vxp.saas.03',
    'H5',
    'H56.',
    'H56.1',
    'H56.0001',
    'H56..02',
    'HH6',
    '000.00.00',
    '0.0.0.G22',
    'H56 02',
    // Nothing but zeros names no body, and has none above it.
    '000.00.00.000',
    '000.00.31.000',
  ])('%j is none', (text) => {
    expect(parseAgencyCode(text)).toBeNull();
  });

  test('ends at 35 characters', () => {
    expect(parseAgencyCode(`H37${'.002'.repeat(8)}`)?.code.length).toBe(35);
    expect(parseAgencyCode(`H37${'.002'.repeat(9)}`)).toBeNull();
    expect(parseAgencyCode(' '.repeat(1_000_000))).toBeNull();
  });
});

describe('the body above', () => {
  test.each([
    ['H37.02.02', 'H37.02'],
    ['H37', null],
    ['000.20.31.H53', '000.00.31.H53'],
    ['000.00.31.H53', '000.00.00.H53'],
    ['000.00.00.H53', null],
    ['28.22.H17', '00.22.H17'],
  ])('%s is under %s', (text, expected) => {
    expect(parent(text)).toBe(expected);
  });
});
