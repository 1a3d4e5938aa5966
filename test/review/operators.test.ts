import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolSystem } from '../kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const REASON = 'đổi khóa theo công văn 12/TB';

describe('what an operator changes', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterAll(() => town.stop());

  const jwkOf = (kid: string) => ({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
    kid,
  });

  test('no other key takes the place of a registered one under its id, which the history would not show', async () => {
    const systemId = 'khong-trao-khoa';
    const client = await enrolSystem(town, systemId);
    const kid = `key-of-${systemId}`;
    const add = (jwk: object) => town.operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } });
    await expect(add(jwkOf(kid))).rejects.toMatchObject({ code: 'already-claimed' });
    expect((await client.me()).systemId).toBe(systemId);
    const claim = (await town.stores.registry()).find(({ id }) => id === `key#${kid}`);
    const again = await add({ ...Object(claim?.jwk), kid });
    expect(again.keys).toEqual([kid]);
  });

  test('the same system again is the one that is there, and another one under its id is refused', async () => {
    const body = { systemId: 'hai-lan', name: 'Hệ thống hai lần', reason: REASON };
    town.axis.interfere([{ principal: 'docaxis-evaluation-administer', operation: 'PutItem', fate: 'fail-after' }]);
    const add = (name = body.name) => town.operator.call('addSystem', { body: { ...body, name } });
    // The SDK repeats what took effect and was not answered.
    const first = await add();
    town.axis.interfere([]);
    expect(first).toMatchObject({ systemId: 'hai-lan', history: [{ ev: 'x-system-added' }] });
    expect(await add()).toEqual(first);
    await expect(add('Hệ thống khác')).rejects.toMatchObject({ code: 'already-claimed' });
  });

  test('a key type that names something of the language is refused, not a fault', async () => {
    for (const kty of ['constructor', '__proto__', 'toString']) {
      const jwk = { ...jwkOf('another-key'), kty };
      const call = town.operator.call('addKey', { path: { systemId: 'bo-minh-hoa' }, body: { jwk, reason: REASON } });
      await expect(call).rejects.toMatchObject({ code: 'key-unusable' });
    }
  });

  test('the log says who did it and why', () => {
    const lines = town.axis.logs({ function: 'docaxis-evaluation-administer' }).map((line) => JSON.stringify(line));
    expect(lines.some((line) => line.includes('addKey') && line.includes(REASON))).toBe(true);
  });
});
