import type { AgencyRecord, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';

/** The sender must be an agency that the calling system serves now; an unknown one is told the same as a foreign one. */
export function authoriseSender(
  code: string,
  agency: AgencyRecord | undefined,
  caller: SystemRecord,
): Outcome<AgencyRecord> {
  if (agency?.route?.system !== caller.systemId) return refuse('sender-not-served', { sender: code });
  if (agency.status === 'suspended') return refuse('sender-suspended', { sender: code });
  return accept(agency);
}
