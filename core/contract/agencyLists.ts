/** Ready-made answers that hold the whole directory, as today's document systems ask for it. */
export const AGENCY_LISTS = ['agencies', 'agencies-qd20', 'units'] as const;
export type AgencyListName = (typeof AGENCY_LISTS)[number];
