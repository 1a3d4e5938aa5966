import { expect, test } from 'vitest';
import type { AgencyId, SystemId, Thumbprint } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { AgencyRecord, CertificateClaim } from '../../../core/contract/records.ts';
import type { WebhookMessage, WebhookRecord } from '../../../core/contract/webhook.ts';
import { type WarnPorts, warnOfExpiry } from '../../../core/walk/warnOfExpiry.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const DAY = 86_400_000;
const SYSTEM = 'so-vi-du' as SystemId;
const agencyId = '018f0000-0000-7000-8000-000000000001' as AgencyId;

const claimOf = (name: string, days: number): CertificateClaim => ({
  thumbprint: name as Thumbprint,
  agencyId,
  der: '',
  notAfter: NOW + days * DAY,
  from: 0,
});
const agency: AgencyRecord = {
  v: 1,
  agencyId,
  code: 'X96',
  name: 'Cơ quan',
  revision: 1,
  status: 'active',
  route: { kind: 'system', system: SYSTEM },
  policy: { unsigned: 'refuse' },
  createdAt: 0,
  certificates: [],
  history: [],
};
const webhook: WebhookRecord = {
  v: 1,
  system: SYSTEM,
  url: 'https://a.example/',
  ciphertext: '',
  registeredAt: 0,
  failures: 0,
};

/** Claims of one agency, served page by page, with what was told and marked. */
function registry(claims: readonly CertificateClaim[], of: AgencyRecord = agency) {
  const marks = new Map<Thumbprint, number>();
  const state: { webhook: WebhookRecord | undefined; queueFails: boolean; readonly told: WebhookMessage[] } = {
    webhook,
    queueFails: false,
    told: [],
  };
  const ports: WarnPorts = {
    clock: { now: () => NOW },
    listing: {
      expiringPage: async (period, { limit, after = '0' }) => {
        const start = Number(after);
        const listed = claims.filter(({ notAfter }) => notAfter <= period.until);
        const items = listed.slice(start, start + limit).map((claim) => {
          const warned = marks.get(claim.thumbprint);
          return warned === undefined ? claim : { ...claim, warned };
        });
        return start + limit < listed.length ? { items, next: String(start + limit) } : { items };
      },
    },
    directory: { agencies: async (ids) => ids.map(() => of) },
    webhooks: { find: async () => state.webhook },
    queue: {
      enqueue: async (message) => {
        if (state.queueFails) throw new Error('throttled');
        state.told.push(message);
      },
    },
    marks: { mark: async (thumbprint, days) => void marks.set(thumbprint, days) },
  };
  return { state, marks, look: () => warnOfExpiry(ports) };
}

test('each certificate is told at the nearest of its days, and a second look tells nothing', async () => {
  const { marks, look } = registry([
    claimOf('a', 5),
    claimOf('b', 7),
    claimOf('c', 8),
    claimOf('d', 60),
    claimOf('e', 61),
  ]);
  expect(await look()).toBe(4);
  expect(Object.fromEntries(marks)).toEqual({ a: 7, b: 7, c: 30, d: 60 });
  expect(await look()).toBe(0);
});

test('who has no webhook is not marked, and is told once it has one', async () => {
  const { state, marks, look } = registry([claimOf('a', 40)]);
  state.webhook = undefined;
  expect(await look()).toBe(0);
  expect(marks.size).toBe(0);
  state.webhook = webhook;
  expect(await look()).toBe(1);
});

test('what could not be put into the queue is not marked: the next look tells it, under the id that it would have had', async () => {
  const { state, marks, look } = registry([claimOf('a', 40)]);
  state.queueFails = true;
  await expect(look()).rejects.toThrow('throttled');
  expect(marks.size).toBe(0);
  state.queueFails = false;
  await look();
  marks.clear();
  await look();
  expect(new Set(state.told.map(({ event }) => event.id)).size).toBe(1);
});

test.each([
  ['that was merged', { ...agency, successor: agencyId }],
  ['that was closed', { ...agency, closedAt: 1 }],
  ['that no system serves', { ...agency, route: undefined }],
  [
    'that has a certificate which lasts',
    { ...agency, certificates: ['z' as Thumbprint], expiring: { z: NOW + 90 * DAY } },
  ],
] as const)('of an agency %s nobody is told', async (_, { route, ...of }) => {
  const { look } = registry([claimOf('a', 5)], route ? { ...of, route } : of);
  expect(await look()).toBe(0);
});

test('a certificate that ends as soon replaces nothing', async () => {
  const certificates = ['z' as Thumbprint];
  const { look } = registry([claimOf('a', 5)], { ...agency, certificates, expiring: { z: NOW + 6 * DAY } });
  expect(await look()).toBe(1);
});

test('a look tells so many and no more, those that end first, and the next one goes on', async () => {
  const most = LIMITS.expiryWarnings;
  const { state, look } = registry(Array.from({ length: most + 7 }, (_, n) => claimOf(`c${n}`, 1 + n / 100)));
  expect(await look()).toBe(most);
  expect(state.told[0]?.event.data).toMatchObject({ thumbprint: 'c0' });
  expect(await look()).toBe(7);
});
