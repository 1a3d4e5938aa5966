import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOG_EVENTS, LOG_FAULTS } from '../../core/contract/logEvents.ts';
import { until } from '../kit/until.ts';
import { startTown, type Town } from '../refusals/town.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town?.stop());

/** Submits a letter as its bytes and says what the answer is called by. */
async function submitted(): Promise<{ readonly correlationId: string; readonly dispatchId: string }> {
  const response = await fetch(new URL('/v1/dispatches', town.facts.url), {
    method: 'POST',
    headers: {
      authorization: await town.token('trung-tam-mau', town.keyOf('trung-tam-mau')),
      'content-type': 'application/edxml',
    },
    body: new Uint8Array(await town.letter()),
  });
  expect(response.status).toBe(201);
  const { dispatchId }: { dispatchId: string } = JSON.parse(await response.text());
  return { correlationId: response.headers.get('x-correlation-id') ?? '', dispatchId };
}

const stats = () => town.operator.call('stats');
const totalsOf = async () => (await stats()).totals;

describe('the numbers of the axis', () => {
  test('are exactly what was sent, taken and refused', async () => {
    const before = await stats();
    const letters = [
      await town.submitLetter(),
      await town.submitLetter(),
      await town.submitLetter({ to: ['X92', 'X91.05'] }),
    ];
    await town.submit(letters[0]?.bytes ?? Buffer.alloc(0));
    await town.settle();
    const ministry = town.clients['bo-minh-hoa'];
    const [first, second] = (await ministry.receive({ max: 2 })).deliveries;
    for (const held of [first, second])
      await ministry.acknowledge(held?.deliveryId ?? '', { leaseToken: held?.lease.token ?? '' });
    const forged = Buffer.from(String(await town.letter()).replace('Công văn', 'Giấy mời'));
    await town.submit(forged).catch(() => undefined);
    await town.submit(Buffer.from('<x/>')).catch(() => undefined);
    await town.watch();

    const after = await until(async () => {
      const now = await stats();
      return now.totals.delivered === before.totals.delivered + 4 && now;
    }, 'the lines of the fan-out');
    expect({
      accepted: after.totals.accepted - before.totals.accepted,
      acknowledged: after.totals.acknowledged - before.totals.acknowledged,
      refused: after.totals.refused - before.totals.refused,
    }).toEqual({ accepted: 3, acknowledged: 2, refused: 2 });
    expect(after.refusals).toEqual(
      expect.arrayContaining([
        { code: 'signature-invalid', count: 1 },
        { code: 'edxml-malformed', count: 1 },
      ]),
    );
    expect(after.verificationFailures).toBe(1);
    expect(after.perMinute).toHaveLength(60);
    expect(after.perMinute.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(after.totals.accepted);
    expect(after.latencies).toMatchObject({
      submit: { p50: expect.any(Number) },
      deliver: { p99: expect.any(Number) },
    });
    expect(after.undelivered).toEqual({ count: 0, partial: false });
    expect(after.queues).toContainEqual({ name: 'fan-out', waiting: 0, dead: 0 });
    expect(after.certificate?.daysLeft).toBeGreaterThan(0);
    expect(Date.parse(after.at) - Date.parse(after.watchman ?? '')).toBeLessThan(120_000);
  });

  test('show the oldest dispatch whose fan-out was lost, until the watchman has moved it', async () => {
    town.axis.interfere([{ operation: 'SendMessage', principal: 'docaxis-evaluation-submit', fate: 'lose' }]);
    const { correlationId, dispatchId } = await submitted();
    town.axis.interfere([]);
    expect((await stats()).undelivered).toMatchObject({ count: 1, oldest: { dispatchId } });
    town.advance(180_000);
    await town.watch();
    await town.settle();
    expect((await stats()).undelivered.count).toBe(0);
    const { lines } = await town.operator.call('trace', { query: { id: correlationId } });
    const delivered = lines.find(({ event }) => event === 'delivered');
    expect(delivered?.facts).toMatchObject({ correlationId, dispatchId, deliveries: '1' });
  });

  test('count what other functions than the submission refuse', async () => {
    const { refused } = await totalsOf();
    await town.clients['bo-minh-hoa'].dispatch(`dsp_${'a'.repeat(32)}`).catch(() => undefined);
    expect(await totalsOf()).toMatchObject({ refused: refused + 1 });
  });
});

test('one correlation id leads from the submission over the fan-out to the delivery that is received', async () => {
  const { correlationId, dispatchId } = await submitted();
  await town.settle();
  const ministry = town.clients['bo-minh-hoa'];
  await until(async () => {
    const { deliveries } = await ministry.receive({ max: 10 });
    return deliveries.some((delivery) => delivery.dispatchId === dispatchId);
  }, 'the delivery');
  const { lines } = await town.operator.call('trace', { query: { id: correlationId } });
  const told = lines.map(({ function: by, event, facts }) => [
    by,
    event,
    facts.dispatchId,
    facts.correlationId === correlationId,
  ]);
  expect(told).toEqual([
    ['submit', 'submitted', dispatchId, true],
    ['deliver', 'delivered', dispatchId, true],
    ['receive', 'received', dispatchId, false],
  ]);
});

test('of somebody else’s text nothing ends the question', async () => {
  const call = (id: string) => town.operator.call('trace', { query: { id } });
  await expect(call('x" or message = "submitted')).rejects.toMatchObject({ code: 'parameter-invalid' });
  expect((await call('no-such-request')).lines).toEqual([]);
});

test('every line that was written stands in the catalogue, with no other facts than it names', () => {
  const catalogue: Readonly<Record<string, { readonly fields: readonly string[] }>> = { ...LOG_EVENTS, ...LOG_FAULTS };
  const always = ['level', 'message', 'timestamp', 'service', 'stage', 'version', 'xray_trace_id', 'error'];
  const lines = town.axis.logs().flatMap(({ function: by, line }) => {
    if (by === 'axis' || !line.startsWith('{') || line.startsWith('{"_aws"')) return [];
    return [JSON.parse(line) as Readonly<Record<string, unknown>>];
  });
  expect(lines.length).toBeGreaterThan(10);
  const strange = lines.filter((line) => {
    const known = catalogue[String(line.message)];
    return !known || Object.keys(line).some((name) => !always.includes(name) && !known.fields.includes(name));
  });
  expect(strange).toEqual([]);
});
