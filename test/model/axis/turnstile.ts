/** Lets a call of a step to the outside through, at once or when its turn has come. */
export type Gate = <T>(call: () => Promise<T>) => Promise<T>;

export const OPEN: Gate = (call) => call();

/** Ports whose every call passes a gate. */
export function gated<P extends object>(ports: P, gate: Gate): P {
  if (gate === OPEN) return ports;
  return new Proxy(ports, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function'
        ? (...args: unknown[]) => gate(async () => member.apply(target, args))
        : member;
    },
  });
}

interface Lane {
  readonly waiting: (() => Promise<void>)[];
  over: boolean;
}

/**
 * Runs two steps at once, their calls to the outside one after the other in the order that `turns` says (true: the
 * first one's turn). When it is over they take turns.
 */
export async function interleave<A, B>(
  turns: readonly boolean[],
  first: (gate: Gate) => Promise<A>,
  second: (gate: Gate) => Promise<B>,
): Promise<readonly [A, B]> {
  const lanes: readonly [Lane, Lane] = [
    { waiting: [], over: false },
    { waiting: [], over: false },
  ];
  let notice = (): void => {};
  const enter = async <T>(lane: Lane, step: (gate: Gate) => Promise<T>): Promise<T> => {
    try {
      return await step((call) => queueUp(lane, call));
    } finally {
      lane.over = true;
      notice();
    }
  };
  const queueUp = <T>(lane: Lane, call: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      lane.waiting.push(() => call().then(resolve, reject));
      notice();
    });
  const both = Promise.all([enter(lanes[0], first), enter(lanes[1], second)]);
  // Who fails is heard of at the end, when the other one is through, too.
  both.catch(() => {});
  const isSettled = (lane: Lane) => lane.over || lane.waiting.length > 0;
  for (let turn = 0; ; turn++) {
    while (!lanes.every(isSettled)) {
      await new Promise<void>((resolve) => {
        notice = resolve;
        if (lanes.every(isSettled)) resolve();
      });
    }
    const wanted = lanes[(turns[turn] ?? turn % 2 === 0) ? 0 : 1];
    const lane = wanted.waiting.length > 0 ? wanted : lanes.find(({ waiting }) => waiting.length > 0);
    const call = lane?.waiting.shift();
    if (!call) break;
    await call();
    // What the call was for goes on before anybody looks who asks next.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return both;
}

/**
 * Runs a step that dies before its call number `calls` to the outside; undefined when it did, and nobody hears of it
 * again.
 */
export async function dieAfter<T>(calls: number, step: (gate: Gate) => Promise<T>): Promise<T | undefined> {
  let left = calls;
  let die = (): void => {};
  const death = new Promise<undefined>((resolve) => {
    die = () => resolve(undefined);
  });
  const gate: Gate = (call) => {
    if (left-- > 0) return call();
    die();
    return new Promise(() => {});
  };
  return Promise.race([step(gate), death]);
}
