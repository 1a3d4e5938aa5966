/**
 * Codes of agencies as they stand in OrganId: Decision 20/2020/QĐ-TTg (`H37.02.02`, highest level first), QCVN 102:2016
 * (`000.15.31.H53`, highest level last) and the short legacy forms seen in traffic (`28.22.H17`). Codes are re-issued
 * when agencies merge, so they are aliases and never keys.
 */
export type AgencyCodeForm = 'decision20' | 'legacy' | 'legacy-short';

export interface AgencyCode {
  /** Trimmed and in capitals: what codes are compared by. */
  readonly code: string;
  /** As received. */
  readonly received: string;
  readonly form: AgencyCodeForm;
  /** A hub (a ministry's or province's centre, last group `W00`) relays and is never a recipient. */
  readonly isHub: boolean;
}

/** Amendment 1:2022 of QCVN 102. */
export const LONGEST_AGENCY_CODE = 35;

const DECISION20 = /^[A-Z]\d{2}(?:\.[A-Z0-9]{2,3}){0,8}$/;
/** The last group names the top of a branch, so it is never of zeros: all that is above ends there. */
const LEGACY = /^\d{3}\.\d{2}\.\d{2}\.(?!000$)[A-Z0-9]{3}$/;
const LEGACY_SHORT = /^(?:\d{2,3}\.){1,3}[A-Z]\d{2}$/;
const HUB = /(?:^|\.)W00$/;

/** Capitals without white space at the ends; nothing else is changed, so two agencies never become one. */
export function normalizeAgencyCode(text: string): string {
  return text.trim().toUpperCase();
}

/** The code in a text, or null when it has none of the known forms. */
export function parseAgencyCode(received: string): AgencyCode | null {
  // Longer texts are no codes, and not worth a pattern.
  if (received.length > LONGEST_AGENCY_CODE * 2) return null;
  const code = normalizeAgencyCode(received);
  const form = formOf(code);
  return form === null ? null : { code, received, form, isHub: HUB.test(code) };
}

/**
 * The code of the body above, or null at the top: a Decision 20 code loses its last group, a legacy code has its leftmost
 * group that is not zero replaced by zeros (`000.20.31.H53` is under `000.00.31.H53`).
 */
export function parentCode(agency: AgencyCode): string | null {
  const groups = agency.code.split('.');
  if (agency.form === 'decision20') return groups.length === 1 ? null : groups.slice(0, -1).join('.');
  const own = groups.findIndex((group) => !/^0+$/.test(group));
  if (own === groups.length - 1) return null;
  return groups.map((group, k) => (k === own ? '0'.repeat(group.length) : group)).join('.');
}

/**
 * Whether an agency is the one that `above` names, or below it. Each form counts by its own groups, highest level first; a
 * single group (`H53`) is the top of both forms. What is no code is below nothing.
 */
export function isAtOrUnder(code: string, above: string): boolean {
  const [own, upper] = [parseAgencyCode(code), parseAgencyCode(above)];
  if (own === null || upper === null) return false;
  const wanted = levelsOf(upper);
  const isSameOrder = (own.form === 'decision20') === (upper.form === 'decision20');
  if (!isSameOrder && wanted.length > 1) return false;
  const levels = levelsOf(own);
  return wanted.every((level, k) => levels[k] === level);
}

/**
 * The organisation that an agency belongs to: the highest level of its code, which a ministry or a province and all below it share, in
 * either form (`H53` of `H53.31.20` and of `000.20.31.H53`). What is no code is an organisation of its own.
 */
export function organisationOf(code: string): string {
  const parsed = parseAgencyCode(code);
  return (parsed && levelsOf(parsed)[0]) ?? normalizeAgencyCode(code);
}

/** Groups from the highest level down; zeros of a legacy code stand for no level. */
function levelsOf({ code, form }: AgencyCode): readonly string[] {
  const groups = code.split('.');
  return form === 'decision20' ? groups : groups.toReversed().filter((group) => !/^0+$/.test(group));
}

function formOf(code: string): AgencyCodeForm | null {
  if (code.length > LONGEST_AGENCY_CODE) return null;
  if (DECISION20.test(code)) return 'decision20';
  if (LEGACY.test(code)) return 'legacy';
  return LEGACY_SHORT.test(code) ? 'legacy-short' : null;
}
