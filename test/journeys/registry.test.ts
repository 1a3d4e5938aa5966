import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import { agencyIdOf, enrolSystem } from '../kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const REASON = 'thử nghiệm';
const HOUR = 3_600_000;
const CACHE_MS = 15_000;

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

const inAnHour = () => new Date(town.axis.clock.now() + HOUR).toISOString();
const centre = () => town.clients['trung-tam-mau'];

describe('17 roll-over: both during the overlap, the old one not after it', () => {
  test('of a client key', async () => {
    const systemId = 'xoay-khoa';
    const old = await enrolSystem(town, systemId);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
    const key = { kty: 'EC', crv: 'P-256', kid: 'second-key-of-it', x, y, d } as const;
    const { d: _, ...jwk } = key;
    await town.operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } });
    const path = { systemId, kid: `key-of-${systemId}` };
    const body = { until: inAnHour(), reason: REASON };
    const view = await town.operator.call('retireKey', { path, body });
    expect(view.retirements).toEqual([{ kid: path.kid, until: body.until }]);
    const fresh = town.clientOf(systemId, key);
    expect((await old.me()).systemId).toBe(systemId);
    expect((await fresh.me()).systemId).toBe(systemId);
    town.advance(HOUR);
    await expect(old.me()).rejects.toMatchObject({ code: 'token-invalid' });
    expect((await fresh.me()).systemId).toBe(systemId);
    expect((await town.operator.call('showSystem', { path: { systemId } })).keys).toEqual([key.kid]);
  });

  test('a retired key can neither be retired again nor registered again, and nobody retires another’s', async () => {
    const systemId = 'xoay-khoa';
    const path = { systemId, kid: `key-of-${systemId}` };
    const body = { reason: REASON };
    await expect(town.operator.call('retireKey', { path, body })).rejects.toMatchObject({ code: 'state-conflict' });
    const claim = (await town.stores.registry()).find(({ id }) => id === `key#${path.kid}`);
    const jwk = { ...Object(claim?.jwk), kid: path.kid };
    const again = town.operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } });
    await expect(again).rejects.toMatchObject({ code: 'key-unusable' });
    const foreign = { systemId: 'bo-minh-hoa', kid: path.kid };
    await expect(town.operator.call('retireKey', { path: foreign, body })).rejects.toMatchObject({
      code: 'key-not-found',
    });
  });

  test('of a certificate: what was accepted stays accepted, what comes later is refused', async () => {
    const agency = town.world.agencies.find(({ code }) => code === 'X91.05');
    const thumbprint = thumbprintOf(new X509Certificate(agency?.certificates[0] ?? '').raw);
    const path = { agencyId: await agencyIdOf(town, 'X91.05'), thumbprint };
    const bytes = await town.letter({ from: 'X91.05' });
    const { receipt } = await centre().submit(bytes);
    await town.operator.call('retireCertificate', { path, body: { until: inAnHour(), reason: REASON } });
    expect((await town.submitLetter({ from: 'X91.05' })).answer.outcome).toBe('accepted');
    town.advance(HOUR);
    await expect(town.submitLetter({ from: 'X91.05' })).rejects.toMatchObject({ code: 'certificate-not-registered' });
    expect(await centre().submit(bytes)).toMatchObject({ outcome: 'again', receipt });
  });

  test('at once where no time is said', async () => {
    const agency = town.world.agencies.find(({ code }) => code === 'X91.04');
    const thumbprint = thumbprintOf(new X509Certificate(agency?.certificates[0] ?? '').raw);
    const path = { agencyId: await agencyIdOf(town, 'X91.04'), thumbprint };
    const view = await town.operator.call('retireCertificate', { path, body: { reason: REASON } });
    expect(view.retirements).toHaveLength(1);
    town.advance(CACHE_MS);
    await expect(town.submitLetter({ from: 'X91.04' })).rejects.toMatchObject({ code: 'certificate-not-registered' });
  });
});

describe('codes with dates', () => {
  let agencyId: string;
  beforeAll(async () => {
    const body = { code: 'X96.01', name: 'Cơ quan mới', system: 'trung-tam-mau', reason: REASON };
    ({ agencyId } = await town.operator.call('addAgency', { body }));
  });
  const send = (code: string) => town.submitLetter({ from: 'X92', to: [code] });

  test('a dispatch to an alias reaches the agency from its beginning to its end', async () => {
    const from = inAnHour();
    const until = new Date(town.axis.clock.now() + 2 * HOUR).toISOString();
    const alias = { code: 'X96.02', from, until, reason: REASON };
    const view = await town.operator.call('addAlias', { path: { agencyId }, body: alias });
    expect(view.aliases).toEqual([{ code: 'X96.02', from, until }]);
    await expect(send('X96.02')).rejects.toMatchObject({ code: 'recipient-unknown' });
    town.advance(HOUR);
    expect((await send('X96.02')).answer.recipients).toMatchObject([{ code: 'X96.02', name: 'Cơ quan mới' }]);
    town.advance(HOUR);
    await expect(send('X96.02')).rejects.toMatchObject({ code: 'recipient-unknown' });
  });

  test('a code that is over is free for another agency, one in force is not', async () => {
    const body = { code: 'X96.02', name: 'Cơ quan khác', system: 'bo-minh-hoa', reason: REASON };
    const other = await town.operator.call('addAgency', { body });
    expect(other.agencyId).not.toBe(agencyId);
    const taken = { code: 'X96.02', reason: REASON };
    const again = town.operator.call('addAlias', { path: { agencyId }, body: taken });
    await expect(again).rejects.toMatchObject({ code: 'already-claimed' });
  });

  test('a new code and name; the old code still reaches the agency, once where both are named', async () => {
    const body = { code: 'X96.03', name: 'Cơ quan đổi tên', reason: REASON };
    const view = await town.operator.call('changeAgency', { path: { agencyId }, body });
    expect(view).toMatchObject({ code: 'X96.03', name: 'Cơ quan đổi tên' });
    expect(view.aliases.map(({ code }) => code)).toContain('X96.01');
    town.advance(CACHE_MS);
    expect((await send('X96.01')).answer.recipients).toMatchObject([{ code: 'X96.01', name: 'Cơ quan đổi tên' }]);
    const both = await town.submitLetter({ from: 'X92', to: ['X96.03', 'X96.01'] });
    expect(both.answer.recipients).toMatchObject([{ code: 'X96.03' }]);
    expect((await town.operatorAs('viewer').call('showAgency', { path: { agencyId } })).history).toHaveLength(3);
  });

  test('a hub is no addressee and no code of an agency', async () => {
    const body = { code: 'X96.W00', reason: REASON };
    await expect(town.operator.call('addAlias', { path: { agencyId }, body })).rejects.toMatchObject({
      code: 'parameter-invalid',
    });
    await expect(send('X96.W00')).rejects.toMatchObject({ code: 'edxml-invalid' });
  });
});

describe('a merger', () => {
  const add = async (code: string, system: string) => {
    const body = { code, name: `Cơ quan ${code}`, system, reason: REASON };
    return (await town.operator.call('addAgency', { body })).agencyId;
  };
  const merge = (agencyId: string, into: string) =>
    town.operator.call('mergeAgency', { path: { agencyId }, body: { into, reason: REASON } });

  test('what is addressed to the old code reaches the successor, also over two mergers; history keeps the code', async () => {
    const old = await add('X97.01', 'bo-minh-hoa');
    const middle = await add('X97.02', 'bo-minh-hoa');
    await add('X97.03', 'trung-tam-mau');
    const waiting = await town.submitLetter({ from: 'X92', to: ['X97.01'] });
    await town.settle();
    await merge(old, 'X97.02');
    await merge(middle, 'X97.03');
    town.advance(CACHE_MS);
    const { answer } = await town.submitLetter({ from: 'X92', to: ['X97.01'] });
    expect(answer.recipients).toMatchObject([{ code: 'X97.01', name: 'Cơ quan X97.03' }]);
    await town.settle();
    const { deliveries } = await centre().receive({ agency: 'X97.03' });
    expect(deliveries).toMatchObject([{ dispatchId: answer.dispatchId, recipient: 'X97.01' }]);
    expect((await centre().agencies({ code: 'X97' })).items.map(({ code }) => code)).toEqual(['X97.03']);
    expect(waiting.answer.recipients).toMatchObject([{ name: 'Cơ quan X97.01' }]);
  });

  test('into itself, in a circle, twice, or into nothing is refused', async () => {
    const old = await add('X98.01', 'bo-minh-hoa');
    const heir = await add('X98.02', 'bo-minh-hoa');
    await expect(merge(old, 'X98.01')).rejects.toMatchObject({ code: 'parameter-invalid' });
    await expect(merge(old, 'X98.09')).rejects.toMatchObject({ code: 'agency-not-found' });
    await merge(old, 'X98.02');
    await expect(merge(heir, 'X98.01')).rejects.toMatchObject({ code: 'parameter-invalid' });
    await add('X98.03', 'bo-minh-hoa');
    await expect(merge(old, 'X98.03')).rejects.toMatchObject({ code: 'state-conflict' });
    expect((await merge(old, 'X98.02')).successor).toBe(heir);
  });

  test('what waited for it goes where the successor is served', async () => {
    const old = await add('X99.01', 'bo-minh-hoa');
    await add('X99.02', 'trung-tam-mau');
    const { answer } = await town.submitLetter({ from: 'X92', to: ['X99.01'] });
    await town.settle();
    await merge(old, 'X99.02');
    await town.watch();
    const { items } = await centre().waiting({ limit: 100 });
    expect(items.map(({ deliveryId }) => deliveryId)).toContain(answer.recipients[0]?.deliveryId);
  });
});

describe('37 who cannot be a recipient', () => {
  test.each([
    ['an unknown code', ['X89.99'], 'recipient-unknown'],
    ['one of many unknown', ['X92', 'X89.99'], 'recipient-unknown'],
  ])('%s: nothing is accepted', async (_, to, code) => {
    const dispatches = (await town.stores.items('dsp_')).length;
    await expect(town.submitLetter({ from: 'X92', to })).rejects.toMatchObject({ code });
    expect(await town.stores.items('dsp_')).toHaveLength(dispatches);
  });

  test('the sender itself is one: a letter to one’s own agency is delivered like any other', async () => {
    const { answer } = await town.submitLetter({ from: 'X92', to: ['X92'] });
    expect(answer.recipients).toMatchObject([{ code: 'X92' }]);
  });
});
