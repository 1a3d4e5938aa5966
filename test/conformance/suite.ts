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
  return accepted + refused + wrong.length + countApart(apart);
}

export function countApart(apart: SuiteResult['apart']): number {
  return [...apart.values()].reduce((sum, ids) => sum + ids.length, 0);
}

/** How many cases there are, and how many of them are set apart for what. */
export interface SuiteSize {
  readonly cases: number;
  readonly apart: Readonly<Record<string, number>>;
}

/** Wrong verdicts, cases that were not run, and cases set apart that were not before; nothing when all is well. */
export function troublesOf(result: SuiteResult, size: SuiteSize): readonly string[] {
  const counts = { listed: result.cases, run: countRun(result) };
  const missing = Object.entries(counts).flatMap(([what, count]) =>
    count === size.cases ? [] : [`${count} cases ${what}, where there must be ${size.cases}`],
  );
  const needs = new Set([...result.apart.keys(), ...Object.keys(size.apart)]);
  const moved = [...needs].flatMap((need) => {
    const [now = 0, before = 0] = [result.apart.get(need)?.length, size.apart[need]];
    return now === before ? [] : [`${now} cases set apart for ${need}, where there were ${before}`];
  });
  return [...missing, ...moved, ...result.wrong.map((wrong) => `WRONG ${wrong}`)].map(
    (line) => `${result.suite}: ${line}`,
  );
}
