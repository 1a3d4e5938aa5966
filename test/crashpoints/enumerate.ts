import { LIMITS } from '../../core/contract/limits.ts';
import type { Ending, Flow } from './flow.ts';
import { endingProblems, takeAll, wholeProblems } from './observe.ts';
import { type Point, pointsOf, rulesOf, type Way, waysOf } from './points.ts';
import { Scene } from './scene.ts';

/** One call of a flow, failed in one way, and what became of everything. */
export interface Injection {
  readonly flow: string;
  readonly point: Point;
  readonly way: Way;
  /** `missed`: the call was not made in this run, so nothing failed. */
  readonly fate: 'survived' | 'lost' | 'missed';
  /** Why it is lost. */
  readonly problems: readonly string[];
}

export interface FlowResult {
  readonly flow: string;
  readonly points: readonly Point[];
  readonly injections: readonly Injection[];
  /** What is wrong with everything that the axis holds at the end, and with the flow when nothing fails. */
  readonly problems: readonly string[];
}

export interface EnumerateOptions {
  /** Which injections of all flows to make, by their place in the list of this flow; all if absent. */
  readonly isWanted?: (place: number, way: Way) => boolean;
  readonly onInjection?: (injection: Injection) => void;
}

/** A flow that differs from run to run gets its call to happen within so many runs. */
const CHANCES = 3;

/** Fails every call of a flow in every way, one in each run. */
export async function enumerate(flow: Flow, options: EnumerateOptions = {}): Promise<FlowResult> {
  let scene = await Scene.open();
  try {
    const first = await undisturbed(scene, flow);
    // The second run is the one to record: the first made what is made once.
    const { points, problems } = first.problems.length > 0 ? first : await undisturbed(scene, flow);
    if (problems.length > 0) return { flow: flow.name, points, injections: [], problems };
    const wanted = points
      .flatMap((point) => waysOf(point).map((way) => ({ point, way })))
      .filter(({ way }, place) => options.isWanted?.(place, way) ?? true);
    const injections: Injection[] = [];
    for (const { point, way } of wanted) {
      const injection = await struck(scene, flow, { point, way });
      injections.push(injection);
      options.onInjection?.(injection);
      if (injection.fate !== 'lost') continue;
      // What it left behind is nobody else's loss.
      await scene.stop();
      scene = await Scene.open();
      await undisturbed(scene, flow);
    }
    return { flow: flow.name, points, injections, problems: await wholeProblems(scene) };
  } finally {
    await scene.stop();
  }
}

/** Plays a flow without failing anything. */
async function undisturbed(
  scene: Scene,
  flow: Flow,
): Promise<{ points: readonly Point[]; problems: readonly string[] }> {
  const { axis } = scene.town;
  const run = await prepared(scene, flow);
  const before = axis.calls().at(-1)?.n ?? 0;
  const ending = await run();
  await scene.quiet();
  const calls = axis.calls(before);
  const problems = [...(await healed(scene, ending)), ...(await takeAll(scene, ending))];
  await ending.finish?.();
  return { points: pointsOf(calls, axis.functions, flow.of), problems };
}

/** Every run begins alike: what functions read of the registry is out of date, and keys that they keep for longer are gone. */
async function prepared(scene: Scene, flow: Flow): Promise<() => Promise<Ending>> {
  scene.town.advance((LIMITS.registryCacheSeconds + 1) * 1000);
  const run = await flow.prepare(scene);
  await scene.quiet();
  if (flow.fresh) await scene.recycle(flow.of);
  return run;
}

async function struck(scene: Scene, flow: Flow, { point, way }: Pick<Injection, 'point' | 'way'>): Promise<Injection> {
  for (let chance = 1; ; chance++) {
    const { strikes, problems } = await inject(scene, flow, { point, way });
    const fate = problems.length > 0 ? 'lost' : strikes > 0 ? 'survived' : 'missed';
    if (fate !== 'missed' || chance === CHANCES) return { flow: flow.name, point, way, fate, problems };
  }
}

/** One run in which one call fails, and the time after it in which the axis may put right what it left. */
async function inject(
  scene: Scene,
  flow: Flow,
  { point, way }: Pick<Injection, 'point' | 'way'>,
): Promise<{ strikes: number; problems: readonly string[] }> {
  const { axis } = scene.town;
  const run = await prepared(scene, flow);
  const strikes = axis.interfere(rulesOf(point, way));
  try {
    const ending = await run();
    await scene.quiet();
    axis.interfere([]);
    const problems = await healed(scene, ending);
    const taken = problems.length > 0 ? [] : await takeAll(scene, ending);
    await ending.finish?.();
    return { strikes: strikes.count, problems: [...problems, ...taken] };
  } catch (error) {
    return { strikes: strikes.count, problems: [reasonOf(error)] };
  } finally {
    axis.interfere([]);
  }
}

/** What was thrown, and what that came from. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause ? `${error.message}: ${reasonOf(error.cause)}` : String(error);

/** Lets time pass until nothing is wrong any more; what is wrong still when hours have passed is lost. */
async function healed(scene: Scene, ending: Ending): Promise<readonly string[]> {
  for (let round = 0; ; round++) {
    const problems = await endingProblems(scene, ending);
    if (problems.length === 0 || round === scene.rounds) return problems;
    await scene.pass(round);
  }
}
