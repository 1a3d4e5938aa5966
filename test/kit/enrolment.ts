import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import type { AxisClient } from '../../client/axisClient.ts';
import type { AgencyId, SystemId } from '../../core/contract/ids.ts';
import { outputOf } from './stores.ts';
import type { TestAxis } from './testAxis.ts';

const REASON = 'for a test';

/** Enrols one more system with a key of its own, as operators do, and answers its client. */
export async function enrolSystem(town: TestAxis, systemId: string): Promise<AxisClient> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const key = { kty: 'EC', crv: 'P-256', kid: `key-of-${systemId}`, x, y, d } as const;
  const { d: _, ...jwk } = key;
  await town.operator.call('addSystem', { body: { systemId, name: systemId, reason: REASON } });
  await town.operator.call('addKey', {
    path: { systemId },
    body: { jwk: { ...jwk, alg: 'ES256', use: 'sig' }, reason: REASON },
  });
  return town.clientOf(systemId, key);
}

/** `count` codes below a body: `X94.001`, `X94.002` and so on. */
export const manyCodes = (body: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${body}.${String(index + 1).padStart(3, '0')}`);

/** Puts many agencies of one system straight into the registry: hundreds of calls of the admin API would prove nothing more. */
export async function enrolAgencies(town: TestAxis, codes: readonly string[], system: string): Promise<void> {
  const registry = new RegistryTable(town.stores.dynamo, outputOf(town.axis, 'RegistryTable'));
  const from = town.axis.clock.now();
  const enrol = async (code: string): Promise<void> => {
    const agencyId = randomUUID() as AgencyId;
    const claimed = await registry.claimCode({ code, agencyId, from }, from);
    const put = await registry.putAgency({
      v: 1,
      revision: 1,
      agencyId,
      code,
      name: `Cơ quan ${code}`,
      status: 'active',
      route: { kind: 'system', system: system as SystemId },
      policy: { unsigned: 'refuse' },
      createdAt: from,
      certificates: [],
      history: [],
    });
    if (!claimed || !put) throw new Error(`${code} was not enrolled`);
  };
  for (let start = 0; start < codes.length; start += 20) await Promise.all(codes.slice(start, start + 20).map(enrol));
}

/** The internal id of an agency, by its code. */
export async function agencyIdOf(town: TestAxis, code: string): Promise<string> {
  const claim = (await town.stores.registry()).find(({ id }) => id === `code#${code}`);
  return String(claim?.agencyId);
}
