import type { Directory } from '../../../core/contract/ports.ts';
import type { AgencyRecord, SystemRecord } from '../../../core/contract/records.ts';
import { anAgency, aSystem } from '../../adapters/aws/records.ts';
import { AGENCIES, AGENCY_CODES, type AgencyCode, SYSTEMS, type SystemName, systemIdOf } from '../town/places.ts';

export interface ModelDirectory extends Directory {
  suspend(code: AgencyCode, suspended: boolean): void;
  caller(system: SystemName): SystemRecord;
}

/** The agencies and systems of the model, in memory. None of them must sign. */
export function createDirectory(): ModelDirectory {
  const agencies = new Map<string, AgencyRecord>(
    AGENCY_CODES.map((code) => {
      const { id, system } = AGENCIES[code];
      const route = { kind: 'system', system: systemIdOf(system) } as const;
      return [code, anAgency(code, { agencyId: id, route, policy: { unsigned: 'accept' } })];
    }),
  );
  const systems = new Map(SYSTEMS.map((name) => [name, aSystem(systemIdOf(name))]));
  const byCode = (code: string) => agencies.get(code);
  const byId = (id: string | undefined) => [...agencies.values()].find(({ agencyId }) => agencyId === id);
  return {
    system: async (id) => systems.get(id as string as SystemName),
    key: async () => undefined,
    agencyByCode: async (code) => byCode(code),
    codeHolder: async (code) => byCode(code)?.agencyId,
    codeHolders: async (codes) => codes.map((code) => byCode(code)?.agencyId),
    agenciesByCode: async (codes) => codes.map(byCode),
    agency: async (id) => byId(id),
    agencies: async (ids) => ids.map(byId),
    certificate: async () => undefined,
    trust: async () => undefined,
    suspend(code, suspended) {
      const agency = agencies.get(code);
      if (agency) agencies.set(code, { ...agency, status: suspended ? 'suspended' : 'active' });
    },
    caller(name) {
      const system = systems.get(name);
      if (!system) throw new RangeError(`no system ${name}`);
      return system;
    },
  };
}
