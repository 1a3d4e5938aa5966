import { emptyInbox, type FairTown, freshBudget, QUIET, quietLetter } from './fairTown.ts';

/** What one request costs: CPU of the whole process (client, gateway, function, emulators) and calls of functions to AWS. */
export interface RequestCost {
  readonly cpuMs: number;
  readonly calls: number;
}

/** Calls of functions to AWS since a call; those that feed queues to functions are left out. */
const callsSince = ({ town }: FairTown, since: number): number =>
  town.axis.calls(since).filter((call) => call.function?.endsWith('-submit') && call.service !== 'execute-api').length;

async function costOf(fair: FairTown, count: number, request: () => Promise<unknown>): Promise<RequestCost> {
  const since = fair.town.axis.calls().at(-1)?.n ?? 0;
  const before = process.cpuUsage();
  for (let made = 0; made < count; made++) await request();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000 / count, calls: callsSince(fair, since) / count };
}

/** A submission that is accepted, and one that is refused because the budget is spent. */
export async function refusalCost(
  fair: FairTown,
  count: number,
): Promise<{ readonly accepted: RequestCost; readonly refused: RequestCost }> {
  const { town } = fair;
  const letters = await Promise.all(Array.from({ length: count }, () => quietLetter(fair)));
  const client = town.clients[QUIET.system];
  const accepted = await costOf(fair, count, async () => client.submit(letters.pop() ?? Buffer.alloc(0)));
  await fair.town.settle();
  await emptyInbox(fair);
  freshBudget(fair);
  const loud = await fair.noisyLetter(['X91.04']);
  // The same letter again and again: every one counts, and the last ones are refused.
  while ((await fair.shout(loud)) !== 429);
  const refused = await costOf(fair, count, async () => {
    const status = await fair.shout(loud);
    if (status !== 429) throw new Error(`it was not refused but answered ${status}`);
  });
  return { accepted, refused };
}
