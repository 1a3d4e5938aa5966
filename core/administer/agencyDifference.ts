import type { AgencyRecord } from '../contract/records.ts';

/** What a directory file says of an agency; a member that is not there says nothing. */
export interface Said {
  readonly name: string;
  readonly parent: string | undefined;
  readonly system: string | undefined;
}

export interface AgencyDifference {
  readonly name?: string;
  readonly parent?: string;
  readonly system?: string;
  /** For people, `was → is`. */
  readonly changes: readonly string[];
}

/** How an agency differs from what a directory file says. */
export function agencyDifference(agency: AgencyRecord, said: Said): AgencyDifference {
  const differs = (was: string | undefined, is: string | undefined): is is string => is !== undefined && was !== is;
  const { route, name, parent } = agency;
  const system = route?.system;
  const shown = (was: string | undefined, is: string) => `${was ?? '-'} → ${is}`;
  return {
    ...(differs(name, said.name) ? { name: said.name } : {}),
    ...(differs(parent, said.parent) ? { parent: said.parent } : {}),
    ...(differs(system, said.system) ? { system: said.system } : {}),
    changes: [
      ...(differs(name, said.name) ? [shown(name, said.name)] : []),
      ...(differs(parent, said.parent) ? [shown(parent, said.parent)] : []),
      ...(differs(system, said.system) ? [shown(system, said.system)] : []),
    ],
  };
}
