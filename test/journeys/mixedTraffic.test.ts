import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { earlierOf } from '../../world/documents.ts';
import { OldSdk } from '../compat/oldSdk.ts';
import { assertDone, docIdOf, type Item, itemsOf, type Party, waitFor } from '../compat/play.ts';
import { connectOldSystem } from '../compat/startTarget.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { take } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/**
 * A system of today and one that came through the newer API exchange documents, statuses and acknowledgements in both
 * directions: the same bytes, the same ids, the same timeline, whichever way either side looks at them.
 */
let town: TestAxis;
let centre: Party;
let ministry: Party;
beforeAll(async () => {
  town = await startTestAxis();
  centre = await connectOldSystem(town, { system: 'trung-tam-mau', agency: 'X91.04' });
  ministry = await connectOldSystem(town, { system: 'bo-minh-hoa', agency: 'X92' });
});
afterAll(() => town?.stop());

const sdk = ({ systemId, secret }: Party = centre) =>
  new OldSdk({ version: '2.0.1', endpoint: `${town.facts.url}/vxp`, systemId, secret });
const client = () => town.clients['bo-minh-hoa'];

async function listed(messagetype: 'edoc' | 'status', party: Party = centre): Promise<readonly Item[]> {
  const { result } = await sdk(party).post('getReceivedEdocList', { servicetype: 'eDoc', messagetype });
  return itemsOf(result?.data);
}
const arrived = (messagetype: 'edoc' | 'status', deliveryId: string | undefined): Promise<Item> =>
  waitFor('the item in the list', async () => (await listed(messagetype)).find(({ docId }) => docId === deliveryId));

async function getEdoc(docId: unknown): Promise<Buffer> {
  const { result } = await sdk().post('getEdoc', { docId: String(docId), filePath: 'D:\\edoc' }, { body: '{}' });
  return Buffer.from(String(result?.data), 'base64');
}
const report = async (docId: unknown, status: string, party: Party = centre): Promise<void> =>
  assertDone(await sdk(party).post('updateStatus', { docId: String(docId), status }, { body: '{}' }));

/** The item of the old list of what was sent. */
async function sentItem(senderDocId: string): Promise<Item | undefined> {
  const { result } = await sdk().post('getSentEdocList', {
    servicetype: 'eDoc',
    messagetype: 'edoc',
    docId: senderDocId,
  });
  return itemsOf(result?.data).find((item) => item.senderDocId === senderDocId);
}

type Delivery = AnswerOf<'dispatch'>['deliveries'][number];
const stepsOf = ({ timeline }: Delivery) => timeline.entries.map(({ ev, by, from, to }) => [ev, by, from, to]);

/** One delivery as sender and recipient see it through the newer API: they must see the same. */
async function seenByBoth(dispatchId: string): Promise<Delivery> {
  const [theirs] = (await town.clients['trung-tam-mau'].dispatch(dispatchId)).deliveries;
  const [ours] = (await client().dispatch(dispatchId)).deliveries;
  if (!theirs || !ours) throw new Error('no delivery');
  expect(ours).toEqual(theirs);
  return ours;
}

describe('from an old system to a new one', () => {
  const document = () =>
    town.letter({ from: 'X91.04', to: ['X92'], documentId: randomUUID(), subject: 'Công văn từ hệ thống cũ' });

  test('a document: its DocId is the dispatch, the bytes are the sender’s, both lists and the timeline agree', async () => {
    const file = await document();
    const dispatchId = docIdOf(await sdk().sendEdoc(file, { from: 'X91.04', messagetype: 'edoc' }));
    const { deliveries } = await client().receive({ waitSeconds: 20 });
    const [delivery] = deliveries;
    expect(delivery).toMatchObject({ dispatchId, recipient: 'X92', headline: { senderCode: 'X91.04' } });
    if (!delivery) throw new Error('nothing arrived');
    const { deliveryId, lease } = delivery;
    expect((await client().fetchContent({ ...delivery })).equals(file)).toBe(true);
    expect(await sentItem(dispatchId)).toMatchObject({ receiverDocId: deliveryId, receiveStatus: 'processing' });
    await client().acknowledge(deliveryId, { leaseToken: lease.token });
    expect(await sentItem(dispatchId)).toMatchObject({
      receiverDocId: deliveryId,
      fromCode: 'X91.04',
      toCode: 'X92',
      title: 'Công văn từ hệ thống cũ',
      receiveStatus: 'done',
      receivedTime: expect.any(String),
    });
    expect(stepsOf(await seenByBoth(dispatchId))).toEqual([
      ['ContentConsignment', 'axis', 'none', 'queued'],
      ['ContentHandover', 'system:bo-minh-hoa', 'offered', 'acknowledged'],
    ]);
    // The same file again, by the newer API: the same dispatch.
    expect(await town.submit(file, 'trung-tam-mau')).toMatchObject({ dispatchId, outcome: 'again' });
  });

  test('a status arrives as one', async () => {
    const letter = { from: 'X92', to: ['X91.04'], number: 7007, date: '2026/03/02', subject: 'V/v báo cáo' } as const;
    const { answer } = await town.submitLetter(letter);
    await town.settle();
    await take(town, 'trung-tam-mau', answer.dispatchId);
    const about = earlierOf(letter);
    const file = await town.status({ from: 'X91.04', about, code: '01', timestamp: '2026/03/02 10:00:00' });
    const dispatchId = docIdOf(await sdk().sendEdoc(file, { from: 'X91.04', messagetype: 'status' }));
    const { deliveries } = await client().receive({ waitSeconds: 20 });
    expect(deliveries).toMatchObject([{ dispatchId, headline: { kind: 'status', statusCode: '01' } }]);
    await client().acknowledge(deliveries[0]?.deliveryId ?? '', { leaseToken: deliveries[0]?.lease.token ?? '' });
    expect((await seenByBoth(dispatchId)).state).toBe('acknowledged');
  });
});

describe('from a new system to an old one', () => {
  test('a document: listed under its delivery id, taken, acknowledged; both sides see the same timeline', async () => {
    const { bytes, answer } = await town.submitLetter({ as: 'bo-minh-hoa', from: 'X92', to: ['X91.04'] });
    const [recipient] = answer.recipients;
    const item = await arrived('edoc', recipient?.deliveryId);
    expect(item).toMatchObject({ from: 'X92', to: 'X91.04', messageType: 'edoc', status: 'initial' });
    expect((await getEdoc(item.docId)).equals(bytes)).toBe(true);
    await report(item.docId, 'processing');
    expect((await listed('edoc')).find(({ docId }) => docId === item.docId)).toMatchObject({ status: 'processing' });
    expect((await seenByBoth(answer.dispatchId)).state).toBe('offered');
    await report(item.docId, 'done');
    expect((await listed('edoc')).map(({ docId }) => docId)).not.toContain(item.docId);
    const delivery = await seenByBoth(answer.dispatchId);
    expect(delivery).toMatchObject({ deliveryId: item.docId, state: 'acknowledged' });
    expect(stepsOf(delivery)).toEqual([
      ['ContentConsignment', 'axis', 'none', 'queued'],
      ['ContentHandover', 'system:trung-tam-mau', 'offered', 'acknowledged'],
    ]);
    expect(delivery.timeline.repeated.map(({ ev, count }) => [ev, count])).toEqual([
      ['x-offered', 1],
      ['x-extended', 1],
      ['ContentAccessTracking', 1],
    ]);
  });

  test('a status is in the list of statuses alone, and is done without being fetched', async () => {
    const letter = { from: 'X91.04', to: ['X92'], number: 7008, date: '2026/03/02', subject: 'V/v báo cáo' } as const;
    const { answer } = await town.submitLetter(letter);
    await town.settle();
    await take(town, 'bo-minh-hoa', answer.dispatchId);
    const about = earlierOf(letter);
    const file = await town.status({ from: 'X92', about, code: '03', timestamp: '2026/03/02 11:00:00' });
    const { dispatchId, recipients } = await town.submit(file, 'bo-minh-hoa');
    const item = await arrived('status', recipients[0]?.deliveryId);
    expect((await listed('edoc')).map(({ docId }) => docId)).not.toContain(item.docId);
    await report(item.docId, 'done');
    expect(stepsOf(await seenByBoth(dispatchId)).at(-1)).toEqual([
      'ContentHandover',
      'system:trung-tam-mau',
      'queued',
      'acknowledged',
    ]);
  });

  test('what the old system failed to take waits for it again', async () => {
    const { answer } = await town.submitLetter({ as: 'bo-minh-hoa', from: 'X92', to: ['X91.04'] });
    const item = await arrived('edoc', answer.recipients[0]?.deliveryId);
    await getEdoc(item.docId);
    await report(item.docId, 'fail');
    expect((await seenByBoth(answer.dispatchId)).state).toBe('queued');
    expect((await listed('edoc')).map(({ docId }) => docId)).toContain(item.docId);
    await report(item.docId, 'done');
  });
});

test('a poll without change is two calls of AWS services at most, however often', async () => {
  await town.submitLetter({ as: 'bo-minh-hoa', from: 'X92', to: ['X91.04'] });
  await town.settle();
  const [item] = await listed('edoc');
  expect(item).toBeDefined();
  // Functions believe what they read of the registry for 15 seconds: the first poll reads it, the second does not.
  town.advance(16_000);
  for (const most of [2, 1]) {
    const before = town.axis.calls().length;
    expect(await listed('edoc')).toEqual([item]);
    const calls = town.axis.calls().slice(before);
    expect(calls.map(({ operation }) => operation).length, JSON.stringify(calls)).toBeLessThanOrEqual(most);
  }
  await report(item?.docId, 'done');
});

describe('one system through both', () => {
  test('what a worker holds by token shows as being processed, is handed out, and "done" ends it for both', async () => {
    const { bytes, answer } = await town.submitLetter({ to: ['X92'] });
    const { deliveries } = await client().receive({ waitSeconds: 20 });
    const [delivery] = deliveries;
    if (!delivery) throw new Error('nothing arrived');
    const { deliveryId, lease } = delivery;
    expect(await listed('edoc', ministry)).toMatchObject([{ docId: deliveryId, status: 'processing' }]);
    const taken = await sdk(ministry).post('getEdoc', { docId: deliveryId }, { body: '{}' });
    expect(Buffer.from(String(taken.result?.data), 'base64').equals(bytes)).toBe(true);
    const failed = await sdk(ministry).post('updateStatus', { docId: deliveryId, status: 'fail' }, { body: '{}' });
    expect(failed.result?.status).toBe('FAIL');
    // The worker's own lease was not broken by any of it.
    await client().extend(deliveryId, { leaseToken: lease.token });
    await report(deliveryId, 'done', ministry);
    expect(await client().acknowledge(deliveryId, { leaseToken: lease.token })).toMatchObject({
      state: 'acknowledged',
    });
    expect(stepsOf(await seenByBoth(answer.dispatchId)).map(([ev]) => ev)).toEqual([
      'ContentConsignment',
      'ContentHandover',
    ]);
  });

  test('what the system holds by name is not offered to its workers', async () => {
    await town.submitLetter({ to: ['X92'] });
    await town.settle();
    const [item] = await listed('edoc', ministry);
    await report(item?.docId, 'processing', ministry);
    expect((await client().receive()).deliveries).toEqual([]);
    await report(item?.docId, 'done', ministry);
  });
});

describe('an agency that a centre announces and withdraws', () => {
  const CODE = 'X91.04.001';
  const unit = { id: '', pcode: 'X91.04', code: CODE, name: 'Phòng Thử nghiệm', mail: 'phong@thu.example' };
  const asRegistered = async () => assertDone(await sdk().post('registerAgency', {}, { body: JSON.stringify(unit) }));
  const asDeleted = async () => assertDone(await sdk().post('deleteAgency', { AgencyCode: CODE }, { body: '{}' }));
  /** Functions believe what they read of the registry for 15 seconds. */
  const seen = () => town.advance(16_000);
  const letter = () => town.submitLetter({ as: 'bo-minh-hoa', from: 'X92', to: [CODE] });
  const shown = async () => town.operator.call('showAgency', { path: { agencyId: await agencyIdOf(town, CODE) } });

  test('receives while it is announced; what waits when it is withdrawn is not lost; nothing new arrives', async () => {
    await asRegistered();
    seen();
    const { answer } = await letter();
    const item = await arrived('edoc', answer.recipients[0]?.deliveryId);
    await asDeleted();
    await asDeleted();
    seen();
    expect(await refusalCodeOf(letter())).toBe('recipient-unknown');
    expect((await client().agencies({ code: CODE })).items).toEqual([]);
    expect((await listed('edoc')).map(({ docId }) => docId)).toContain(item.docId);
    await report(item.docId, 'done');
    expect(stepsOf(await seenByBoth(answer.dispatchId)).at(-1)?.[0]).toBe('ContentHandover');
    expect(await shown()).toMatchObject({ mail: unit.mail, closedAt: expect.any(String), system: 'trung-tam-mau' });
  });

  test('is opened again by its centre, and by a directory that an operator brings in, always as itself', async () => {
    const { agencyId } = await shown();
    await asRegistered();
    expect(await shown()).toMatchObject({ agencyId });
    expect(await shown()).not.toHaveProperty('closedAt');
    await asDeleted();
    const agencies = [{ code: CODE, name: unit.name }];
    const bring = () => town.operator.call('importAgencies', { body: { agencies, reason: 'danh bạ' } });
    expect(await bring()).toMatchObject({ results: [{ outcome: 'changed', changes: ['closed → open'] }] });
    expect(await bring()).toMatchObject({ results: [{ outcome: 'same' }] });
    await asDeleted();
    const body = { code: CODE, name: 'Phòng Mới', system: 'trung-tam-mau', reason: 'mở lại' };
    expect(await town.operator.call('addAgency', { body })).toMatchObject({ agencyId, name: 'Phòng Mới' });
    seen();
    await letter();
    await town.settle();
    const [item] = await listed('edoc');
    await report(item?.docId, 'done');
  });
});
