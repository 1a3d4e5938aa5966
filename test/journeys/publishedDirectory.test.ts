import { afterAll, beforeAll, expect, test } from 'vitest';
import { BearerTokens } from '../../client/bearerTokens.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const REASON = 'danh bạ';
const DAY = 86_400_000;

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

const client = () => town.clients['bo-minh-hoa'];
const publish = () => town.axis.invoke('docaxis-evaluation-publish', {});
const add = (code: string, name: string) => town.operator.call('addAgency', { body: { code, name, reason: REASON } });
const linesAt = async (href: string): Promise<readonly { code: string }[]> => {
  const text = await (await fetch(href)).text();
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
};

/** The route as a browser or another program would call it. */
async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const { axis: audience, url } = town.facts;
  const key = town.world.systems.find(({ systemId }) => systemId === 'bo-minh-hoa')?.key;
  if (!key) throw new Error('no key');
  const now = () => town.axis.clock.now();
  const token = await new BearerTokens({ audience, system: 'bo-minh-hoa', key, now }).token();
  const sent = { authorization: `Bearer ${token}`, ...headers };
  return fetch(new URL(path, url), { redirect: 'manual', headers: sent });
}

test('before the first list there is none, and that passes', async () => {
  await expect(client().directory()).rejects.toMatchObject({ code: 'directory-not-published', retryable: true });
});

test('the full list holds every agency, in the order of the codes', async () => {
  await publish();
  const { kind, version, agencies, href } = await client().directory();
  expect({ kind, version, agencies }).toEqual({ kind: 'full', version: 1, agencies: 4 });
  const lines = await linesAt(href);
  expect(lines.map(({ code }) => code)).toEqual(['X91.04', 'X91.05', 'X92', 'X92.03']);
  expect(lines[3]).toEqual({ code: 'X92.03', name: 'Cục Thí dụ', parent: 'X92', connected: true, suspended: false });
});

test('a list that did not change is not published again', async () => {
  await publish();
  expect((await client().directory()).version).toBe(1);
});

test('what changed since a version leads from it to the newest: new, changed and deleted', async () => {
  await add('X95', 'Tỉnh Mới');
  await publish();
  await town.operator.call('mergeAgency', {
    path: { agencyId: await agencyIdOf(town, 'X95') },
    body: { into: 'X92', reason: REASON },
  });
  const path = { agencyId: await agencyIdOf(town, 'X91.05') };
  await town.operator.call('suspendAgency', { path, body: { suspended: true, reason: REASON } });
  await add('X96', 'Tỉnh Khác');
  await publish();
  const fromFirst = await client().directory({ since: 1 });
  expect(fromFirst).toMatchObject({ kind: 'changes', since: 1, version: 3 });
  expect(await linesAt(fromFirst.href)).toMatchObject([
    { code: 'X91.05', suspended: true },
    { code: 'X95', deleted: true },
    { code: 'X96', connected: false },
  ]);
  const fromSecond = await linesAt((await client().directory({ since: 2 })).href);
  expect(fromSecond.map(({ code }) => code)).toEqual(['X91.05', 'X95', 'X96']);
});

test('42 what is stale is told: a version too old or unknown gets the full list, the newest one 304 by its tag', async () => {
  for (const since of [0, 3, 99]) expect((await client().directory({ since })).kind).toBe('full');
  const first = await get('/v1/directory');
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, etag]).toEqual([303, '"directory-3"']);
  const again = await get('/v1/directory', { 'if-none-match': etag });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await get('/v1/directory', { 'if-none-match': '"directory-2"' })).status).toBe(303);
  expect((await get('/v1/directory?since=-1')).status).toBe(400);
});

test('42 a link to a list ends, and cannot be turned to another object', async () => {
  const { href } = await client().directory();
  const other = href.replace(/directory\/[^?]+/, 'directory/1-0000000000000000/full.jsonl');
  expect((await fetch(other)).status).toBe(403);
  town.advance(LIMITS.linkSeconds * 1000 + 1000);
  expect((await fetch(href)).status).toBe(403);
});

test('5 the same bytes after their delivery expired get their first receipt, and nothing is delivered anew', async () => {
  const { bytes, answer } = await town.submitLetter();
  await town.settle();
  town.advance((LIMITS.deliveryDays + 1) * DAY);
  await town.watch();
  const sender = town.clients['trung-tam-mau'];
  expect((await sender.dispatch(answer.dispatchId)).deliveries).toMatchObject([{ state: 'expired' }]);
  expect(await sender.submit(bytes)).toMatchObject({ outcome: 'again', receipt: answer.receipt });
  await town.settle();
  expect((await client().waiting()).items).toEqual([]);
});

test('case 52: two that publish at once make one version, and what failed halfway is finished by the next', async () => {
  const { version } = await client().directory();
  await add('X98', 'Cơ quan hai lần');
  await Promise.all([publish(), publish()]);
  const once = await client().directory();
  expect(once.version).toBe(version + 1);
  expect((await linesAt(once.href)).filter(({ code }) => code === 'X98')).toHaveLength(1);
  await add('X99', 'Cơ quan nửa chừng');
  // All files are written by then, and the record that names them is not.
  town.axis.interfere([
    { principal: 'docaxis-evaluation-publish', service: 'dynamodb', operation: 'PutItem', fate: 'fail-before' },
  ]);
  await expect(publish()).rejects.toThrow();
  town.axis.interfere([]);
  const halfway = await client().directory();
  expect(halfway.version).toBe(version + 1);
  expect((await linesAt(halfway.href)).some(({ code }) => code === 'X99')).toBe(false);
  await publish();
  const whole = await client().directory();
  expect(whole.version).toBe(version + 2);
  expect((await linesAt(whole.href)).some(({ code }) => code === 'X99')).toBe(true);
});
