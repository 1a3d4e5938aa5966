import { afterAll, beforeAll, expect, test } from 'vitest';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { deliveriesOf, take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../kit/webhookReceiver.ts';

/** One long journey through everything that can become of a document, at whose end both sides see the same. */
const DAY = 86_400_000;
const CENTRE = 'trung-tam-mau';
const MINISTRY = 'bo-minh-hoa';

let town: TestAxis;
let receiver: WebhookReceiver;
beforeAll(async () => {
  town = await startTestAxis({ at: Date.parse('2026-03-03T09:00:00+07:00') });
  receiver = await startWebhookReceiver();
});
afterAll(() => Promise.all([town?.stop(), receiver?.stop()]));

let number = 7000;
const all: string[] = [];
async function send(given: Partial<SampleDocument> = {}, expires?: Date) {
  const letter: SampleDocument = {
    from: 'X91.04',
    to: ['X92'],
    number: ++number,
    date: '2026/03/03',
    subject: `Công văn ${number}`,
    ...given,
  };
  const client = town.clients[letter.from === 'X91.04' ? CENTRE : MINISTRY];
  const { dispatchId } = await client.submit(await town.letter(letter), expires ? { expires } : {});
  await town.settle();
  all.push(dispatchId);
  return { about: earlierOf(letter), dispatchId };
}

let second = 0;
type Status = Parameters<TestAxis['status']>[0];
async function report(status: Omit<Status, 'timestamp'>) {
  const timestamp = `2026/03/03 11:00:${String(++second).padStart(2, '0')}`;
  const { dispatchId } = await town.submit(
    await town.status({ ...status, timestamp }),
    status.from === 'X92' ? MINISTRY : CENTRE,
  );
  await town.settle();
  all.push(dispatchId);
  return dispatchId;
}

/** Deliveries by their id, as one side sees them, without what only the other may see of its own further agencies. */
async function seenBy(side: typeof CENTRE | typeof MINISTRY, dispatchId: string) {
  const { headline, state, timeline, deliveries, thread, ...rest } = await town.clients[side].dispatch(dispatchId);
  const { receipt: _, receiptCertificate: __, ...shared } = rest;
  return { headline, state, timeline, deliveries, thread, shared };
}

test('a directive, its update, reports, a reply, a replacement, a recall and what nobody collects', {
  timeout: 120_000,
}, async () => {
  await town.clients[MINISTRY].setWebhook(receiver.url);
  const directive = await send({ priority: 2, due: '2026/03/10', subject: 'Chỉ đạo' });
  await until(() => receiver.events('delivery.waiting').length > 0, 'the ministry is told that it has mail');
  const [mail] = receiver.events('delivery.waiting');
  const [waiting] = await deliveriesOf(town, MINISTRY, directive.dispatchId);
  expect(mail?.data).toEqual({
    deliveries: [
      {
        deliveryId: waiting?.deliveryId,
        dispatchId: directive.dispatchId,
        recipient: 'X92',
        kind: 'document',
        urgent: true,
      },
    ],
  });
  await take(town, MINISTRY, directive.dispatchId);
  for (const code of ['01', '03'] as const) await report({ from: 'X92', about: directive.about, code });

  const update = await send({
    number: directive.about.number,
    documentId: directive.about.documentId,
    business: { kind: 'update', of: directive.about },
  });
  await report({ from: 'X92', about: directive.about, code: '15', description: 'Đã cập nhật' });
  await take(town, MINISTRY, update.dispatchId);
  const reply = await send({ from: 'X92', to: ['X91.04'], answers: [directive.about] });
  await take(town, CENTRE, reply.dispatchId);
  await report({ from: 'X92', about: directive.about, code: '06' });

  const wrong = await send({ subject: 'Bản sai' });
  const right = await send({ subject: 'Bản đúng', business: { kind: 'replace', of: wrong.about, at: ['X92'] } });
  await take(town, MINISTRY, right.dispatchId);
  await report({ from: 'X91.04', to: 'X92', about: right.about, code: '13', description: 'Chưa được phép gửi' });
  await report({ from: 'X92', about: right.about, code: '16', description: 'Đã triển khai' });

  const unread = await send({}, new Date(town.axis.clock.now() + 2 * DAY));
  town.advance(DAY + 60_000);
  await town.watch();
  town.advance(DAY);
  await town.watch();

  const states = async (id: string) => (await deliveriesOf(town, CENTRE, id)).map(({ state }) => state);
  expect(await states(directive.dispatchId)).toEqual(['acknowledged']);
  expect(await states(wrong.dispatchId)).toEqual(['withdrawn']);
  expect(await states(unread.dispatchId)).toEqual(['expired']);
  const [delivery] = await deliveriesOf(town, CENTRE, directive.dispatchId);
  expect(delivery).toMatchObject({
    businessStatus: { code: '06' },
    revision: { state: 'agreed', by: update.dispatchId },
  });
  expect(delivery?.timeliness?.map(({ clock, state }) => [clock, state])).toEqual([
    ['sending', 'on-time'],
    ['confirmation', 'on-time'],
    ['registration', 'on-time'],
    ['processing', 'on-time'],
  ]);
  const [recalled] = await deliveriesOf(town, CENTRE, right.dispatchId);
  expect(recalled?.recall).toMatchObject({ state: 'refused', reason: 'Chưa được phép gửi' });
  const thread = (await town.clients[MINISTRY].dispatch(directive.dispatchId)).thread;
  expect(thread?.later.map(({ as }) => as).toSorted()).toEqual(['reply', 'update']);

  for (const dispatchId of all)
    expect(await seenBy(MINISTRY, dispatchId), dispatchId).toEqual(await seenBy(CENTRE, dispatchId));
});
