import { X509Certificate } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AxisClient } from '../../client/axisClient.ts';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import { openTestAuthority, type TestAuthority } from '../kit/authority.ts';
import { enrolSystem } from '../kit/enrolment.ts';
import { refusalCodeOf, refusalOf } from '../kit/outcomes.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { answering, standardSignature, startWebhookReceiver, type WebhookReceiver } from '../kit/webhookReceiver.ts';

const [MINUTE, DAY] = [60_000, 86_400_000];
const SYSTEM = 'he-thong-moi';
let town: TestAxis;
let authority: TestAuthority;
let client: AxisClient;
let receiver: WebhookReceiver;
let secret = '';

beforeAll(async () => {
  town = await startTestAxis();
  authority = await openTestAuthority(town);
  client = await enrolSystem(town, SYSTEM);
});
afterAll(() => town?.stop());
beforeEach(async () => {
  receiver = await startWebhookReceiver();
  ({ secret } = await client.setWebhook(receiver.url));
});
afterEach(() => receiver.stop());

let numbers = 0;
/** An event put straight into the queue. */
async function tell(): Promise<string> {
  numbers += 1;
  const id = `evt_${'a'.repeat(30)}${String.fromCharCode(97 + numbers)}a`;
  const event = { id, type: 'webhook.ping', timestamp: new Date(now()).toISOString(), data: { system: SYSTEM } };
  const QueueUrl = outputOf(town.axis, 'WebhookQueue');
  await town.stores.sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ system: SYSTEM, event }) }),
  );
  return id;
}
const now = () => town.axis.clock.now();
const triesOf = (id: string) => receiver.seen.filter((one) => one.id === id);
const arrives = (id: string, tries = 1) => until(() => triesOf(id).length >= tries, `${id} came ${tries} times`);
const succeeded = () => until(async () => (await webhookItem())?.failures === 0, 'the success is noted');
/** The clock may pass only then: before it the pause would begin at the later time. */
const postponed = (id: string, attempt: number) =>
  until(
    () => logs().some((line) => [id, '"again"', `"attempt":${attempt},`].every((text) => line.includes(text))),
    `try ${attempt} of ${id} is put off`,
  );
const webhookItem = async () => (await town.stores.registry()).find(({ id }) => id === `webhook#${SYSTEM}`);
const logs = () => town.axis.logs({}).map(({ line }) => line);

describe('registration', () => {
  test('the endpoint answered a ping, signed with the secret that the answer shows and nothing else does', async () => {
    const [ping] = receiver.seen;
    if (!ping) throw new Error('no ping');
    expect(ping.signature).toBe(standardSignature(ping, secret));
    expect(JSON.parse(ping.body)).toMatchObject({ type: 'webhook.ping', data: { system: SYSTEM } });
    expect(Math.abs(Number(ping.timestamp) * 1000 - now())).toBeLessThan(60_000);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await client.webhook();
    expect(shown).toMatchObject({ url: receiver.url, state: 'active', lastSuccess: expect.any(String) });
    expect(JSON.stringify([shown, await town.stores.registry()])).not.toContain(secret.slice('whsec_'.length));
  });

  test.each([
    ['answers 404', answering(404), 'it answers 404'],
    ['redirects', answering(302, { location: 'https://example.org/' }), 'it answers 302'],
    ['hangs up', (response) => void response.destroy(), 'it cannot be reached: ECONNRESET'],
  ] as const satisfies readonly (readonly [string, WebhookReceiver['answer'], string])[])(
    '53: an endpoint that %s is refused, and what was there stays',
    async (_, answer, why) => {
      const before = await webhookItem();
      receiver.answer = answer;
      const refusal = await refusalOf(client.setWebhook(receiver.url));
      expect(refusal).toMatchObject({ code: 'webhook-unusable', message: expect.stringContaining(why) });
      expect(await webhookItem()).toEqual(before);
    },
  );

  test('53: a private address is refused, and so is what is no address', async () => {
    for (const url of ['https://10.0.0.1/hook', 'http://169.254.169.254/', 'nonsense'])
      expect(await refusalCodeOf(client.setWebhook(url))).toBe('webhook-unusable');
  });

  test('each registration has a secret of its own; removed is removed, and another system has none', async () => {
    const again = await client.setWebhook(receiver.url);
    expect(again.secret).not.toBe(secret);
    expect(await refusalCodeOf(town.clients['bo-minh-hoa'].webhook())).toBe('webhook-not-found');
    expect(await client.removeWebhook()).toEqual({ removed: true });
    expect(await refusalCodeOf(client.removeWebhook())).toBe('webhook-not-found');
    expect(await refusalCodeOf(client.webhook())).toBe('webhook-not-found');
  });
});

describe('53: an endpoint that fails', () => {
  test('is told again under the same id with a signature of its own time; the breaker opens, and a probe closes it', async () => {
    receiver.answer = answering(500);
    const id = await tell();
    for (const [index, minutes] of [1, 5, 15, 60].entries()) {
      await postponed(id, index + 1);
      expect(await webhookItem()).toMatchObject({ failures: index + 1 });
      town.advance(minutes * MINUTE + 1000);
    }
    await postponed(id, 5);
    const broken = await client.webhook();
    expect(broken).toMatchObject({ state: 'broken', why: 'it answers 500' });
    expect(Date.parse(broken.nextTry ?? '') - now()).toBeLessThanOrEqual(15 * MINUTE);

    // Nothing more is sent meanwhile.
    const other = await tell();
    await postponed(other, 1);
    expect(triesOf(other)).toEqual([]);

    receiver.answer = answering(204);
    town.advance(15 * MINUTE + 1000);
    await arrives(other);
    await succeeded();
    expect(await client.webhook()).toMatchObject({ state: 'active' });
    town.advance(180 * MINUTE);
    await arrives(id, 6);

    const tries = triesOf(id);
    expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
    expect(new Set(tries.map(({ timestamp }) => timestamp)).size).toBe(6);
    for (const one of tries) expect(one.signature).toBe(standardSignature(one, secret));
  });

  test('registering anew closes the breaker at once', async () => {
    receiver.answer = answering(500);
    const id = await tell();
    await postponed(id, 1);
    expect(await webhookItem()).toMatchObject({ failures: 1 });
    receiver.answer = answering(204);
    await client.setWebhook(receiver.url);
    expect(await client.webhook()).toMatchObject({ state: 'active' });
    expect(await webhookItem()).toMatchObject({ failures: 0 });
  });
});

test('a certificate that ends is told at 60, 30 and 7 days, once each, however often is looked', async () => {
  const body = { code: 'X96', name: 'Cơ quan mới', system: SYSTEM, reason: 'thử' };
  await town.operator.call('addAgency', { body });
  const { certificate } = await authority.enrol('X96', { from: -DAY, until: 62 * DAY });
  const thumbprint = thumbprintOf(certificate);
  /** By their ids, as a receiver counts: a message in flight while the clock jumps comes again. */
  const told = () => {
    const about = receiver.events('certificate.expiring').filter(({ data }) => data.thumbprint === thumbprint);
    return [...new Map(about.map((event) => [event.id, event])).values()];
  };
  const seen = () => logs().filter((line) => line.includes('"certificates-seen"'));
  const looks = () => seen().length;
  const look = () => town.axis.invoke('docaxis-evaluation-watch', { task: 'certificates' });
  await look();
  // After 3 days 59 are left, after 33 days 29, after 56 days 6; nothing new in between.
  for (const [passing, count] of [
    [3, 1],
    [10, 1],
    [20, 2],
    [10, 2],
    [13, 3],
  ] as const) {
    const before = looks();
    town.advance(passing * DAY);
    await until(() => looks() > before, 'the daily look');
    await look();
    await until(() => told().length >= count, `${count} events`);
  }
  const events = told();
  expect(events.map(({ data }) => data.daysLeft)).toEqual([58, 28, 5]);
  const enqueued = seen().map((line) => Number(/"told":(\d+)/.exec(line)?.[1]));
  expect(enqueued.reduce((sum, count) => sum + count, 0)).toBe(3);
  const notAfter = new Date(new X509Certificate(certificate).validTo).toISOString();
  expect(events[0]?.data).toEqual({ agency: 'X96', thumbprint, notAfter, daysLeft: 58 });
  // What is replaced is nobody's worry.
  const replaced = await authority.enrol('X96', { from: -DAY, until: 20 * DAY });
  await authority.enrol('X96', { from: -DAY, until: 200 * DAY });
  await look();
  const claimId = `certificate#${thumbprintOf(replaced.certificate)}`;
  const claim = (await town.stores.registry()).find(({ id }) => id === claimId);
  expect(claim).toBeDefined();
  expect(claim?.warned).toBeUndefined();
});

test('neither the secret nor what follows the address’s question mark is ever logged', async () => {
  const id = await tell();
  await arrives(id);
  await until(() => logs().some((line) => line.includes(id)), 'it is logged');
  const text = logs().join('\n');
  expect(text).not.toContain('very-private-key');
  expect(text).not.toContain(secret.slice('whsec_'.length, 20));
});
