import type { AgencyRecord, Recipient } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';

/** All recipients or none: before anything is written, every code must name an agency that can be delivered to. */
export function resolveRecipients(
  codes: readonly string[],
  agencies: readonly (AgencyRecord | undefined)[],
): Outcome<readonly Recipient[]> {
  const named = codes.map((code, index) => ({ code, agency: agencies[index] }));
  const codesWhere = (test: (agency: AgencyRecord | undefined) => boolean) =>
    named.filter(({ agency }) => test(agency)).map(({ code }) => code);
  const unknown = codesWhere((agency) => agency === undefined);
  if (unknown.length > 0) return refuse('recipient-unknown', { recipients: unknown.join(', ') });
  const unreachable = codesWhere((agency) => agency?.route === undefined);
  if (unreachable.length > 0) return refuse('recipient-unreachable', { recipients: unreachable.join(', ') });
  const suspended = codesWhere((agency) => agency?.status === 'suspended');
  if (suspended.length > 0) return refuse('recipient-suspended', { recipients: suspended.join(', ') });
  const reached = new Map<string, Recipient>();
  for (const { code, agency } of named) {
    // Two codes of one agency, an old and a new one or those of merged agencies, are one recipient.
    if (!agency?.route || reached.has(agency.agencyId)) continue;
    const { agencyId, name, route } = agency;
    reached.set(agencyId, { agencyId, code, name, system: route.system });
  }
  return accept([...reached.values()]);
}
