import { join } from 'node:path';
import * as z from 'zod/mini';
import { pemOf } from '../client/pemCertificates.ts';
import { parentCode, parseAgencyCode } from '../core/edxml/agencyCode.ts';
import { places, systemTitles } from '../world/places.ts';
import { createWorld, type World } from '../world/world.ts';
import { readIfThere, replaceFile } from './replaceFile.ts';

const AGENCY = z.object({
  code: z.string(),
  name: z.string(),
  parent: z.optional(z.string()),
  system: z.string(),
  signingKey: z.string(),
  certificates: z.array(z.string()).check(z.minLength(1)),
});

const SYSTEM = z.object({
  systemId: z.string(),
  name: z.string(),
  key: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    kid: z.string(),
    x: z.string(),
    y: z.string(),
    d: z.string(),
  }),
});

const WORLD = z.object({
  version: z.literal(1),
  anchors: z.array(z.string()),
  intermediates: z.array(z.string()),
  systems: z.array(SYSTEM),
  agencies: z.array(AGENCY),
});

/** The keys, certificates, systems and agencies of a local axis, as they are kept on disk: PEM and JWK. */
export type KeptWorld = z.infer<typeof WORLD>;

/**
 * The sample world of a data folder. It is made once and written before anything is enrolled, so that an enrolment that was
 * killed goes on with the same keys.
 *
 * @throws Error if the file is there and is not a world.
 */
export async function keptWorld(data: string, now: number): Promise<KeptWorld> {
  const file = join(data, 'world.json');
  const text = readIfThere(file);
  if (text !== undefined) {
    const kept = WORLD.safeParse(JSON.parse(text));
    if (!kept.success) throw new Error(`${file} is not the sample world of an axis; begin anew with --fresh`);
    return kept.data;
  }
  const world = keepable(await createWorld({ at: new Date(now) }));
  replaceFile(file, JSON.stringify(world, null, 2));
  return world;
}

function keepable(world: World): KeptWorld {
  return {
    version: 1,
    anchors: world.anchors.map(pemOf),
    intermediates: world.intermediates.map(pemOf),
    systems: world.systems.map(({ name, clientKey }) => {
      const { kty, crv, kid, x, y, d } = clientKey.privateJwk;
      return { systemId: name, name: systemTitles[name], key: { kty, crv, kid, x, y, d } };
    }),
    agencies: world.agencies.map(({ code, name, system, signer }) => ({
      code,
      name,
      ...parentOf(code),
      system,
      signingKey: String(signer.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      certificates: signer.chain.map(pemOf),
    })),
  };
}

/** The body above, where it is an agency of the world, too. */
function parentOf(code: string): { readonly parent?: string } {
  const agency = parseAgencyCode(code);
  const parent = agency && parentCode(agency);
  return parent && places.some((place) => place.code === parent) ? { parent } : {};
}
