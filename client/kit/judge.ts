import { type Behaviour, type Play, type Sentence, say } from './behaviour.ts';
import { type Check, endedInTime, metMischief } from './checks.ts';
import type { Observation } from './observation.ts';

export type Outcome = 'handled' | 'not-handled' | 'not-met';

/** What came of one behaviour, in one sentence. */
export interface Verdict {
  readonly behaviour: Behaviour;
  readonly outcome: Outcome;
  readonly because: Sentence;
}

/** What came of one variant; no sentence where it was handled. */
export interface PlayVerdict {
  readonly outcome: Outcome;
  readonly because?: Sentence;
}

/** What must be true for a play to be handled, in the order in which it is looked at. */
export const checksOf = (play: Play): readonly Check[] => [endedInTime, ...play.checks];

export function judgePlay(play: Play, seen: Observation): PlayVerdict {
  const met = play.met ?? (isMischievous(play) ? metMischief : undefined);
  if (met && !met.holds(seen)) return { outcome: 'not-met', because: negated(met, seen, play) };
  const broken = checksOf(play).find((check) => !check.holds(seen));
  return broken ? { outcome: 'not-handled', because: negated(broken, seen, play) } : { outcome: 'handled' };
}

/** Every variant must be handled; one that was not met does not count when others were. */
export function judgeBehaviour(behaviour: Behaviour, verdicts: readonly PlayVerdict[]): Verdict {
  const failed = verdicts.filter(({ outcome }) => outcome === 'not-handled');
  const [first] = failed;
  if (first?.because) {
    const others = failed.length - 1;
    const more = others > 0 ? say(`; and ${others} more`, `; và ${others} trường hợp khác`) : say('', '');
    return { behaviour, outcome: 'not-handled', because: joined(first.because, more) };
  }
  if (verdicts.some(({ outcome }) => outcome === 'handled'))
    return { behaviour, outcome: 'handled', because: behaviour.good };
  return { behaviour, outcome: 'not-met', because: verdicts[0]?.because ?? behaviour.does };
}

const isMischievous = ({ mischief = [], clockAheadMs, firstTokenIsOver }: Play): boolean =>
  mischief.length > 0 || clockAheadMs !== undefined || firstTokenIsOver === true;

function negated({ says }: Check, { runs, exchanges }: Observation, { label }: Play): Sentence {
  const exits = runs.map(({ exit }) => exit ?? '-').join(', ');
  const where = label === undefined ? '' : `${label}: `;
  return say(
    `${where}expected: ${says.en}; seen: exit ${exits}, ${exchanges.length} requests`,
    `${where}cần: ${says.vi}; thấy: mã thoát ${exits}, ${exchanges.length} yêu cầu`,
  );
}

const joined = (one: Sentence, other: Sentence): Sentence => say(one.en + other.en, one.vi + other.vi);
