import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stageConfig, stagesOf } from '../../lib/stages.ts';

describe('a description that lacks something is refused, and the message says what is needed', () => {
  const domain = {
    name: 'truc.bo.example.vn',
    certificateArn: 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0',
  };
  const edge = { name: 'truc.example.vn', certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0' };
  test.each<[string, object, RegExp]>([
    [
      'a domain without a name',
      { domain: { ...domain, name: undefined } },
      /domain\.name: needs the name that systems call, such as truc\./,
    ],
    [
      'a domain without a certificate',
      { domain: { name: domain.name } },
      /domain\.certificateArn: needs a certificate for this name in the region/,
    ],
    [
      'mutual TLS without a trust store',
      { domain: { ...domain, mutualTls: {} } },
      /domain\.mutualTls\.trustStore: needs the object with the authorities/,
    ],
    ['an edge without a domain', { edge }, /edge: stands before a domain/],
    [
      'an edge with a certificate of another region',
      { domain, edge: { ...edge, certificateArn: domain.certificateArn } },
      /edge\.certificateArn: needs a certificate for this name in us-east-1/,
    ],
    [
      'an edge before mutual TLS',
      { domain: { ...domain, mutualTls: { trustStore: 's3://trust/clients.pem' } }, edge },
      /edge: cannot stand before mutual TLS/,
    ],
    [
      'an edge under the name of the domain',
      { domain, edge: { ...edge, name: domain.name } },
      /edge: needs another name/,
    ],
    [
      'a budget without an address',
      { budget: { monthlyUsd: 10 } },
      /budget\.email: needs whom warnings about costs are sent to/,
    ],
    [
      'a restored table without a name',
      { restored: { dispatches: '' } },
      /restored\.dispatches: needs the name of the table that dispatches were restored to/,
    ],
    ['a budget without a sum', { budget: { email: 'a@b.vn' } }, /budget\.monthlyUsd: needs the US dollars/],
    [
      'a lock on data that are not retained',
      { storage: { replacedDays: 1, lock: { mode: 'COMPLIANCE', days: 1 } } },
      /storage: locks objects, so/,
    ],
    [
      'a lock that outlasts what retention keeps',
      { retainData: true, storage: { replacedDays: 1, lock: { mode: 'GOVERNANCE', days: 31 } } },
      /storage: locks objects for longer than/,
    ],
    [
      'retention of one kind alone',
      { retention: { document: { contentDays: 1, recordDays: 1 } } },
      /retention\.status/,
    ],
    [
      'a lock of no mode',
      { retainData: true, storage: { replacedDays: 1, lock: { days: 1 } } },
      /storage\.lock\.mode: is one of "GOVERNANCE", "COMPLIANCE"/,
    ],
    ['logs for a time that CloudWatch does not know', { logDays: 31 }, /logDays: is one of 7, 14, 30/],
    ['a release of another kind', { release: { kind: 'linear' } }, /release\.?.*: is \{"kind": "at-once"\}/],
    ['a setting that nobody knows', { logdays: 30 }, /the stage: .*logdays/],
    ['a kind that nobody knows', { like: 'test' }, /like: is one of evaluation, production/],
  ])('%s', (_, said, message) => {
    expect(() => stageConfig('pilot', { ...said })).toThrow(message);
  });

  test('the file is named, and what it does not say is of its kind', () => {
    const folder = mkdtempSync(join(tmpdir(), 'docaxis-stages-'));
    try {
      writeFileSync(join(folder, 'pilot.json'), JSON.stringify({ like: 'production', logDays: 90 }));
      expect(stagesOf('pilot', folder)[0]).toMatchObject({ name: 'pilot', logDays: 90, retainData: true });
      writeFileSync(join(folder, 'pilot.json'), JSON.stringify({ edge }));
      expect(() => stagesOf('pilot', folder)).toThrow(new RegExp(`${folder}/pilot.json\n  edge: stands before`));
      writeFileSync(join(folder, 'pilot.json'), '{');
      expect(() => stagesOf('pilot', folder)).toThrow(/pilot\.json is not JSON/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
