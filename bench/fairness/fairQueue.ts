/**
 * A queue and its workers in simulated time, once as a standard queue without groups hands out (the oldest first) and once as one
 * with groups does (fair queues). By count and not by the clock of this machine: what a small system waits for behind a large one.
 *
 * What SQS calls noisy: more than a tenth of the messages in work and at least thirty of them (SQS Developer Guide, "How Amazon SQS
 * fair queues work"). Its second measure, the share of processing time, comes on top and is left out: it can only help the others.
 */
export interface Sent {
  /** Message group: the sender's system. */
  readonly group: string;
  /** Simulated milliseconds. */
  readonly at: number;
  /** How long a worker takes for it. */
  readonly takesMs: number;
}

export interface Workers {
  readonly count: number;
  /** Messages that one takes at once; it is free when the last of them is done. */
  readonly batch: number;
}

/** What became of one message. */
export interface HandedOut extends Sent {
  readonly waitedMs: number;
  /** Messages of others that were handed out while it waited. */
  readonly overtakenBy: number;
}

const NOISY = { share: 0.1, messages: 30 } as const;

/** Hands out every message; in the order in which they were handed out. */
export function handOut(messages: readonly Sent[], workers: Workers, order: 'oldest' | 'fair'): readonly HandedOut[] {
  const coming = messages.toSorted((a, b) => a.at - b.at);
  const waiting: { readonly sent: Sent; readonly before: number }[] = [];
  const inWork: { readonly group: string; readonly until: number }[] = [];
  const freeAt = Array.from({ length: workers.count }, () => 0);
  const done: HandedOut[] = [];
  for (let now = 0; coming.length + waiting.length > 0; ) {
    while (coming[0] && coming[0].at <= now) {
      const sent = coming.shift();
      if (sent) waiting.push({ sent, before: done.length });
    }
    const worker = freeAt.findIndex((free) => free <= now);
    if (worker < 0 || waiting.length === 0) {
      now = nextMoment(now, { freeAt, next: waiting.length === 0 ? coming[0]?.at : undefined });
      continue;
    }
    const busy = inWork.filter(({ until }) => until > now);
    inWork.splice(0, inWork.length, ...busy);
    const batch = take(waiting, { most: workers.batch, inWork, order });
    for (const { sent, before } of batch) {
      inWork.push({ group: sent.group, until: now + sent.takesMs });
      done.push({ ...sent, waitedMs: now - sent.at, overtakenBy: done.length - before });
    }
    freeAt[worker] = now + Math.max(...batch.map(({ sent }) => sent.takesMs));
  }
  return done;
}

function nextMoment(
  now: number,
  { freeAt, next }: { readonly freeAt: readonly number[]; readonly next: number | undefined },
): number {
  return next ?? Math.min(...freeAt.filter((free) => free > now));
}

interface Taking {
  readonly most: number;
  readonly inWork: readonly { readonly group: string }[];
  readonly order: 'oldest' | 'fair';
}

/** Takes the first messages out of those that wait; noisy groups stand behind the others, those with the fewest in work first. */
function take<T extends { readonly sent: Sent }>(waiting: T[], { most, inWork, order }: Taking): readonly T[] {
  const taken: T[] = [];
  while (taken.length < most && waiting.length > 0) {
    const place = order === 'oldest' ? 0 : fairest(waiting, [...inWork, ...taken.map(({ sent }) => sent)]);
    taken.push(...waiting.splice(place, 1));
  }
  return taken;
}

function fairest(waiting: readonly { readonly sent: Sent }[], inWork: readonly { readonly group: string }[]): number {
  const countOf = (group: string) => inWork.filter((one) => one.group === group).length;
  const ranks = new Map(
    [...new Set(waiting.map(({ sent }) => sent.group))].map((group) => {
      const count = countOf(group);
      return [group, count >= NOISY.messages && count > NOISY.share * inWork.length ? count : 0];
    }),
  );
  const least = Math.min(...ranks.values());
  return waiting.findIndex(({ sent }) => ranks.get(sent.group) === least);
}
