import { join } from 'node:path';
import { PROFILE_FOLDER_NAME } from '../client/findProfile.ts';
import type { Profile } from '../client/profile.ts';
import type { OperatorRole } from '../core/contract/routes.ts';
import type { Credentials } from './contract/principal.ts';
import type { KeptWorld } from './keptWorld.ts';
import { replaceFile } from './replaceFile.ts';

/** What the running axis says of itself. */
export interface AxisFacts {
  readonly url: string;
  /** The axis's id. */
  readonly axis: string;
  readonly region: string;
  /** Public JWK that certifies the receipts' keys. */
  readonly receiptIssuer: Readonly<Record<string, unknown>>;
  readonly operators: Readonly<Record<OperatorRole, Credentials>>;
  readonly control: { readonly url: string; readonly token: string };
}

/** Where a profile lies, by the name that `docaxis --profile` takes. */
export type ProfileFiles = Readonly<Record<string, string>>;

/** The profile of one system of the sample world. */
export function systemProfile(systemId: string, world: KeptWorld, facts: AxisFacts): Profile {
  const system = world.systems.find((candidate) => candidate.systemId === systemId);
  if (system === undefined) throw new RangeError(`the sample world has no system ${systemId}`);
  const agencies = world.agencies.filter((agency) => agency.system === systemId);
  return {
    version: 1,
    kind: 'system',
    url: facts.url,
    axis: facts.axis,
    system: systemId,
    name: system.name,
    key: system.key,
    agencies: agencies.map(({ code, name, signingKey, certificates }) => ({ code, name, signingKey, certificates })),
    trust: { anchors: world.anchors, intermediates: world.intermediates },
    receiptIssuer: { ...facts.receiptIssuer },
  };
}

/**
 * Writes a profile for every system and one for the operator, mode 0600. They are written at every start, because the port may
 * be another one; the keys in them stay the same.
 */
export function writeProfiles(data: string, world: KeptWorld, facts: AxisFacts): ProfileFiles {
  const fileOf = (name: string): string => join(data, PROFILE_FOLDER_NAME, `${name}.json`);
  const files: Record<string, string> = {};
  for (const { systemId } of world.systems) {
    const file = fileOf(systemId);
    replaceFile(file, JSON.stringify(systemProfile(systemId, world, facts), null, 2));
    files[systemId] = file;
  }
  const { url, axis, region, operators, control } = facts;
  const operator = { version: 1, kind: 'operator', url, axis, region, roles: operators, control };
  replaceFile(fileOf('operator'), JSON.stringify(operator, null, 2));
  return { ...files, operator: fileOf('operator') };
}
