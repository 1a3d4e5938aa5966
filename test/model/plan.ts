import type { AgencyCode } from './town/places.ts';

/** An earlier document as a message names it. */
export interface Reference {
  readonly documentId: string;
  readonly number: string;
  readonly date: string;
  readonly notation: string;
}

/** A message that a sequence sends: what stands in it, and nothing of what the axis should make of it. */
export interface Plan {
  readonly kind: 'new' | 'recall' | 'update' | 'amend' | 'replace' | 'status';
  readonly from: AgencyCode;
  readonly to: readonly AgencyCode[];
  readonly documentId: string;
  readonly number: string;
  /** `yyyy/MM/dd`. */
  readonly date: string;
  readonly subject: string;
  readonly urgent: boolean;
  /** Milliseconds after acceptance; absent: as the axis has it. */
  readonly expiresIn: number | undefined;
  readonly about: readonly Reference[];
  /** StatusCode. */
  readonly code: string | undefined;
  readonly added: readonly AgencyCode[];
  readonly removed: readonly AgencyCode[];
  /** Recipients whose document is replaced. */
  readonly at: readonly AgencyCode[];
}
