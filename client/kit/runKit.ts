import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../profile.ts';
import { type Behaviour, type Play, say } from './behaviour.ts';
import { CONTRACT_BEHAVIOURS } from './contractBehaviours.ts';
import { judgeBehaviour, judgePlay, type PlayVerdict, type Verdict } from './judge.ts';
import { makeDocuments } from './kitDocuments.ts';
import { KitReceipts } from './kitReceipts.ts';
import { type KitStage, playScenario } from './playScenario.ts';
import { RECEIVE_BEHAVIOURS } from './receiveBehaviours.ts';
import { SEND_BEHAVIOURS } from './sendBehaviours.ts';
import { trustBehaviours } from './trustBehaviours.ts';

/** Id of the kit's axis: a token that a client signs for it opens nothing else. */
const KIT_AXIS = 'docaxis-kit';

export interface KitRun {
  readonly profile: Profile;
  /** Program and arguments of the client under test. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** Only these behaviours; all if empty. */
  readonly only: readonly string[];
  /** Scenarios at once. */
  readonly parallel: number;
  /** How long one run of the client may take, in milliseconds. */
  readonly runMs: number;
  /** How long the kit is silent where it should answer, in milliseconds. */
  readonly silenceMs: number;
  readonly onProgress?: (done: number, of: number, name: string) => void;
}

/** How long the client is told to wait for an answer, in milliseconds. */
const ANSWER_MS = 1000;

/** Every behaviour, those of the plain walk first. @throws TypeError for a name that is none */
export async function kitBehaviours(only: readonly string[] = []): Promise<readonly Behaviour[]> {
  const all = [
    ...SEND_BEHAVIOURS,
    ...RECEIVE_BEHAVIOURS,
    ...trustBehaviours(await KitReceipts.create(KIT_AXIS)),
    ...CONTRACT_BEHAVIOURS,
  ];
  const unknown = only.find((name) => all.every((behaviour) => behaviour.name !== name));
  if (unknown !== undefined) throw new TypeError(`there is no behaviour ${unknown}; see docaxis kit list`);
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

/**
 * Plays the behaviours against a client and judges it by what was seen. Whoever interrupts it leaves neither processes nor files.
 *
 * @throws Error when the client cannot be started, or the kit is interrupted.
 */
export async function runKit(run: KitRun): Promise<readonly Verdict[]> {
  const behaviours = await kitBehaviours(run.only);
  const folder = await mkdtemp(join(tmpdir(), 'docaxis-kit-'));
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('the kit was interrupted'));
  for (const signal of INTERRUPTS) process.once(signal, interrupt);
  try {
    const { profile, command, cwd, runMs, silenceMs } = run;
    const receipts = await KitReceipts.create(KIT_AXIS);
    const documents = await makeDocuments(profile);
    const own = { axis: KIT_AXIS, receipts, documents, folder, answerMs: ANSWER_MS, signal: stop.signal };
    return await playInOrder(behaviours, { ...own, profile, command, cwd, runMs, silenceMs }, run);
  } finally {
    for (const signal of INTERRUPTS) process.off(signal, interrupt);
    await rm(folder, { recursive: true, force: true });
  }
}

const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;

/** The plain walk first; what it shows to be hopeless is not tried. */
async function playInOrder(
  behaviours: readonly Behaviour[],
  stage: KitStage,
  run: KitRun,
): Promise<readonly Verdict[]> {
  const isPlain = ({ name }: Behaviour): boolean => name.endsWith('-plain');
  const plain = await playAll(behaviours.filter(isPlain), stage, run);
  const broken = plain.filter(({ outcome }) => outcome !== 'handled').map(commandOf);
  const others = behaviours.filter((behaviour) => !isPlain(behaviour));
  const isHopeless = (behaviour: Behaviour): boolean => broken.includes(commandOf({ behaviour }));
  const played = await playAll(
    others.filter((behaviour) => !isHopeless(behaviour)),
    stage,
    run,
  );
  const skipped = others.filter(isHopeless).map((behaviour) => ({ behaviour, ...NOT_TRIED }));
  return [...plain, ...played, ...skipped];
}

/** What fails where nothing is wrong says nothing where something is. */
const NOT_TRIED = {
  outcome: 'not-met',
  because: say('not tried: the plain walk does not work', 'chưa thử: bước bình thường chưa chạy được'),
} as const;

const commandOf = ({ behaviour }: Pick<Verdict, 'behaviour'>): Play['command'] | undefined =>
  behaviour.plays[0]?.command;

async function playAll(
  behaviours: readonly Behaviour[],
  stage: KitStage,
  { parallel, onProgress }: Pick<KitRun, 'parallel' | 'onProgress'>,
): Promise<readonly Verdict[]> {
  const results = new Map<Play, PlayVerdict>();
  const waiting = behaviours.flatMap((behaviour) =>
    behaviour.plays.map((play, n) => ({ play, n, name: behaviour.name })),
  );
  const count = waiting.length;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      stage.signal.throwIfAborted();
      const { name, play, n } = next;
      results.set(play, judgePlay(play, await playScenario(`${name}-${n}`, play, stage)));
      done += 1;
      onProgress?.(done, count, name);
    }
  };
  // The first failure empties the list, so that the others stop after the scenario that they are at.
  const guarded = () =>
    worker().catch((error: unknown) => {
      waiting.length = 0;
      throw error;
    });
  await Promise.all(Array.from({ length: parallel }, guarded));
  stage.signal.throwIfAborted();
  return behaviours.map((behaviour) =>
    judgeBehaviour(
      behaviour,
      behaviour.plays.flatMap((play) => results.get(play) ?? []),
    ),
  );
}
