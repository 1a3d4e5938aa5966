import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AxisClient } from '../../client/axisClient.ts';
import { enrolAgencies, enrolSystem, manyCodes } from '../kit/enrolment.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { type SentLetter, startTestAxis, type TestAxis } from '../kit/testAxis.ts';

describe('Promise 7: Nobody sees what is not theirs.', () => {
  let town: TestAxis;
  let stranger: AxisClient;
  let letter: SentLetter;
  beforeAll(async () => {
    town = await startTestAxis();
    stranger = await enrolSystem(town, 'ke-to-mo');
    letter = await town.submitLetter({ to: ['X91.05', 'X92', 'X92.03'] });
    await town.settle();
  });
  afterAll(() => town.stop());

  const deliveryTo = (code: string): string =>
    letter.answer.recipients.find((recipient) => recipient.code === code)?.deliveryId ?? '';

  test('a stranger who knows every id is told on every route that there is nothing', async () => {
    const { dispatchId } = letter.answer;
    const delivery = deliveryTo('X92');
    const leaseToken = '1'.padEnd(22, 'a');
    const guesses = {
      dispatch: stranger.dispatch(dispatchId),
      content: stranger.content(dispatchId),
      'content by delivery': stranger.content(dispatchId, { delivery }),
      lease: stranger.lease(delivery),
      acknowledge: stranger.acknowledge(delivery, { leaseToken }),
      release: stranger.release(delivery, { leaseToken }),
      reject: stranger.reject(delivery, { leaseToken, reason: 'không phải của tôi' }),
      extend: stranger.extend(delivery, { leaseToken }),
      sent: stranger.sent({ agency: 'X91.04' }),
      receive: stranger.receive({ agency: 'X92' }),
      submit: stranger.submit(letter.bytes),
    };
    const codes = await Promise.all(
      Object.entries(guesses).map(async ([name, guess]) => [name, await refusalCodeOf(guess)]),
    );
    expect(Object.fromEntries(codes)).toEqual({
      dispatch: 'dispatch-not-found',
      content: 'dispatch-not-found',
      'content by delivery': 'delivery-not-found',
      lease: 'delivery-not-found',
      acknowledge: 'delivery-not-found',
      release: 'delivery-not-found',
      reject: 'delivery-not-found',
      extend: 'delivery-not-found',
      sent: 'agency-not-found',
      receive: 'agency-not-found',
      submit: 'sender-not-served',
    });
    const { results } = await stranger.acknowledgeBatch({ items: [{ deliveryId: delivery, leaseToken }] });
    expect(results).toMatchObject([{ refusal: { code: 'delivery-not-found' } }]);
    expect((await stranger.receive()).deliveries).toEqual([]);
    expect((await stranger.waiting()).items).toEqual([]);
  });

  test('what does not exist and what is not theirs look the same to a stranger', async () => {
    const nothing = `dsp_${'a'.repeat(32)}`;
    const [known, unknown] = await Promise.allSettled([
      stranger.dispatch(letter.answer.dispatchId),
      stranger.dispatch(nothing),
    ]);
    const said = (outcome: PromiseSettledResult<unknown>): string =>
      outcome.status === 'rejected' ? String(outcome.reason.detail) : 'accepted';
    expect(said(known)).toBe(said(unknown));
  });

  test("the token of one system's lease settles nothing for another", async () => {
    const { lease } = await town.clients['bo-minh-hoa'].lease(deliveryTo('X92'));
    for (const other of [stranger, town.clients['trung-tam-mau']]) {
      const leaseToken = lease.token;
      expect(await refusalCodeOf(other.acknowledge(deliveryTo('X92'), { leaseToken }))).toBe('delivery-not-found');
    }
  });

  test('a recipient sees its own deliveries of a dispatch and no receipt; content only while it holds one', async () => {
    const ministry = town.clients['bo-minh-hoa'];
    const seen = await ministry.dispatch(letter.answer.dispatchId);
    expect(seen.deliveries.map(({ recipient }) => recipient).toSorted()).toEqual(['X92', 'X92.03']);
    expect(seen.receipt).toBeUndefined();
    const notHeld = ministry.content(letter.answer.dispatchId, { delivery: deliveryTo('X92.03') });
    expect(await refusalCodeOf(notHeld)).toBe('content-not-held');
    const wrongOne = ministry.content(letter.answer.dispatchId, { delivery: deliveryTo('X91.05') });
    expect(await refusalCodeOf(wrongOne)).toBe('delivery-not-found');
  });

  test('the link to one delivery does not open another', async () => {
    const other = await town.submitLetter({ to: ['X91.05'] });
    const { href } = await town.clients['trung-tam-mau'].content(letter.answer.dispatchId);
    expect((await fetch(href)).status).toBe(200);
    const [mine = '', theirs = ''] = [letter, other].map(({ answer }) => answer.dispatchId);
    const keys = await town.stores.objects();
    const keyOf = (id: string): string => keys.find((key) => key.includes(id)) ?? '';
    expect((await fetch(href.replace(keyOf(mine), keyOf(theirs)))).status).toBe(403);
    expect((await fetch(href.replace(/X-Amz-Signature=\w{8}/, 'X-Amz-Signature=00000000'))).status).toBe(403);
    town.advance(61_000);
    expect((await fetch(href)).status).toBe(403);
  });

  test('queue credentials of one system read its own queue and no other', async () => {
    const [own, others] = await Promise.all([stranger.credentials(), town.clients['bo-minh-hoa'].credentials()]);
    const sqs = new SQSClient({
      endpoint: own.endpoint ?? '',
      region: own.region,
      credentials: own,
      useQueueUrlAsEndpoint: false,
      systemClockOffset: town.axis.clock.offset,
    });
    const read = (QueueUrl: string) => sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await expect(read(own.queueUrl)).resolves.toBeDefined();
    await expect(read(others.queueUrl)).rejects.toThrow(/AccessDenied|not authorized/i);
    sqs.destroy();
  });

  test('a cursor of another system opens nothing', async () => {
    const page = await town.clients['bo-minh-hoa'].waiting({ limit: 1 });
    expect(page.next).toBeDefined();
    expect((await stranger.waiting({ after: page.next })).items).toEqual([]);
  });

  test('a centre with 500 agencies and one poller sees all that is theirs and nothing else', async () => {
    const centre = await enrolSystem(town, 'trung-tam-lon');
    const codes = manyCodes('X95', 500);
    await enrolAgencies(town, codes, 'trung-tam-lon');
    const some = codes.filter((_, index) => index % 8 === 0);
    await town.submitLetter({ to: ['X91.05', ...some, 'X92'] });
    const last = codes.at(-1) ?? '';
    await town.submitLetter({ to: [last] });
    await town.submitLetter({ to: ['X92.03'] });
    await town.settle();
    expect(await servedBy(centre)).toEqual(codes);
    const taken = await takeAll(centre);
    expect(taken.toSorted()).toEqual([...some, last].toSorted());
  });
});

async function servedBy(client: AxisClient): Promise<string[]> {
  const codes: string[] = [];
  let after: string | undefined;
  do {
    const { agencies } = await client.me({ limit: 100, after });
    codes.push(...agencies.items.map(({ code }) => code));
    after = agencies.next;
  } while (after !== undefined);
  return codes;
}

async function takeAll(client: AxisClient): Promise<string[]> {
  const codes: string[] = [];
  for (;;) {
    const { deliveries } = await client.receive({ max: 10 });
    if (deliveries.length === 0) return codes;
    codes.push(...deliveries.map(({ recipient }) => recipient));
  }
}
