import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import type { AxisClient } from '../../client/axisClient.ts';
import type { SystemId } from '../../core/contract/ids.ts';
import { anAgency } from '../adapters/aws/records.ts';
import { outputOf } from '../kit/stores.ts';
import { startTown, type Town } from '../refusals/town.ts';

const MANY = 500;
let town: Town;
let centre: AxisClient;
beforeAll(async () => {
  town = await startTown();
  centre = town.clients['trung-tam-mau'];
  const registry = new RegistryTable(town.stores.dynamo, outputOf(town.axis, 'RegistryTable'));
  const system = town.foreign.systemId as SystemId;
  const codes = Array.from({ length: MANY - 1 }, (_, index) => `X98.${String(index + 1).padStart(4, '0')}`);
  await Promise.all(
    codes.map((code) =>
      registry.putAgency(anAgency(code, { name: `Xã Thử ${code}`, route: { kind: 'system', system } })),
    ),
  );
});
afterAll(() => town?.stop());

const codesOf = ({ items }: { items: readonly { code: string }[] }) => items.map(({ code }) => code);

describe('the directory', () => {
  test('is searched by the start of a code, in either case', async () => {
    expect(codesOf(await centre.agencies({ code: 'X91' }))).toEqual(['X91.04', 'X91.05']);
    expect(codesOf(await centre.agencies({ code: 'x92.' }))).toEqual(['X92.03']);
    expect(codesOf(await centre.agencies({ code: 'X91.04.999' }))).toEqual([]);
  });

  test.each(['Sở Thử', 'so thu', 'SỞ  THỬ', 'So\u031B\u0309 Thu\u031B\u0309'])(
    'by the start of a name: %s',
    async (name) => {
      expect(codesOf(await centre.agencies({ name }))).toEqual(['X91.04']);
    },
  );

  test('đ and d are one letter to whoever searches', async () => {
    expect(codesOf(await centre.agencies({ name: 'so gia dinh' }))).toEqual(['X91.05']);
    expect(codesOf(await centre.agencies({ name: 'Sở Giả Đ' }))).toEqual(['X91.05']);
  });

  test('below a parent, which is not itself below it', async () => {
    expect(codesOf(await centre.agencies({ parent: 'x92' }))).toEqual(['X92.03']);
    expect(codesOf(await centre.agencies({ parent: 'X92.03' }))).toEqual([]);
  });

  test('says of each whether it is connected and suspended', async () => {
    const { items } = await centre.agencies({ code: 'X92.03' });
    expect(items).toEqual([{ code: 'X92.03', name: 'Cục Thí dụ', parent: 'X92', connected: true, suspended: false }]);
  });

  test('a system with 500 agencies sees each of them once, page by page', async () => {
    const client = town.clientOf(town.foreign.systemId, town.foreign.key);
    const seen: string[] = [];
    let pages = 0;
    for (let after: string | undefined; pages === 0 || after !== undefined; pages++) {
      const { agencies } = await client.me({ limit: 100, ...(after === undefined ? {} : { after }) });
      seen.push(...codesOf(agencies));
      after = agencies.next;
    }
    expect(seen).toHaveLength(MANY);
    expect(new Set(seen).size).toBe(MANY);
    expect(pages).toBeLessThanOrEqual(6);
  });
});

describe('what was sent', () => {
  test('comes newest first, page by page, each once', async () => {
    const sent: string[] = [];
    for (let count = 0; count < 5; count++) {
      sent.unshift((await town.submitLetter({ from: 'X91.05', to: ['X92'] })).answer.dispatchId);
      town.advance(1);
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await centre.sent({ agency: 'X91.05', limit: 2, ...(after === undefined ? {} : { after }) });
      seen.push(...page.items.map(({ dispatchId }) => dispatchId));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(sent);
  });

  test('a cursor of somebody else’s list starts one’s own list at its beginning', async () => {
    const ministry = town.clients['bo-minh-hoa'];
    const { answer } = await town.submitLetter({ from: 'X92', to: ['X91.04'] });
    const { next = '' } = await centre.sent({ agency: 'X91.05', limit: 1 });
    const { items } = await ministry.sent({ agency: 'X92', after: next });
    expect(items.map(({ dispatchId }) => dispatchId)).toEqual([answer.dispatchId]);
  });
});

test('a cursor of one search starts another search at its beginning', async () => {
  const { next = '' } = await centre.agencies({ code: 'X91', limit: 1 });
  expect(next).not.toBe('');
  expect(codesOf(await centre.agencies({ code: 'X92', after: next }))).toEqual(['X92', 'X92.03']);
  expect(codesOf(await centre.agencies({ name: 'so', after: next }))).toEqual(['X91.05', 'X91.04']);
});

describe('what a caller writes into a query is never a fault of the axis', () => {
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  /** A cursor as the axis made it, with something changed. */
  const own = async (change: Record<string, unknown>): Promise<string> => {
    const { next = '' } = await centre.sent({ agency: 'X91.05', limit: 1 });
    return cursor({ ...JSON.parse(Buffer.from(next, 'base64url').toString()), ...change });
  };

  test.each<[string, () => Promise<string> | string]>([
    ['no base64', () => '%%%'],
    ['no JSON', () => 'AAAA'],
    ['a list', () => cursor([])],
    ['null', () => cursor(null)],
    ['an empty key', () => cursor({})],
    [
      'half a key',
      async () => cursor({ sentAgency: JSON.parse(Buffer.from(await own({}), 'base64url').toString()).sentAgency }),
    ],
    ['a member too many', () => own({ x: 'y' })],
    ['another list’s place', () => own({ sentAgency: 'somebody else' })],
    ['an empty member', () => own({ id: '' })],
    ['a number for a text', () => own({ sentKey: 7 })],
    ['a member that is too long', () => own({ sentKey: 'x'.repeat(2000) })],
    ['a member called __proto__', () => cursor(JSON.parse('{"__proto__":{"sentAgency":"x"}}'))],
  ])('a cursor with %s', async (_, make) => {
    const { items } = await centre.sent({ agency: 'X91.05', after: await make() });
    expect(items.length).toBeGreaterThan(0);
  });

  const LONG = 'x'.repeat(3000);
  test.each(
    [
      '/v1/agencies?code=',
      '/v1/agencies?name=',
      '/v1/agencies?name=%20%20',
      '/v1/agencies?parent=',
      `/v1/agencies?code=${LONG}`,
      `/v1/agencies?name=${LONG}`,
      `/v1/agencies?parent=${LONG}`,
      '/v1/agencies?code=X9&code=X8',
      '/v1/dispatches?agency=',
      `/v1/dispatches?agency=${LONG}`,
      '/v1/inbox?limit=10&after=AAAA',
      `/v1/inbox?after=${LONG}`,
      '/v1/me?limit=0',
      `/v1/dispatches/${LONG}`,
      '/v1/dispatches/dsp_%00/content',
      '/v1/dispatches/x/content?as=file',
    ].map((path) => [path.slice(0, 60), path] as const),
  )('GET %s', async (_, path) => {
    const authorization = await town.token('trung-tam-mau', town.keyOf('trung-tam-mau'));
    const response = await town.send({ method: 'GET', path }, authorization);
    expect(response.status).toBeLessThan(500);
  });
});
