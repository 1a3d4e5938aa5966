import type { AgencyRecord } from '../contract/records.ts';

type Alias = NonNullable<AgencyRecord['aliases']>[number];

/** The list with one code's period put in or replaced, oldest period first. */
export const withAlias = (aliases: AgencyRecord['aliases'], alias: Alias): readonly Alias[] =>
  [...(aliases ?? []).filter(({ code }) => code !== alias.code), alias].toSorted((a, b) => a.from - b.from);
