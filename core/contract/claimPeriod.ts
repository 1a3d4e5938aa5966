/** From when until when a claim holds, in milliseconds since the epoch; `until` is the first moment at which it does not. */
export interface ClaimPeriod {
  readonly from: number;
  readonly until?: number;
}

/** Whether a claim holds at a time. */
export const isInForce = ({ from, until }: ClaimPeriod, at: number): boolean =>
  from <= at && (until === undefined || at < until);

/** Whether a claim is over for good: what it claimed is free again. */
export const isOver = ({ until }: ClaimPeriod, at: number): boolean => until !== undefined && until <= at;
