import { describe, expect, test } from 'vitest';
import type { SystemId } from '../../../core/contract/ids.ts';
import type { AgencyRecord, SystemRecord } from '../../../core/contract/records.ts';
import { authoriseSender } from '../../../core/submit/authoriseSender.ts';
import { resolveRecipients } from '../../../core/submit/resolveRecipients.ts';
import { anAgency } from '../../adapters/aws/records.ts';

const CENTRE = 'centre' as SystemId;
const routed = (system: SystemId): Partial<AgencyRecord> => ({ route: { kind: 'system', system } });
const { route: _, ...unconnected } = anAgency('X97');
const caller: SystemRecord = {
  v: 1,
  systemId: CENTRE,
  name: 'x',
  revision: 1,
  status: 'active',
  createdAt: 0,
  keys: [],
  history: [],
};

describe('recipients are all resolved, or none', () => {
  const codesOf = (codes: readonly string[], agencies: readonly (AgencyRecord | undefined)[]) => {
    const outcome = resolveRecipients(codes, agencies);
    return outcome.ok
      ? outcome.value.map(({ code }) => code)
      : `${outcome.refusal.code} ${outcome.refusal.parameters.recipients}`;
  };
  const good = anAgency('X92');

  test('in the order of the message', () => {
    expect(codesOf(['X92', 'X91'], [good, anAgency('X91')])).toEqual(['X92', 'X91']);
  });

  test.each<[string, readonly (AgencyRecord | undefined)[], string]>([
    ['unknown', [good, undefined, undefined], 'recipient-unknown B, C'],
    ['not connected', [good, unconnected, good], 'recipient-unreachable B'],
    ['suspended', [good, good, anAgency('X', { status: 'suspended' })], 'recipient-suspended C'],
    [
      'unknown before unconnected before suspended',
      [anAgency('X', { status: 'suspended' }), unconnected, undefined],
      'recipient-unknown C',
    ],
  ])('%s', (__, agencies, expected) => {
    expect(codesOf(['A', 'B', 'C'], agencies)).toBe(expected);
  });
});

test.each<[string, AgencyRecord | undefined, string]>([
  ['its own agency', anAgency('X91', routed(CENTRE)), 'ok'],
  ['nobody', undefined, 'sender-not-served'],
  ['another system’s', anAgency('X91'), 'sender-not-served'],
  ['one that no system serves', unconnected, 'sender-not-served'],
  ['its own, suspended', anAgency('X91', { ...routed(CENTRE), status: 'suspended' }), 'sender-suspended'],
  ['another system’s, suspended: it is not told', anAgency('X91', { status: 'suspended' }), 'sender-not-served'],
])('a system sends for %s', (__, agency, expected) => {
  const outcome = authoriseSender('X91', agency, caller);
  expect(outcome.ok ? 'ok' : outcome.refusal.code).toBe(expected);
});
