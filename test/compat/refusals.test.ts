import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import type { TestAxis } from '../kit/testAxis.ts';
import type { OldSdk, Sent } from './oldSdk.ts';
import { createPlay, type Play, type Target } from './play.ts';
import { startTarget } from './startTarget.ts';

let town: TestAxis;
let target: Target;
let play: Play;
let stop: () => Promise<void>;
let sender: OldSdk;
/** A docId in the recipient's inbox. */
let docId: string;

beforeAll(async () => {
  ({ town, target, stop } = await startTarget());
  play = createPlay(target, '2.0.0');
  sender = play.sdk(target.sender);
  docId = String((await play.arrive(play.document())).docId);
});
afterAll(() => stop?.());

/** Everything that a refusal must not leave behind: dispatches, deliveries, objects. */
async function kept(): Promise<readonly string[]> {
  const items = await town.stores.items();
  const ids = items.map(({ id }) => id).filter((id) => /^(?:dsp|dlv)_/.test(id));
  return [...ids, ...(await town.stores.objects())].toSorted();
}

/** Code, exact shape, a real status, in Vietnamese with the catalogue's code, and nothing left behind. */
async function refuses(send: () => Promise<Sent>, code: string, refusal: RefusalCode): Promise<string> {
  const before = await kept();
  const { answer } = await send();
  const text = answer?.body.toString('latin1') ?? '';
  expect(JSON.parse(text)).toEqual({
    status: 'FAIL',
    ErrorCode: code,
    ErrorDesc: expect.stringMatching(new RegExp(`\\[${refusal}\\]$`)),
    DocId: '',
    data: '',
  });
  expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(answer?.status).toBe(REFUSALS[refusal].status);
  expect(answer?.headers.get('x-correlation-id')).toBeTruthy();
  expect(await kept()).toEqual(before);
  const { ErrorDesc }: { ErrorDesc: string } = JSON.parse(text);
  return ErrorDesc;
}

const sending =
  (file: Buffer, from = target.sender.agency) =>
  () =>
    sender.sendEdoc(file, { from, messagetype: 'edoc' });
const posting = (sdk: OldSdk, operation: string, parameters: Readonly<Record<string, string>>) => () =>
  sdk.post(operation, parameters, { body: '{}' });

describe('who may not call', () => {
  test('a wrong secret', async () => {
    const wrong = play.sdk({ ...target.sender, secret: 'not-the-secret' });
    await refuses(posting(wrong, 'getReceivedEdocList', {}), '15', 'credentials-invalid');
    await refuses(() => wrong.sendEdoc(play.document(), { messagetype: 'edoc' }), '15', 'credentials-invalid');
  });

  test('an unknown system, a system without a secret, and no signature at all are told as a wrong secret is', async () => {
    const told = await Promise.all(
      ['X00.W00', 'khong-co-he-thong', '../x', ''].map((systemId) =>
        refuses(posting(play.sdk({ ...target.sender, systemId }), 'getEdoc', { docId }), '15', 'credentials-invalid'),
      ),
    );
    const bare = await fetch(`${target.endpoint}/getEdoc`, { method: 'POST', body: '{}' });
    expect(bare.status).toBe(403);
    const { ErrorDesc }: { ErrorDesc: string } = JSON.parse(await bare.text());
    expect(new Set([...told, ErrorDesc])).toHaveLength(1);
  });

  test('a header that differs from what was signed', async () => {
    const forge = { 'XroadVnpt-docId': `dlv_${'a'.repeat(32)}` };
    const forged = () => play.sdk(target.recipient).post('getEdoc', { docId }, { body: '{}', forge });
    await refuses(forged, '15', 'credentials-invalid');
  });
});

describe('what is not accepted', () => {
  test('a sender that the system does not serve', async () => {
    const file = await town.letter({ from: 'X92', to: ['X91.04'] });
    await refuses(sending(file), '19', 'sender-not-served');
  });

  test('a recipient that nobody is', async () => {
    await refuses(sending(play.document({ to: 'X99' })), '18', 'recipient-unknown');
  });

  test('a file that is not XML, XML that is not edXML, and a DOCTYPE', async () => {
    await refuses(sending(Buffer.from('PK\u0003\u0004 no XML')), '22', 'edxml-malformed');
    await refuses(sending(Buffer.from('<?xml version="1.0"?><a><b/></a>')), '22', 'edxml-malformed');
    const entity = '<!DOCTYPE edXML [<!ENTITY x "X92">]>';
    const file = play.document().toString('utf8').replace('<edXML ', `${entity}<edXML `).replace('>X92<', '>&x;<');
    await refuses(sending(Buffer.from(file)), '22', 'edxml-malformed');
  });

  test('a file marked secret', async () => {
    const file = play.document({ subject: 'TUYỆT MẬT - thử' }).toString('utf8');
    await refuses(sending(Buffer.from(file.replace('>Công khai<', '>Tuyệt mật<'))), '36', 'secret-marked');
  });

  test('over the limit: the limit and the way for more are named', async () => {
    const spare = LIMITS.messageBytes - play.document().length;
    const file = play.document({ subject: 'x'.repeat(spare + 1000) });
    const told = await refuses(sending(file), '21', 'message-needs-upload');
    expect(told).toContain(String(LIMITS.messageBytes));
    expect(told).toContain('docaxis');
  });

  test('a body that is not the file that was signed', async () => {
    const hashFile = 'a'.repeat(64);
    const other = () => sender.sendEdoc(play.document(), { messagetype: 'edoc' }, { hashFile });
    await refuses(other, '10', 'content-digest-mismatch');
  });

  test('another file under the same DocumentId', async () => {
    const documentId = 'mot-ma-hai-tep';
    await play.arrive(play.document({ documentId }));
    await refuses(sending(play.document({ documentId, subject: 'Khác' })), '32', 'document-conflict');
  });
});

describe('what is not theirs', () => {
  test("another system's mailbox is told as an id that nobody has", async () => {
    const asked = [docId, `dlv_${'a'.repeat(32)}`, `dsp_${'a'.repeat(32)}`, '..\\..\\boot.ini', ''];
    const calls = asked.flatMap((id) => [
      posting(sender, 'getEdoc', { docId: id }),
      posting(sender, 'updateStatus', { docId: id, status: 'done' }),
    ]);
    const told = new Set<string>();
    for (const call of calls) told.add(await refuses(call, '30', 'delivery-not-found'));
    expect(told.size).toBe(1);
    expect((await play.list(target.recipient)).map((item) => item.docId)).toContain(docId);
  });

  test("downloadEdoc of another one's document, unsigned or unknown has no body", async () => {
    for (const sent of [
      await sender.downloadEdoc({ docId }),
      await sender.downloadEdoc({ docId: 'no-such-document' }),
      await sender.downloadEdoc({}, false),
      await play.sdk({ ...target.recipient, secret: 'wrong' }).downloadEdoc({ docId }),
    ]) {
      expect(sent.answer?.body).toHaveLength(0);
      expect(sent.answer?.status).toBeGreaterThanOrEqual(400);
    }
    const posted = await fetch(`${target.endpoint}/downloadEdoc`, { method: 'POST' });
    expect([posted.status, await posted.text()]).toEqual([404, '']);
  });

  test('a state that there is none', async () => {
    const call = posting(play.sdk(target.recipient), 'updateStatus', { docId, status: 'finished' });
    await refuses(call, '34', 'parameter-invalid');
  });
});

describe('what there is not', () => {
  test.each([
    ['POST', '/vxp/dropEverything'],
    ['GET', '/vxp/sendEdoc'],
    ['PUT', '/vxp/getEdoc'],
    ['POST', '/vxp//sendEdoc'],
    ['POST', '/vxp'],
    ['GET', '/vxp/a/b/c'],
    ['POST', '/lgsp/v2/sendEdoc'],
    ['GET', '/lgsp'],
  ])('%s %s is told in the shape of the faces', async (method, path) => {
    const response = await fetch(new URL(path, target.endpoint), { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: 'FAIL', ErrorCode: '33', DocId: '', data: '' });
  });

  test('a path beside the faces is told as the API tells it', async () => {
    const response = await fetch(new URL('/vxpx/sendEdoc', target.endpoint), { method: 'POST' });
    expect(response.headers.get('content-type')).toContain('problem+json');
  });
});

test('a fault is told as one, opaque, and has no body where a file is expected', async () => {
  const principal = 'docaxis-evaluation-compatTake';
  town.axis.interfere([{ service: 'dynamodb', operation: 'GetItem', principal, fate: 'fail-before' }]);
  const recipient = play.sdk(target.recipient);
  const { answer } = await recipient.post('getEdoc', { docId }, { body: '{}' });
  const download = await recipient.downloadEdoc({ docId });
  town.axis.interfere([]);
  expect(answer?.status).toBe(500);
  const said = { status: 'FAIL', ErrorCode: '20', ErrorDesc: expect.stringContaining('fault'), DocId: '', data: '' };
  expect(JSON.parse(answer?.body.toString() ?? '')).toEqual(said);
  expect([download.answer?.status, download.answer?.body.length]).toEqual([500, 0]);
});

test('refused changes of a known system leave one small record each, polls and strangers none', async () => {
  const { refusals } = await town.operator.call('showSystem', { path: { systemId: target.sender.systemId } });
  const routes = new Set(refusals.map(({ route }) => route));
  expect([...routes].toSorted()).toEqual(['sendEdoc', 'updateStatus']);
  expect(refusals.some(({ code }) => code === 'credentials-invalid')).toBe(false);
});
