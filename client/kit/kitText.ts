import type { Language } from '../axisRefusal.ts';
import { printable } from '../table.ts';
import { type Behaviour, type Sentence, say } from './behaviour.ts';
import { checksOf, type Outcome, type Verdict } from './judge.ts';

const OUTCOMES: Readonly<Record<Outcome, Sentence>> = {
  handled: say('handled', 'đạt'),
  'not-handled': say('NOT HANDLED', 'KHÔNG ĐẠT'),
  'not-met': say('not exercised', 'chưa gặp'),
};
const OPTIONAL = say('optional', 'không bắt buộc');
const AXIS = say('the axis', 'trục');
const CLIENT = say('a good client', 'phần mềm tốt');
const JUDGED = say('judged by', 'cách xét');
const SOURCE = say('source', 'căn cứ');

/** A line for each behaviour: what came of it, its name, and why. */
export function verdictLines(verdicts: readonly Verdict[], language: Language): readonly string[] {
  const rows = verdicts.map(({ behaviour, outcome, because }) => [
    OUTCOMES[outcome][language],
    behaviour.required ? behaviour.name : `${behaviour.name} (${OPTIONAL[language]})`,
    because[language],
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => printable(row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')));
}

/** How much there is to do, and how long each run can take. */
export function startLine(
  behaviours: readonly Behaviour[],
  { parallel, runMs }: { readonly parallel: number; readonly runMs: number },
  language: Language,
): string {
  const runs = behaviours.reduce((sum, { plays }) => sum + plays.length, 0);
  return say(
    `${behaviours.length} behaviours, ${runs} scenarios, ${parallel} at once; one run of the client takes at most ${runMs / 1000} s`,
    `${behaviours.length} hành vi, ${runs} tình huống, ${parallel} cùng lúc; mỗi lần chạy tối đa ${runMs / 1000} giây`,
  )[language];
}

/** How many of each outcome, and how long it took. */
export function summaryLine(verdicts: readonly Verdict[], seconds: number, language: Language): string {
  const counts = (Object.keys(OUTCOMES) as Outcome[]).map((outcome) => {
    const count = verdicts.filter((verdict) => verdict.outcome === outcome).length;
    return `${count} ${OUTCOMES[outcome][language].toLowerCase()}`;
  });
  return `${counts.join(', ')}; ${seconds} s`;
}

/** What a behaviour is, what is expected, where it comes from and how it is judged. */
export function behaviourLines(behaviour: Behaviour, language: Language): readonly string[] {
  const { name, required, does, good, why, plays } = behaviour;
  const checks = [...new Set(plays.flatMap((play) => checksOf(play).map(({ says }) => says[language])))];
  // Each code of the catalogue has its own words: the first few say enough.
  const some = checks.length > MOST_CHECKS ? [...checks.slice(0, MOST_CHECKS), '…'] : checks;
  return [
    required ? name : `${name} (${OPTIONAL[language]})`,
    `  ${AXIS[language]} ${does[language]}`,
    `  ${CLIENT[language]} ${good[language]}`,
    `  ${JUDGED[language]}: ${some.join('; ')}`,
    `  ${SOURCE[language]}: ${why}`,
  ];
}

const MOST_CHECKS = 8;
