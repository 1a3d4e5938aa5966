import { liveSecrets } from '../administer/liveSecrets.ts';
import { retirementOf } from '../administer/retirement.ts';
import type { AnswerOf } from '../contract/answers.ts';
import type { SecretId, SystemId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { SystemSecret } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { type Act, type AdministerPorts, entryOf } from './administer.ts';
import { changeSystem } from './administerSystems.ts';

/**
 * Issues a secret with which a system signs on the compatibility faces. It is in this answer and nowhere else: the registry
 * keeps it encrypted, and a lost answer costs no more than a secret to be retired.
 */
export async function addSecret(
  act: Act,
  request: RequestOf<'addSecret'> & { systemId: SystemId },
  ports: AdministerPorts,
): Promise<Outcome<AnswerOf<'addSecret'>>> {
  const { systemId, note } = request;
  const system = await ports.directory.system(systemId);
  if (!system) return refuse('system-not-found', { system: systemId });
  const from = ports.clock.now();
  const live = liveSecrets(system, from);
  if (live.length >= LIMITS.secretsPerSystem)
    return refuse('secrets-too-many', { system: systemId, limit: LIMITS.secretsPerSystem });
  const { secretId, secret } = ports.newSecret();
  const ciphertext = await ports.secrets.seal(systemId, secret);
  const added: SystemSecret = { secretId, ciphertext, from, ...(note === undefined ? {} : { note }) };
  const entry = entryOf('x-secret-added', act, ports, { from: 'none', to: secretId });
  const changed = await changeSystem(system, { secrets: [...live, added] }, entry, ports);
  return changed.ok ? accept({ systemId, secretId, secret }) : changed;
}

/** Ends a secret, at once or after an overlap; the system keeps working with its other ones. */
export async function retireSecret(
  act: Act,
  request: RequestOf<'retireSecret'> & { systemId: SystemId; secretId: SecretId },
  ports: AdministerPorts,
): Promise<Outcome<AnswerOf<'retireSecret'>>> {
  const { systemId, secretId } = request;
  const system = await ports.directory.system(systemId);
  if (!system) return refuse('system-not-found', { system: systemId });
  const now = ports.clock.now();
  const retired = system.secrets?.find((one) => one.secretId === secretId);
  if (!retired) return refuse('secret-not-found', { system: systemId, secret: secretId });
  const live = liveSecrets(system, now);
  if (!live.includes(retired))
    return refuse('state-conflict', { state: 'retired', action: 'retireSecret', from: 'in force' });
  const until = retirementOf(request.until, now);
  if (!until.ok) return until;
  const secrets = live.map((one) => (one === retired ? { ...one, until: until.value } : one));
  const entry = entryOf('x-secret-retired', act, ports, { from: secretId, to: new Date(until.value).toISOString() });
  return changeSystem(system, { secrets }, entry, ports);
}
