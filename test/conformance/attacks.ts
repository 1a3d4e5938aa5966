import { loadAttackSet, runAttackTable, type TableResult } from '../attacks/attackTable.ts';
import { engineJudge } from '../attacks/engineJudge.ts';
import type { SuiteResult } from './suite.ts';

/** Hostile and control documents of our own, read by one engine forward and backward: no document may leave a trace. */
export async function judgeAttacks(): Promise<SuiteResult> {
  const { cases } = loadAttackSet();
  const judge = engineJudge();
  const forward = await runAttackTable(cases, judge);
  const backward = await runAttackTable(cases.toReversed(), judge);
  const traces = cases.flatMap(({ id }) =>
    forward.reasons.get(id) === backward.reasons.get(id) ? [] : [`${id}: judged otherwise in reverse order`],
  );
  const accepted = cases.filter(({ id }) => forward.reasons.get(id) === 'ok').length;
  const apart = optional(forward);
  return {
    suite: 'attacks',
    cases: cases.length,
    accepted,
    refused: forward.run - accepted - apart.length - forward.wrong.length,
    apart: new Map(apart.length > 0 ? [['optional', apart]] : []),
    wrong: [...forward.wrong, ...backward.wrong, ...traces],
  };
}

/** Cases that a stricter profile may refuse, such as C14N 1.1. */
function optional({ differing }: TableResult): readonly string[] {
  return differing.map((line) => line.replace(/:.*/, ''));
}
