import { AxisClient } from '../../client/axisClient.ts';
import { systemProfile } from '../../local/profiles.ts';
import type { WorldSystemName } from '../../world/places.ts';
import { Scene } from '../crashpoints/scene.ts';
import { enrolAgencies, enrolSystem, manyCodes } from '../kit/enrolment.ts';

/** Bodies that only receive, each with a system of its own, and how many agencies stand below it. */
const FURTHER = { 'tinh-thu-ba': 'X93', 'tinh-thu-tu': 'X94', 'tinh-thu-nam': 'X95' } as const;
const AGENCIES = 10;
const SENDING = ['trung-tam-mau', 'bo-minh-hoa'] as const satisfies readonly WorldSystemName[];

/** An axis with more systems and agencies than the sample world, and a client of each with its usual patience. */
export interface SoakTown {
  readonly scene: Scene;
  /** By system id. */
  readonly clients: ReadonlyMap<string, AxisClient>;
  /** Codes of agencies that receive and never send. */
  readonly receivers: readonly string[];
}

export async function openSoakTown(): Promise<SoakTown> {
  const scene = await Scene.open();
  const { axis, world, facts } = scene.town;
  try {
    const clients = new Map<string, AxisClient>();
    for (const system of SENDING)
      clients.set(system, AxisClient.of(systemProfile(system, world, facts), { now: () => axis.clock.now() }));
    const receivers: string[] = [];
    for (const [system, body] of Object.entries(FURTHER)) {
      const codes = manyCodes(body, AGENCIES);
      clients.set(system, await enrolSystem(scene.town, system));
      await enrolAgencies(scene.town, codes, system);
      receivers.push(...codes);
    }
    return { scene, clients, receivers };
  } catch (error) {
    await scene.stop();
    throw error;
  }
}
