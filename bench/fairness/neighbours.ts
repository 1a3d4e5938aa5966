import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/kit/until.ts';
import type { FairTown } from './fairTown.ts';

/** Who makes noise beside the quiet system. */
export interface Neighbour {
  readonly name: string;
  /** Begins; resolves when the noise is as it stays. The answer ends it and says what it was. */
  begin(town: FairTown): Promise<() => Promise<string>>;
}

const TOO_MANY = 429;

/** Sends letters without end, `everyMs` apart, on so many lanes at once, and counts the answers. */
function shouting(
  { shout }: FairTown,
  letters: readonly Buffer[],
  { everyMs, lanes }: { readonly everyMs: number; readonly lanes: number },
) {
  const stop = new AbortController();
  const statuses = new Map<number, number>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const began = performance.now();
      const status = await shout(letters[next++ % letters.length] ?? Buffer.alloc(0));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const left = everyMs - (performance.now() - began);
      if (left > 0) await sleep(left);
    }
  };
  const work = Promise.all(Array.from({ length: lanes }, lane));
  return {
    statuses,
    end: async (): Promise<string> => {
      stop.abort();
      await work;
      return [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${count} × ${status}`)
        .join(', ');
    },
  };
}

/** Signed beforehand: that is the sender's own work. */
const signed = ({ noisyLetter }: FairTown, count: number, to: readonly string[]): Promise<Buffer[]> =>
  Promise.all(Array.from({ length: count }, () => noisyLetter(to)));

/** Every neighbour, by what it does; `requests` is what the noisy system may ask in a minute. */
export function neighbours(requests: number, large: number): readonly Neighbour[] {
  const pace = { everyMs: (60_000 / requests) * 1.05, lanes: 1 };
  return [
    {
      name: 'within its budget',
      begin: async (town) => shouting(town, await signed(town, requests, ['X91.04']), pace).end,
    },
    {
      name: 'beyond its budget, two at once',
      begin: async (town) => {
        const { statuses, end } = shouting(town, await signed(town, requests, ['X91.04']), { everyMs: 0, lanes: 2 });
        await until(() => statuses.has(TOO_MANY), 'the budget is spent', 120_000);
        return end;
      },
    },
    {
      name: 'to a recipient that is dead',
      begin: async (town) => shouting(town, await signed(town, requests, [town.dead]), pace).end,
    },
    {
      name: `${large} letters to very many`,
      begin: async (town) => {
        for (const letter of await signed(town, large, town.many)) await town.shout(letter);
        return async () => `${large} × ${town.many.length} recipients`;
      },
    },
  ];
}
