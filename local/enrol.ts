import { join } from 'node:path';
import * as z from 'zod/mini';
import { sampleTrust } from '../world/sampleTrust.ts';
import type { KeptWorld } from './keptWorld.ts';
import type { Operator } from './operator.ts';
import { readIfThere, replaceFile } from './replaceFile.ts';

const PROGRESS = z.object({ done: z.array(z.string()) });
const REASON = 'sample world of the local axis';

/** The part of an operator that enrolment needs. */
export type AdminCalls = Pick<Operator, 'call'>;

/** One change of the registry. `name` stays the same for ever: it is what a restart recognises as done. */
interface EnrolmentStep {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/**
 * Enrols the sample world through the admin API, as an operator would: trust, systems with their keys, agencies with their
 * certificates. Every finished step is remembered in the data folder and every step may run twice, so a kill at any point costs
 * nothing but the step it hit.
 *
 * @returns how many steps were still to be done.
 */
export async function enrol(data: string, world: KeptWorld, operator: AdminCalls): Promise<number> {
  const file = join(data, 'enrolment.json');
  const text = readIfThere(file);
  const done = new Set(text === undefined ? [] : z.parse(PROGRESS, JSON.parse(text)).done);
  const open = stepsOf(world, operator).filter(({ name }) => !done.has(name));
  for (const step of open) {
    await step.run();
    done.add(step.name);
    replaceFile(file, JSON.stringify({ done: [...done] }, null, 2));
  }
  return open.length;
}

function stepsOf(world: KeptWorld, operator: AdminCalls): readonly EnrolmentStep[] {
  return [
    { name: 'trust', run: () => setTrust(world, operator) },
    ...world.systems.flatMap((system) => [
      { name: `system ${system.systemId}`, run: () => addSystem(system, operator) },
      { name: `key of ${system.systemId}`, run: () => addKey(system, operator) },
    ]),
    ...world.agencies.map((agency) => ({ name: `agency ${agency.code}`, run: () => addAgency(agency, operator) })),
  ];
}

const setTrust = (world: KeptWorld, operator: AdminCalls) =>
  operator.call('setTrust', { body: { list: sampleTrust(world), reason: REASON } });

const addSystem = ({ systemId, name }: KeptWorld['systems'][number], operator: AdminCalls) =>
  operator.call('addSystem', { body: { systemId, name, reason: REASON } });

function addKey({ systemId, key }: KeptWorld['systems'][number], operator: AdminCalls) {
  const { d: _, ...jwk } = key;
  const body = { jwk: { ...jwk, alg: 'ES256', use: 'sig' }, reason: REASON };
  return operator.call('addKey', { path: { systemId }, body });
}

/** One step, because registering the certificate needs the id that the axis gave the agency. */
async function addAgency(agency: KeptWorld['agencies'][number], operator: AdminCalls): Promise<void> {
  const { code, name, parent, system } = agency;
  const body = { code, name, ...(parent === undefined ? {} : { parent }), system, reason: REASON };
  const { agencyId } = await operator.call('addAgency', { body });
  const [pem] = agency.certificates;
  await operator.call('addCertificate', { path: { agencyId }, body: { pem, reason: REASON } });
}
