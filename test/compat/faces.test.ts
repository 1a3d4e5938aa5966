import { randomBytes } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { outputOf } from '../kit/stores.ts';
import type { TestAxis } from '../kit/testAxis.ts';
import { createPlay, docIdOf, type Item, itemsOf, type Party, type Play, type Target } from './play.ts';
import { startTarget } from './startTarget.ts';

const REASON = 'faces';
let town: TestAxis;
let target: Target;
let play: Play;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ town, target, stop } = await startTarget());
  play = createPlay(target, '2.0.1');
});
afterAll(() => stop?.());

/** A document of the recipient's inbox that was just sent, by both of its ids. */
async function arrived(file: Buffer): Promise<{ docId: string; dispatchId: string }> {
  const dispatchId = await play.send(file);
  await town.settle();
  const { result } = await play.sdk(target.sender).post('getSentEdocList', { docId: dispatchId, messagetype: 'edoc' });
  return { dispatchId, docId: String(itemsOf(result?.data)[0]?.receiverDocId) };
}

describe('the provincial face', () => {
  const call = ({ systemId, secret }: Party, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(`/lgsp/v1/${path}`, target.endpoint), {
      ...init,
      headers: { 'X-SystemId': systemId, 'X-SecretKey': secret, ...init.headers },
    });
  const post = (party: Party, path: string, body: unknown) =>
    call(party, path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const sendForm = async (file: Buffer): Promise<Record<string, string>> => {
    const body = new FormData();
    body.set('edocFile', new Blob([new Uint8Array(file)]), 'van-ban.edxml');
    body.set('messageType', 'edoc');
    return (await call(target.sender, 'sendEdoc', { method: 'POST', body })).json() as Promise<Record<string, string>>;
  };

  test('sends, lists, takes and acknowledges the same documents as the other face', async () => {
    const file = play.document();
    const sent = await sendForm(file);
    expect(sent).toMatchObject({ status: 'OK', ErrorCode: '0' });
    expect(await sendForm(file)).toEqual(sent);
    expect(await play.send(file)).toBe(sent.DocId);
    await town.settle();
    const listed = async (): Promise<readonly Item[]> => {
      const response = await call(target.recipient, 'syncReceivedEdocList?messageType=edoc&fromDate=2020/01/01');
      const { data }: { data: unknown } = JSON.parse(await response.text());
      return itemsOf(data);
    };
    const [item] = await listed();
    const docId = String(item?.docId);
    expect((await play.list(target.recipient)).map((other) => other.docId)).toEqual([docId]);
    const { data }: { data: string } = JSON.parse(
      await (await call(target.recipient, `getEdoc?docId=${docId}`)).text(),
    );
    expect(Buffer.from(data, 'base64')).toEqual(file);
    expect(await (await post(target.recipient, 'updateStatus', { docId, status: 'done' })).json()).toEqual({
      status: 'OK',
      ErrorCode: '0',
      ErrorDesc: 'Success',
    });
    expect(await listed()).toEqual([]);
    const { deliveries } = await town.clients['trung-tam-mau'].dispatch(String(sent.DocId));
    expect(deliveries).toMatchObject([{ deliveryId: docId, state: 'acknowledged' }]);
    const past = await call(target.recipient, 'syncReceivedEdocList?messageType=edoc&toDate=31/01/2020');
    expect(await past.json()).toMatchObject({ status: 'OK', data: [] });
  });

  test.each([
    ['a wrong secret', { secret: 'wrong' }],
    ['an empty one', { secret: '' }],
    ['an unknown system', { systemId: 'khong-co' }],
  ])('refuses %s in the same shape', async (_, wrong) => {
    const response = await call({ ...target.recipient, ...wrong }, 'syncReceivedEdocList');
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ status: 'FAIL', ErrorCode: '15', DocId: '', data: '' });
  });

  test("refuses another system's document and a form without a file", async () => {
    const { docId } = await arrived(play.document());
    const stranger = await call(target.sender, `getEdoc?docId=${docId}`);
    expect(await stranger.json()).toMatchObject({ ErrorCode: '30' });
    const empty = await call(target.sender, 'sendEdoc', { method: 'POST', body: new FormData() });
    expect(await empty.json()).toMatchObject({ ErrorCode: '34' });
  });
});

describe('answers', () => {
  test('are packed for who asks so, and never for sendEdoc', async () => {
    const { docId } = await arrived(play.document());
    const sdk = play.sdk(target.recipient);
    const { answer } = await sdk.post('getEdoc', { docId }, { body: '{}' });
    expect(answer?.headers.get('content-encoding')).toBe('gzip');
  });

  test('larger than a function can give lie behind a link that takes all headers of the SDK along', async () => {
    // Random bytes: packing them gains little, so both forms are large.
    const content = randomBytes(LIMITS.messageBytes * 0.7);
    const attachments = [{ ContentId: 'a', AttachmentName: 'a.bin', ContentType: 'application/octet-stream', content }];
    const file = await town.letter({ to: ['X92'], attachments });
    const { docId } = await arrived(file);
    const sdk = play.sdk(target.recipient);
    const { result, answer, requests } = await sdk.post('getEdoc', { docId }, { body: '{}' });
    expect([requests, answer?.status, answer?.headers.get('content-encoding')]).toEqual([2, 200, 'gzip']);
    expect(Buffer.from(String(result?.data), 'base64').equals(file)).toBe(true);
    const bare = await fetch(new URL(`/lgsp/v1/getEdoc?docId=${docId}`, target.endpoint), {
      redirect: 'manual',
      headers: {
        'X-SystemId': target.recipient.systemId,
        'X-SecretKey': target.recipient.secret,
        'accept-encoding': 'identity',
      },
    });
    expect(bare.status).toBe(303);
    const plain = await fetch(bare.headers.get('location') ?? '', { headers: { 'content-type': 'application/json' } });
    const { data }: { data: string } = JSON.parse(await plain.text());
    expect(Buffer.from(data, 'base64').equals(file)).toBe(true);
  });
});

test('a poll costs two calls of AWS at most: who calls, and what waits', async () => {
  const poll = () => play.list(target.recipient);
  await poll();
  // Another poll of the same instance, when what it knew of the registry is too old to be believed.
  town.advance(LIMITS.registryCacheSeconds * 1000);
  const before = town.axis.calls().length;
  await poll();
  const made = town.axis.calls().slice(before);
  const own = made.filter((call) => call.function === 'docaxis-evaluation-compatTake');
  expect(own.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
    'dynamodb BatchGetItem',
    'dynamodb Query',
  ]);
});

describe('headers that travel along', () => {
  test('from earlier calls are read by no other operation', async () => {
    const first = await arrived(play.document());
    const second = await arrived(play.document());
    const sdk = play.sdk(target.recipient);
    await sdk.post('getEdoc', { docId: first.docId, filePath: 'C:\\van-ban' }, { body: '{}' });
    await sdk.post('updateStatus', { docid: first.docId, status: 'done' }, { body: '{}' });
    // `docid` and `status` of the first one are still there.
    const got = await sdk.post('getEdoc', { docId: second.docId }, { body: '{}' });
    expect(got.result).toMatchObject({ status: 'OK' });
    const { result } = await sdk.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
    const listed = itemsOf(result?.data).map(({ docId }) => docId);
    expect(listed).toContain(second.docId);
    expect(listed).not.toContain(first.docId);
    await sdk.post('updateStatus', { docid: second.docId, status: 'done' }, { body: '{}' });
    const sent = await sdk.post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
    expect(sent.result).toMatchObject({ status: 'OK', data: [] });
    // A period of the sent list hides nothing that waits.
    const third = await arrived(play.document());
    const period = { fromDate: '2020/01/01', toDate: '2020/01/31' };
    const old = await sdk.post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc', ...period });
    expect(old.result).toMatchObject({ status: 'OK', data: [] });
    const again = await sdk.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
    expect(itemsOf(again.result?.data).map(({ docId }) => docId)).toContain(third.docId);
  });

  test('a time of months ago and the same bytes again and again are taken', async () => {
    const sdk = play.sdk(target.recipient, { startedAt: new Date(2024, 0, 1) });
    for (let time = 0; time < 3; time++) {
      const { result } = await sdk.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
      expect(result).toMatchObject({ status: 'OK', ErrorCode: '0' });
    }
  });
});

describe('secrets', () => {
  const poll = async (party: Party): Promise<string | undefined> =>
    (await play.sdk(party).post('countReceiveEdoc', {}, { body: '{}' })).result?.ErrorCode;
  const system = { systemId: 'bo-minh-hoa' };

  test('old and new overlap; what is retired is refused within 15 seconds, what is suspended too', async () => {
    const old = target.recipient;
    const body = { reason: REASON };
    const { secret } = await town.operator.call('addSecret', { path: system, body });
    const renewed = { ...old, secret };
    town.advance(LIMITS.registryCacheSeconds * 1000);
    expect([await poll(old), await poll(renewed)]).toEqual(['0', '0']);
    const { secrets } = await town.operator.call('showSystem', { path: system });
    await town.operator.call('retireSecret', { path: { ...system, secretId: secrets[0]?.secretId ?? '' }, body });
    town.advance(LIMITS.registryCacheSeconds * 1000);
    expect([await poll(old), await poll(renewed)]).toEqual(['15', '0']);
    const { history } = await town.operator.call('showSystem', { path: system });
    expect(history.slice(-2)).toMatchObject([
      {
        ev: 'x-secret-added',
        from: 'none',
        to: secrets[1]?.secretId,
        by: expect.stringMatching(/^operator:/),
        detail: REASON,
      },
      { ev: 'x-secret-retired', from: secrets[0]?.secretId, detail: REASON },
    ]);
    await town.operator.call('suspendSystem', { path: system, body: { ...body, suspended: true } });
    town.advance(LIMITS.registryCacheSeconds * 1000);
    expect(await poll(renewed)).toBe('15');
    await town.operator.call('suspendSystem', { path: system, body: { ...body, suspended: false } });
    town.advance(LIMITS.registryCacheSeconds * 1000);
    expect(await poll(renewed)).toBe('0');
  });

  test('stand in no log and in no record; neither do signatures and folders of clients', async () => {
    const lines = town.axis.logs({}).map(({ line }) => line);
    const stored = JSON.stringify([await town.stores.registry(), await town.stores.items()]);
    const all = `${lines.join('\n')}\n${stored}`;
    expect(all).toContain(system.systemId);
    for (const text of [target.sender.secret, target.recipient.secret, 'C:\\\\van-ban', 'XroadVnpt', 'hash-header'])
      expect(all).not.toContain(text);
  });
});

test('a document of the strict profile keeps its signature; one of the old library is marked as unsigned', async () => {
  const signed = docIdOf(await play.sdk(target.sender).sendEdoc(await town.letter({ to: ['X92'] }), {}));
  const unsigned = await play.send(play.document());
  const client = town.clients['trung-tam-mau'];
  expect((await client.dispatch(signed)).headline.signed).toBe('xmldsig');
  expect((await client.dispatch(unsigned)).headline.signed).toBe('none');
});

test('a secret that was carried over to another system opens nothing: KMS binds it to its own', async () => {
  const TableName = outputOf(town.axis, 'RegistryTable');
  const secretsOf = async (systemId: string): Promise<unknown> =>
    (await town.stores.registry()).find(({ id }) => id === `system#${systemId}`)?.secrets;
  await town.stores.dynamo.send(
    new UpdateItemCommand({
      TableName,
      Key: marshall({ id: 'system#trung-tam-mau' }),
      UpdateExpression: 'SET secrets = :secrets',
      ExpressionAttributeValues: marshall(
        { ':secrets': await secretsOf('bo-minh-hoa') },
        { removeUndefinedValues: true },
      ),
    }),
  );
  town.advance(LIMITS.registryCacheSeconds * 1000);
  const forged = play.sdk({ ...target.recipient, systemId: 'trung-tam-mau' });
  const { answer, result } = await forged.post('getReceivedEdocList', { messagetype: 'edoc' });
  expect([answer?.status, result?.ErrorCode]).toEqual([500, '20']);
});
