import { OldSdk, type Sent } from '../../compat/oldSdk.ts';
import type { Party } from '../../compat/play.ts';
import { connectOldSystem } from '../../compat/startTarget.ts';
import type { Scene } from '../scene.ts';

/** A centre and a ministry that speak as the SDK of today does. */
export const oldCentre = (scene: Scene): Promise<Party> =>
  scene.once('old centre', () => connectOldSystem(scene.town, { system: 'trung-tam-mau', agency: 'X91.04' }));

export const oldMinistry = (scene: Scene): Promise<Party> =>
  scene.once('old ministry', () => connectOldSystem(scene.town, { system: 'bo-minh-hoa', agency: 'X92' }));

export const sdkOf = (scene: Scene, { systemId, secret }: Party): OldSdk =>
  new OldSdk({
    version: '2.0.1',
    endpoint: `${scene.town.facts.url}/vxp`,
    systemId,
    secret,
    startedAt: new Date(scene.town.axis.clock.now()),
  });

/** Such a system does again what it does not read as done. */
export async function done(call: Promise<Sent>): Promise<Sent | undefined> {
  const sent = await call;
  return sent.result?.status === 'OK' ? sent : undefined;
}
