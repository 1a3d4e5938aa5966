/** What one validation may cost, counted in the work itself, so that the bound is the same on every machine. */
export interface PathLimits {
  /** Most certificates in one path, leaf and anchor included. */
  readonly certificates: number;
  /** Most intermediate certificates taken from one sender. */
  readonly candidates: number;
  /** Most signature checks in one search. */
  readonly signatureChecks: number;
  /** Most certificates looked at from below in one search, repeats counted. */
  readonly steps: number;
  /** Most paths that reach an anchor and are judged in one search. */
  readonly paths: number;
  /** Most nodes and edges of policy graphs in one search (RFC 9618). */
  readonly policyNodes: number;
  /** Most names held against a name constraint in one search. */
  readonly nameComparisons: number;
}

export const defaultPathLimits: PathLimits = {
  certificates: 6,
  candidates: 32,
  signatureChecks: 64,
  steps: 256,
  paths: 32,
  policyNodes: 4096,
  nameComparisons: 16_384,
};

/** The kinds of work that are counted. */
export type WorkKind = 'signatureChecks' | 'steps' | 'paths' | 'policyNodes' | 'nameComparisons';

/** Counts the work of one search and says when it has been enough. */
export class PathWork {
  readonly done: Record<WorkKind, number> = {
    signatureChecks: 0,
    steps: 0,
    paths: 0,
    policyNodes: 0,
    nameComparisons: 0,
  };
  readonly #limits: PathLimits;

  constructor(limits: PathLimits = defaultPathLimits) {
    this.#limits = limits;
  }

  /** Counts work that is about to be done; false, and nothing counted, if it would be too much. */
  allows(kind: WorkKind, count = 1): boolean {
    if (this.done[kind] + count > this.#limits[kind]) return false;
    this.done[kind] += count;
    return true;
  }
}
