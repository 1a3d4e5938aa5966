import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { type Desk, openDesk } from '../client/commandRun.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const WHY = ['--reason', 'bên nhận đã sửa phần mềm'];

let town: TestAxis;
let desk: Desk;
/** Deliveries that were set aside one after the other. */
let aside: readonly string[];
beforeAll(async () => {
  town = await startTestAxis();
  desk = await openDesk();
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
  aside = [await setAside(), await setAside(), await setAside()];
});
afterAll(async () => {
  await desk?.remove();
  await town?.stop();
});

/** Offered again and again, and never acknowledged. */
async function setAside(): Promise<string> {
  const { answer } = await town.submitLetter();
  await town.settle();
  for (let offers = 0; offers <= LIMITS.fruitlessOffers; offers++) {
    await town.clients['bo-minh-hoa'].receive({ leaseSeconds: LIMITS.leaseSeconds.least });
    town.advance(LIMITS.leaseSeconds.least * 1000);
  }
  return answer.recipients[0]?.deliveryId ?? '';
}

const listed = async (): Promise<readonly string[]> =>
  (await town.operator.call('listAside')).items.map(({ deliveryId }) => deliveryId);
async function page(...options: readonly string[]) {
  const { out } = await desk.run('ops', 'list', ...options, '--json');
  const { items, next }: { items: readonly { deliveryId: string }[]; next?: string } = JSON.parse(out);
  return { ids: items.map(({ deliveryId }) => deliveryId), next };
}
const explained = (id: string) => town.operator.call('explain', { path: { id } });

describe('the operators’ queue of what was set aside', () => {
  test('lists the longest first, with who and why and nothing of what the document says', async () => {
    expect(await listed()).toEqual(aside);
    const [first] = (await town.operator.call('listAside')).items;
    expect(first).toEqual({
      deliveryId: aside[0],
      dispatchId: expect.stringMatching(/^dsp_/),
      system: 'bo-minh-hoa',
      sender: 'X91.04',
      recipient: 'X92',
      since: expect.stringMatching(/Z$/),
      times: 1,
      reason: expect.stringMatching(/./),
    });
  });

  test('goes on page by page; a mark of nobody begins anew', async () => {
    const first = await page('--limit', '2');
    expect(first.ids).toEqual(aside.slice(0, 2));
    expect((await page('--limit', '2', '--after', first.next ?? '')).ids).toEqual(aside.slice(2));
    expect((await page('--after', 'eyJ')).ids).toEqual(aside);
  });

  test('is left alone by the watchman, however long it lasts', async () => {
    town.advance((LIMITS.deliveryDays + 1) * 86_400_000);
    await town.watch();
    expect(await listed()).toEqual(aside);
  });

  test('explains one: where it is, why, and that an operator must act', async () => {
    const [id = ''] = aside;
    const told = await explained(id);
    expect(told).toMatchObject({ kind: 'delivery', state: 'set-aside', whoMustAct: 'operator' });
    expect(told.why).toMatch(/./);
    expect(told.timeline.at(-1)).toMatchObject({ ev: 'x-set-aside' });
    const vi = await desk.run('ops', 'explain', id, '--lang', 'vi');
    expect(vi.code).toBe(0);
    expect(vi.out).toContain('docaxis ops requeue');
    expect(vi.out).toContain('Đã đưa ra khỏi hộp nhận');
  });

  test('what is put back or given up leaves it, and what is put back is offered again', async () => {
    const [back = '', gone = '', stays = ''] = aside;
    expect((await desk.run('ops', 'list')).out.trimEnd().split('\n')).toHaveLength(3);
    expect(await desk.run('ops', 'requeue', back, ...WHY)).toMatchObject({
      code: 0,
      out: expect.stringContaining(back),
    });
    expect((await desk.run('ops', 'discard', gone, ...WHY, '--json')).out).toContain('discarded');
    expect(await listed()).toEqual([stays]);
    const { deliveries } = await town.clients['bo-minh-hoa'].receive();
    expect(deliveries.map(({ deliveryId }) => deliveryId)).toEqual([back]);
    expect((await explained(back)).where).toContain('Under lease of bo-minh-hoa');
    expect(await explained(gone)).toMatchObject({ state: 'discarded', why: WHY[1], whoMustAct: 'nobody' });
  });
});

describe('everything else with an id of its own is explained as well', () => {
  test('a dispatch, and one whose fan-out was lost', async () => {
    const { answer } = await town.submitLetter();
    await town.settle();
    expect(await explained(answer.dispatchId)).toMatchObject({ kind: 'dispatch', state: 'dispatched' });
    town.axis.interfere([{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }]);
    const lost = await town.submitLetter();
    town.axis.interfere([]);
    const told = await explained(lost.answer.dispatchId);
    expect(told.where).toContain('its 1 deliveries are being made');
    expect(Date.parse(told.nextAt ?? '')).toBeGreaterThan(town.axis.clock.now());
  });

  test('an upload and a submission in the background', async () => {
    const client = town.clients['trung-tam-mau'];
    const { uploadId } = await client.upload(new Blob(['x']), { what: 'attachment' });
    expect(await explained(uploadId)).toMatchObject({ kind: 'upload', state: 'sealed', whoMustAct: 'system' });
    const { submissionId = '', dispatchId } = await client.submit(await town.letter(), { background: true });
    expect(await explained(submissionId)).toMatchObject({ kind: 'submission', dispatchId });
  });

  test('what nobody has, and what is no id', async () => {
    const none = 'a'.repeat(32);
    await expect(explained(`dsp_${none}`)).rejects.toMatchObject({ code: 'dispatch-not-found' });
    await expect(explained(`dlv_${none}`)).rejects.toMatchObject({ code: 'delivery-not-found' });
    await expect(explained(`sub_${none}`)).rejects.toMatchObject({ code: 'submission-not-found' });
    await expect(explained(`upl_${none}`)).rejects.toMatchObject({ code: 'upload-not-found' });
    await expect(explained('system#bo-minh-hoa')).rejects.toMatchObject({ code: 'parameter-invalid' });
  });
});
