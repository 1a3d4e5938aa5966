import type { FunctionName } from '../../core/contract/environment.ts';
import type { InterferenceRule } from '../../local/runtime/callBook.ts';
import { type PlaceCode, places, type WorldSystemName } from '../../world/places.ts';
import { type Random, randomOf } from './random.ts';

/** One thing that somebody does, or that befalls the axis. `which` counts from the latest. */
export type Step =
  | { readonly does: 'submit'; readonly from: PlaceCode; readonly to: readonly PlaceCode[]; readonly urgent: boolean }
  | { readonly does: 'submit again'; readonly which: number }
  /** So many pollers of one system at once. */
  | { readonly does: 'receive'; readonly system: WorldSystemName; readonly pollers: number }
  | { readonly does: 'settle'; readonly which: number; readonly how: Settling }
  | { readonly does: 'move'; readonly to: WorldSystemName }
  | { readonly does: 'pass'; readonly seconds: number }
  | { readonly does: 'watch' }
  /** From here on, instead of what failed before. */
  | { readonly does: 'fail'; readonly rules: readonly InterferenceRule[] }
  /** The next invocation that calls so often ends in the middle, as at its time-out. */
  | { readonly does: 'time out'; readonly function: FunctionName; readonly nth: number }
  | { readonly does: 'empty the queue' }
  | { readonly does: 'delete the bell'; readonly of: WorldSystemName }
  | { readonly does: 'lag'; readonly seconds: number }
  | { readonly does: 'skew'; readonly function: FunctionName; readonly seconds: number }
  | { readonly does: 'recycle'; readonly function: FunctionName };

export type Settling = 'acknowledge' | 'release' | 'reject' | 'extend';

const STEPS = 24;
/** Most by which the clock of a function is off. */
export const MOST_SKEW_SECONDS = 30;
const FUNCTIONS = ['submit', 'deliver', 'receive', 'acknowledge', 'watch'] as const satisfies readonly FunctionName[];
const SYSTEMS = ['trung-tam-mau', 'bo-minh-hoa'] as const satisfies readonly WorldSystemName[];
/** The agency that changes systems, and is served by this one at first. It only receives. */
export const WANDERER = { code: 'X92.03', home: 'bo-minh-hoa' } as const;
const CODES = places.map(({ code }) => code);
const SENDERS = CODES.filter((code) => code !== WANDERER.code);
const SETTLINGS: readonly Settling[] = ['acknowledge', 'acknowledge', 'release', 'reject', 'extend'];

const rolled = (name: FunctionName): string => `docaxis-evaluation-${name}`;

/** What fails: a call of a function, or the messages that it sends. */
function troubles(random: Random): readonly InterferenceRule[] {
  const messages = (): InterferenceRule => ({
    principal: rolled(random.pick(['submit', 'deliver', 'watch'])),
    service: 'sqs',
    ...random.pick([{ fate: 'lose' }, { fate: 'twice' }, { fate: 'late', ms: 1000 * (1 + random.int(600)) }] as const),
    ...(random.chance(0.5) ? { nth: 1 + random.int(2) } : {}),
  });
  const calls = (): InterferenceRule => ({
    principal: rolled(random.pick(FUNCTIONS)),
    service: random.pick(['dynamodb', 's3', 'sqs', '*']),
    nth: 1 + random.int(8),
    fate: random.pick(['fail-before', 'fail-after', 'throttle', 'kill-before', 'kill-after', 'twice'] as const),
  });
  return Array.from({ length: 1 + random.int(3) }, () => (random.chance(0.4) ? messages() : calls()));
}

/** How often each step comes, and how it is chosen. */
const CHOICES: readonly (readonly [weight: number, (random: Random) => Step])[] = [
  [
    6,
    (random) => ({
      does: 'submit',
      from: random.pick(SENDERS),
      to: CODES.filter(() => random.chance(0.4)),
      urgent: random.chance(0.3),
    }),
  ],
  [1, (random) => ({ does: 'submit again', which: random.int(3) })],
  [6, (random) => ({ does: 'receive', system: random.pick(SYSTEMS), pollers: 1 + random.int(3) })],
  [6, (random) => ({ does: 'settle', which: random.int(4), how: random.pick(SETTLINGS) })],
  [1, (random) => ({ does: 'move', to: random.pick(SYSTEMS) })],
  [3, (random) => ({ does: 'pass', seconds: random.pick([20, 130, 310, 400]) })],
  [2, () => ({ does: 'watch' })],
  [6, (random) => ({ does: 'fail', rules: troubles(random) })],
  [1, (random) => ({ does: 'time out', function: random.pick(FUNCTIONS), nth: 1 + random.int(5) })],
  [1, () => ({ does: 'empty the queue' })],
  [1, (random) => ({ does: 'delete the bell', of: random.pick(SYSTEMS) })],
  [2, (random) => ({ does: 'lag', seconds: random.pick([0, 1, 30, 300]) })],
  [
    2,
    (random) => ({
      does: 'skew',
      function: random.pick(FUNCTIONS),
      seconds: random.int(2 * MOST_SKEW_SECONDS + 1) - MOST_SKEW_SECONDS,
    }),
  ],
  [1, (random) => ({ does: 'recycle', function: random.pick(FUNCTIONS) })],
];
const ALL = CHOICES.flatMap(([weight, choose]) => Array.from({ length: weight }, () => choose));

/** What befalls the axis, and is nobody's doing. */
export type Mishap = Exclude<
  Step,
  { does: 'submit' | 'submit again' | 'receive' | 'settle' | 'move' | 'pass' | 'watch' }
>;

const isMishap = (step: Step): step is Mishap =>
  !['submit', 'submit again', 'receive', 'settle', 'move', 'pass', 'watch'].includes(step.does);

/** One of the mishaps, as often as schedules have it. */
export function mishapOf(random: Random): Mishap {
  for (;;) {
    const step = random.pick(ALL)(random);
    if (isMishap(step)) return step;
  }
}

/** The steps of a seed. The first is a letter, so that there is something to lose. */
export function scheduleOf(seed: number): readonly Step[] {
  const random = randomOf(seed);
  const first: Step = { does: 'submit', from: 'X91.04', to: ['X91.05', 'X92', 'X92.03'], urgent: false };
  return [first, ...Array.from({ length: STEPS - 1 }, () => random.pick(ALL)(random))];
}

/** A schedule to be read: one line a step. */
export const scheduleText = (steps: readonly Step[]): string =>
  steps
    .map(({ does, ...rest }, place) => `${String(place + 1).padStart(4)}  ${does} ${JSON.stringify(rest)}`)
    .join('\n');
