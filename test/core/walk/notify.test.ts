import { expect, test } from 'vitest';
import type { SystemId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { SystemRecord } from '../../../core/contract/records.ts';
import type { WebhookMessage, WebhookPost, WebhookRecord } from '../../../core/contract/webhook.ts';
import { notify } from '../../../core/walk/notify.ts';
import { aSystem } from '../../adapters/aws/records.ts';

const NOW = Date.parse('2026-03-02T01:00:00Z');
const MINUTE = 60_000;
const system = 'bo-minh-hoa' as SystemId;
const message: WebhookMessage = {
  system,
  event: { id: `evt_${'a'.repeat(32)}`, type: 'webhook.ping', timestamp: '2026-03-02T01:00:00.000Z', data: { system } },
};
const record: WebhookRecord = {
  v: 1,
  system,
  url: 'https://a.example/hook',
  ciphertext: 'c2VhbGVk',
  registeredAt: NOW,
  failures: 0,
};
const owner = aSystem(system, { name: 'Hệ thống', createdAt: NOW });

/** A webhook whose endpoint answers as it is told, with what was sent to it. */
function endpoint(webhook = record) {
  const state: {
    now: number;
    webhook: WebhookRecord | undefined;
    owner: SystemRecord;
    up: boolean;
    readonly posts: Parameters<WebhookPost>[0][];
  } = { now: NOW, webhook, owner, up: false, posts: [] };
  const ports = {
    clock: { now: () => state.now },
    directory: { system: async () => state.owner },
    webhooks: {
      find: async () => state.webhook,
      note: async ({ failures, lastSuccess: _, failingSince: __, why: ___, nextTry, ...seen }, health) => {
        if (state.webhook?.failures !== failures || state.webhook.nextTry !== nextTry) return false;
        state.webhook = { ...seen, ...health };
        return true;
      },
    },
    secrets: { open: async () => 'whsec_AAAA' },
    post: async (request) => {
      state.posts.push(request);
      return state.up ? { ok: true } : { ok: false, why: 'it answers 500' };
    },
  } satisfies Parameters<typeof notify>[2];
  return { state, send: (attempt = 1) => notify(message, attempt, ports) };
}

test('a failure comes back later and later, and at last is given up', async () => {
  for (const [index, minutes] of LIMITS.webhookBackOffMinutes.entries()) {
    const { send } = endpoint();
    expect(await send(index + 1)).toEqual({ fate: 'again', why: 'it answers 500', afterSeconds: minutes * 60 });
  }
  const { send } = endpoint();
  expect(await send(LIMITS.webhookBackOffMinutes.length + 1)).toEqual({ fate: 'dropped', why: 'it answers 500' });
});

test('SQS can wait as long as the longest step', () => {
  expect(Math.max(...LIMITS.webhookBackOffMinutes)).toBeLessThan(12 * 60);
});

test('the breaker opens at the fifth failure in a row, lets nothing through for a quarter, then one probe; a success closes it', async () => {
  const { state, send } = endpoint();
  for (let failure = 1; failure <= 5; failure++) await send();
  expect(state.webhook).toMatchObject({ failures: 5, failingSince: NOW, nextTry: NOW + 15 * MINUTE });
  expect(await send()).toMatchObject({ fate: 'again', afterSeconds: 15 * 60 });
  expect(state.posts).toHaveLength(5);

  state.now += 15 * MINUTE;
  expect(await send()).toMatchObject({ fate: 'again', why: 'it answers 500', afterSeconds: 15 * 60 });
  expect(state.webhook).toMatchObject({ failures: 6, failingSince: NOW, nextTry: state.now + 15 * MINUTE });

  state.now += 15 * MINUTE;
  state.up = true;
  expect(await send()).toEqual({ fate: 'sent' });
  expect(state.webhook).toEqual({ ...record, failures: 0, lastSuccess: state.now });
  expect(new Set(state.posts.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([message.event.id]));
});

test('five posts that hang at the same time open the breaker together, not five rounds of them', async () => {
  const { state, send } = endpoint();
  await Promise.all(Array.from({ length: 5 }, () => send()));
  expect(state.posts).toHaveLength(5);
  expect(state.webhook).toMatchObject({ failures: 5, nextTry: NOW + 15 * MINUTE });
  expect(await send()).toMatchObject({ fate: 'again', why: 'the endpoint is left alone for a while' });
  expect(state.posts).toHaveLength(5);
});

test('of many that come back when the quarter is over, one is the probe and the others wait', async () => {
  const { state, send } = endpoint({ ...record, failures: 5, failingSince: NOW, nextTry: NOW });
  const fates = await Promise.all(Array.from({ length: 20 }, () => send()));
  expect(state.posts).toHaveLength(1);
  expect(state.webhook).toMatchObject({ failures: 6, nextTry: NOW + 15 * MINUTE });
  expect(new Set(fates.map(({ fate }) => fate))).toEqual(new Set(['again']));
});

test('four failures and a success leave it closed, and the count begins anew', async () => {
  const { state, send } = endpoint({ ...record, failures: 4, failingSince: NOW, why: 'it answers 500' });
  state.up = true;
  expect(await send()).toEqual({ fate: 'sent' });
  expect(state.webhook).toEqual({ ...record, lastSuccess: NOW });
});

test('without a webhook, or of a suspended system, an event is dropped and nobody is called', async () => {
  const suspended = endpoint();
  suspended.state.owner = { ...owner, status: 'suspended' };
  suspended.state.up = true;
  const none = endpoint();
  none.state.webhook = undefined;
  expect(await suspended.send()).toEqual({ fate: 'dropped', why: 'the system is suspended' });
  expect(await none.send()).toEqual({ fate: 'dropped', why: 'the system has no webhook' });
  expect([suspended, none].map(({ state }) => state.posts)).toEqual([[], []]);
});
