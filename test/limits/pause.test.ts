import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { OldSdk } from '../compat/oldSdk.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { startTown, type Town } from '../refusals/town.ts';

const CENTRE = 'trung-tam-mau';

let town: Town;
let sdk: OldSdk;
beforeAll(async () => {
  town = await startTown();
  const path = { systemId: CENTRE };
  const { secret } = await town.operator.call('addSecret', { path, body: { reason: 'bảo trì' } });
  sdk = new OldSdk({ version: '2.0.1', endpoint: `${town.facts.url}/vxp`, systemId: CENTRE, secret });
});
afterAll(() => town?.stop());

const centre = () => town.clients[CENTRE];
const ministry = () => town.clients['bo-minh-hoa'];
/** Afterwards every function knows it. */
async function setPause(paused: boolean, reason: string) {
  const view = await town.operator.call('setPause', { body: { paused, reason } });
  town.advance(LIMITS.registryCacheSeconds * 1000);
  return view;
}
const lastCall = () => town.axis.calls().at(-1)?.n ?? 0;

describe('a pause', () => {
  let upload: { readonly uploadId: string };
  beforeAll(async () => {
    // Whatever is asked is warm, and two letters wait for the ministry.
    await town.submitLetter();
    await town.submitLetter();
    await town.settle();
    upload = await centre().upload(new Blob([new Uint8Array(8)]), { what: 'attachment' });
    await setPause(true, 'bảo trì kho lưu trữ');
  });

  test('refuses submissions and new uploads on every way in, and says when to come again', async () => {
    const letter = await town.letter();
    const request = { method: 'POST', path: '/v1/dispatches', type: 'application/edxml', body: letter };
    const response = await town.send(request, await town.token(CENTRE, town.keyOf(CENTRE)));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
    const problem: unknown = JSON.parse(await response.text());
    expect(problem).toMatchObject({ code: 'axis-paused', retryable: true, whoMustAct: 'nobody' });
    expect(await refusalCodeOf(centre().upload(new Blob(['x']), { what: 'attachment' }))).toBe('axis-paused');
    const sent = await sdk.sendEdoc(letter, { from: 'X91.04', messagetype: 'edoc' });
    expect(sent.answer?.status).toBe(503);
    expect(sent.answer?.headers.get('retry-after')).toBe('30');
    expect(sent.result).toMatchObject({ ErrorCode: '20', ErrorDesc: expect.stringContaining('[axis-paused]') });
  });

  test('lets everything else go on: receiving, fetching, settling, lists, uploads that had begun', async () => {
    const { deliveries } = await ministry().receive();
    expect(deliveries).toHaveLength(2);
    for (const delivery of deliveries) {
      await ministry().fetchContent(delivery);
      await ministry().acknowledge(delivery.deliveryId, { leaseToken: delivery.lease.token });
    }
    expect((await sdk.post('getReceivedEdocList', { messagetype: 'edoc' })).answer?.status).toBe(200);
    const path = `/v1/uploads/${upload.uploadId}/complete`;
    const authorization = await town.token(CENTRE, town.keyOf(CENTRE));
    expect((await town.send({ method: 'POST', path, body: '{}' }, authorization)).status).toBe(200);
  });

  test('is seen by everybody who asks how the axis does, and with who and why by operators', async () => {
    const since = expect.stringMatching(/^\d{4}-.*Z$/);
    expect((await centre().health()).paused).toEqual({ since });
    expect((await centre().axis()).paused).toEqual({ since });
    expect(await town.operator.call('showPause')).toMatchObject({
      paused: true,
      since,
      by: expect.stringMatching(/^operator:/),
      reason: 'bảo trì kho lưu trữ',
    });
  });

  test('costs no call: it is read with the keys that are read anyway', async () => {
    town.advance(LIMITS.registryCacheSeconds * 1000);
    const from = lastCall();
    await refusalCodeOf(centre().submit(Buffer.from('<x/>')));
    const reads = town.axis.calls(from).filter(({ operation }) => operation === 'BatchGetItem');
    // The key, then the system that it is of: as many as without a pause.
    expect(reads).toHaveLength(2);
    const again = lastCall();
    await refusalCodeOf(centre().submit(Buffer.from('<x/>')));
    expect(town.axis.calls(again).filter(({ operation }) => operation === 'BatchGetItem')).toEqual([]);
  });

  test('said twice is said once; ended, everything passes again within 15 seconds, and the history has both', async () => {
    expect((await setPause(true, 'lần nữa')).history).toHaveLength(1);
    const { history, paused } = await setPause(false, 'bảo trì xong');
    expect(paused).toBe(false);
    expect(history).toMatchObject([
      { ev: 'x-axis-paused', detail: 'bảo trì kho lưu trữ' },
      { ev: 'x-axis-resumed', detail: 'bảo trì xong', by: expect.stringMatching(/^operator:/) },
    ]);
    expect((await town.submitLetter()).answer.outcome).toBe('accepted');
    expect((await centre().health()).paused).toBeUndefined();
    const sent = await sdk.sendEdoc(await town.letter(), { from: 'X91.04', messagetype: 'edoc' });
    expect(sent.result).toMatchObject({ status: 'OK' });
  });
});
