import type { AgencyId } from '../contract/ids.ts';
import type { Directory } from '../contract/ports.ts';
import type { SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';

/** The agency that a caller names by its code to narrow a list: one that its system serves. No code is every agency. */
export async function ownAgency(
  caller: SystemRecord,
  code: string | undefined,
  ports: { readonly directory: Pick<Directory, 'agencyByCode'> },
): Promise<Outcome<AgencyId | undefined>> {
  if (code === undefined) return accept(undefined);
  const agency = await ports.directory.agencyByCode(code.toUpperCase());
  return agency?.route?.system === caller.systemId
    ? accept(agency.agencyId)
    : refuse('agency-not-found', { agency: code });
}
