import { describe, expect, test } from 'vitest';
import { fill } from '../../../core/contract/fill.ts';
import { REFUSALS, type RefusalCode } from '../../../core/contract/refusals.ts';

const CODES = Object.keys(REFUSALS) as RefusalCode[];
const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => (name ?? '').replace(/Vi$/, '')).sort();

describe.each(CODES)('%s', (code) => {
  const { status, retryable, who, en, vi } = REFUSALS[code];

  test('says in English and Vietnamese what is wrong, with the same facts', () => {
    for (const text of [en.title, en.detail, vi.title, vi.detail]) expect(text.trim().length).toBeGreaterThan(3);
    expect(placeholders(vi.detail)).toEqual(placeholders(en.detail));
    expect(placeholders(en.title + vi.title)).toEqual([]);
    expect(vi.detail).not.toBe(en.detail);
    expect(vi.title).toMatch(/[^\x20-\x7e]/);
  });

  test('has a stable form and a status that fits who must act', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    if (status === 401) expect(who).toBe('system');
    if (status === 503) expect(retryable).toBe(true);
  });
});

describe('filling in', () => {
  test('what is missing shows as such; what is not a placeholder stays', () => {
    expect(fill('{a} and {b} and {', { a: 1 })).toBe('1 and ? and {');
  });

  test('a value is shown as it is, without being read as a template again', () => {
    expect(fill('{a}', { a: '{b} $& $1', b: 'x' })).toBe('{b} $& $1');
  });

  test('control characters and line separators become spaces, and length is bounded', () => {
    expect(fill('{a}', { a: 'x\r\ny\u2028z\u0000' })).toBe('x  y z ');
    expect(fill('{a}', { a: 'x'.repeat(10_000) }).length).toBeLessThan(700);
  });
});
