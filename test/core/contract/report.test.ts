import { expect, test } from 'vitest';
import {
  buildReport,
  checkIds,
  failed,
  failuresOf,
  isAcceptable,
  notApplicable,
  passed,
  REASON_LENGTH,
  warned,
  warningsOf,
} from '../../../core/contract/report.ts';

const at = new Date('2026-06-01T08:00:00.000Z');

test('checks are listed in the order of checking, whatever order they were made in', () => {
  const report = buildReport({
    at,
    signed: 'xmldsig',
    checks: [passed('recipients'), failed('digest', 'differs'), passed('xml-profile')],
  });
  expect(report).toEqual({
    v: 1,
    at: '2026-06-01T08:00:00.000Z',
    signed: 'xmldsig',
    checks: [
      { id: 'xml-profile', verdict: 'pass' },
      { id: 'digest', verdict: 'fail', reason: 'differs' },
      { id: 'recipients', verdict: 'pass' },
    ],
  });
});

test('every check id is there once', () => {
  expect(new Set(checkIds).size).toBe(checkIds.length);
});

test('one failure refuses, warnings do not', () => {
  const checks = [passed('digest'), warned('revocation', 'not consulted'), notApplicable('secrecy')];
  expect(isAcceptable({ checks }, ['digest'])).toBe(true);
  expect(warningsOf({ checks }).map((check) => check.id)).toEqual(['revocation']);
  const worse = { checks: [...checks, failed('key-usage', 'no')] };
  expect(isAcceptable(worse, ['digest'])).toBe(false);
  expect(failuresOf(worse).map((check) => check.id)).toEqual(['key-usage']);
});

test('a required check that was forgotten, or had no object, refuses', () => {
  expect(isAcceptable({ checks: [] }, [])).toBe(false);
  expect(isAcceptable({ checks: [passed('digest')] }, ['digest', 'signature-value'])).toBe(false);
  expect(isAcceptable({ checks: [passed('digest'), notApplicable('signature-value')] }, ['signature-value'])).toBe(
    false,
  );
});

test('reasons are bounded, because parts of them come from documents', () => {
  expect(failed('digest', 'x'.repeat(10_000)).reason).toHaveLength(REASON_LENGTH);
});
