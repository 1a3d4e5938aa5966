import type { AgencyId, SystemId } from '../../../core/contract/ids.ts';

/** Four agencies on three systems; the last system carries no lease tokens. */
export const AGENCIES = {
  'X91.04': { system: 'centre', id: '01970000-0000-7000-8000-000000000a04' as AgencyId, notation: 'STN-VP' },
  'X91.05': { system: 'centre', id: '01970000-0000-7000-8000-000000000a05' as AgencyId, notation: 'SGD-VP' },
  X92: { system: 'ministry', id: '01970000-0000-7000-8000-000000000a92' as AgencyId, notation: 'BMH-PC' },
  'X92.03': { system: 'department', id: '01970000-0000-7000-8000-000000000b03' as AgencyId, notation: 'CTD-TH' },
} as const;
export type AgencyCode = keyof typeof AGENCIES;
export type SystemName = (typeof AGENCIES)[AgencyCode]['system'];

export const AGENCY_CODES = Object.keys(AGENCIES) as AgencyCode[];
export const SYSTEMS: readonly SystemName[] = ['centre', 'ministry', 'department'];
export const systemOf = (agency: AgencyCode): SystemName => AGENCIES[agency].system;
export const systemIdOf = (system: SystemName): SystemId => system as string as SystemId;

/** The agency with this id. */
export function codeOf(id: string): AgencyCode {
  const code = AGENCY_CODES.find((one) => AGENCIES[one].id === id);
  if (code === undefined) throw new RangeError(`no agency ${id}`);
  return code;
}
