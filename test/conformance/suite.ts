/** What one set of vectors came to. Every case is counted exactly once, so that none passes by being left out. */
export interface SuiteResult {
  readonly suite: string;
  /** Cases that the set's manifest lists. */
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  /** Cases set apart by what they need and this project does not do; the verdict on them is refusal, or not asked for. */
  readonly apart: ReadonlyMap<string, readonly string[]>;
  /** Cases with another verdict than they must have, each with a word on it. */
  readonly wrong: readonly string[];
}

/** How one case ended. */
export type CaseVerdict = 'accepted' | 'refused' | { readonly apart: string } | { readonly wrong: string };

/** Counts the verdicts of a set. */
export function countSuite<Case extends { readonly id: string }>(
  suite: string,
  cases: readonly Case[],
  judge: (one: Case) => CaseVerdict,
): SuiteResult {
  const apart = new Map<string, string[]>();
  const wrong: string[] = [];
  const counts = { accepted: 0, refused: 0 };
  for (const one of cases) {
    const verdict = judge(one);
    if (typeof verdict === 'string') counts[verdict]++;
    else if ('wrong' in verdict) wrong.push(`${one.id}: ${verdict.wrong}`);
    else apart.set(verdict.apart, [...(apart.get(verdict.apart) ?? []), one.id]);
  }
  return { suite, cases: cases.length, ...counts, apart, wrong };
}

/** Cases that were run, in whatever column they ended. */
export function countRun({ accepted, refused, apart, wrong }: SuiteResult): number {
  return accepted + refused + wrong.length + [...apart.values()].reduce((sum, ids) => sum + ids.length, 0);
}
