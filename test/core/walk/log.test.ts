import { describe, expect, test } from 'vitest';
import type {
  EvidenceSigner,
  LogBatch,
  LogHead,
  LogHeads,
  LogObjects,
  LogWork,
  Timeline,
} from '../../../core/contract/evidence.ts';
import type { Thumbprint } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { Headline } from '../../../core/contract/records.ts';
import { parseCheckpoint } from '../../../core/prove/checkpoint.ts';
import { entryOf } from '../../../core/prove/evidence.ts';
import { leafHashOf, rootOf, rootOver } from '../../../core/prove/tree.ts';
import { type LogPorts, log } from '../../../core/walk/log.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');
const LATE = LIMITS.log.seconds * 1000;

const headerOf = (thumbprint: string): string =>
  Buffer.from(JSON.stringify({ 'x5t#S256': thumbprint })).toString('base64url');

/** The run dies: nothing of it goes on. */
class Killed extends Error {}

/** Everything that a log is kept in. Runs share it; each looks at it through a gate that can kill it before or after any step. */
class Town {
  readonly items = new Map<string, Timeline>();
  head: LogHead | undefined;
  readonly batches = new Map<number, string>();
  readonly tiles = new Map<string, Buffer>();
  readonly checkpoints: string[] = [];
  readonly notMarked: string[] = [];
  readonly notLogged: string[] = [];
  signed = 0;

  happen(id: string, steps: number): void {
    const seen = this.items.get(id);
    const timeline = Array.from({ length: steps }, (_, step) => ({
      ev: `x-${step}`,
      at: NOW,
      by: 'axis',
      from: 'none',
      to: 'queued',
    }));
    const headline: Headline = {
      kind: 'document',
      documentId: id,
      senderCode: 'X91',
      senderName: 'X',
      priority: 0,
      signed: 'none',
      sha256: 'a'.repeat(64) as Headline['sha256'],
      bytes: 1,
      acceptedAt: NOW,
    };
    this.items.set(id, {
      id: id as Timeline['id'],
      dispatchId: 'dsp_a' as Timeline['dispatchId'],
      sender: 'a' as Timeline['sender'],
      headline,
      timeline: [...(seen?.timeline ?? []), ...timeline],
      logged: seen?.logged ?? [],
      waits: true,
    });
  }

  ports(step: (what: string) => Promise<() => void>): LogPorts {
    const through =
      <A extends readonly unknown[], R>(what: string, act: (...args: A) => R) =>
      async (...args: A): Promise<R> => {
        const after = await step(what);
        const result = act(...args);
        after();
        return result;
      };
    const work: LogWork = {
      waiting: through('waiting', (shard) =>
        shard === 0 ? [...this.items.values()].filter(({ waits }) => waits).map(({ id }) => ({ id, at: NOW })) : [],
      ),
      find: through('find', (id) => this.items.get(id)),
      read: through('read', (ids) => ids.flatMap((id) => this.items.get(id) ?? [])),
      mark: through('mark', (id, run, runs) => {
        const item = this.items.get(id);
        if (!item || item.logged.length !== runs) return false;
        this.items.set(id, { ...item, logged: [...item.logged, run], waits: item.timeline.length > run.to });
        return true;
      }),
      settle: through('settle', ({ id }) => {
        const item = this.items.get(id);
        if (item) this.items.set(id, { ...item, waits: false });
      }),
    };
    const heads: LogHeads = {
      read: through('head', () => this.head),
      commit: through('commit', (next, seen) => {
        const fits = seen ? this.head?.size === seen.size && !this.head.open : this.head === undefined;
        if (fits) this.head = next;
        return fits;
      }),
      finish: through('finish', (head, checkpoint) => {
        if (this.head?.size === head.size && this.head.open) this.head = { ...this.head, open: false, checkpoint };
      }),
    };
    const objects: LogObjects = {
      stage: through('stage', (batch) => {
        const lies = this.batches.get(batch.start) ?? JSON.stringify(batch);
        this.batches.set(batch.start, lies);
        return JSON.parse(lies) as LogBatch;
      }),
      batch: through('batch', (start) => JSON.parse(this.batches.get(start) ?? 'null') as LogBatch),
      tile: through('tile', (path) => {
        const bytes = this.tiles.get(path);
        if (!bytes) throw new Error(`no tile ${path}`);
        return bytes;
      }),
      writeTile: through('writeTile', (path, bytes) => {
        if (this.tiles.has(path) && !this.tiles.get(path)?.equals(bytes)) throw new Error(`${path} would change`);
        this.tiles.set(path, bytes);
      }),
      publish: through('publish', (note) => {
        const size = (of: string | undefined) => parseCheckpoint(of ?? '')?.checkpoint.size ?? 0;
        if (size(note) > size(this.checkpoints.at(-1))) this.checkpoints.push(note);
      }),
    };
    const signer: EvidenceSigner = {
      record: through('record', (payload) => ({
        jws: `${headerOf('T')}.${JSON.stringify(payload)}#${++this.signed}`,
        thumbprint: 'T' as Thumbprint,
        certificate: 'MII',
      })),
      checkpoint: through('checkpoint', (text) => `${text}\n\u2014 docaxis.test/log AAAAAAAA\n`),
    };
    return {
      clock: { now: () => NOW + LATE },
      axis: 'docaxis.test',
      work,
      heads,
      objects,
      signer,
      receiptCertificates: { find: through('certificate', () => 'MII') },
      salt: () => 'salt',
      notLogged: (id) => void this.notLogged.push(id),
      notMarked: (id) => void this.notMarked.push(id),
    };
  }

  /** What must hold of a log at rest, whatever happened on the way. */
  problems(): readonly string[] {
    const leaves: Buffer[] = [];
    const seen: string[] = [];
    while (leaves.length < (this.head?.size ?? 0)) {
      const batch = JSON.parse(this.batches.get(leaves.length) ?? '{"items":[]}') as LogBatch;
      if (batch.items.length === 0) return [`no batch at ${leaves.length}`];
      for (const { id, from, records } of batch.items)
        for (const [step, record] of records.entries()) {
          seen.push(`${id} ${from + step + 1}`);
          leaves.push(leafHashOf(entryOf(record)));
        }
    }
    const happened = [...this.items.values()].flatMap(({ id, timeline }) => timeline.map((_, n) => `${id} ${n + 1}`));
    const roots = this.checkpoints.map((note) => parseCheckpoint(note)?.checkpoint);
    return [
      ...(JSON.stringify(seen.toSorted()) === JSON.stringify(happened.toSorted()) ? [] : ['not every step once']),
      ...(this.head?.open ? ['a batch is open'] : []),
      ...[...this.items.values()].filter(({ waits }) => waits).map(({ id }) => `${id} waits`),
      ...(rootOf(this.head?.peaks ?? []).equals(rootOver(leaves)) ? [] : ['another root']),
      ...roots.flatMap((checkpoint) =>
        checkpoint?.root.equals(rootOver(leaves.slice(0, checkpoint.size))) ? [] : ['a signed head of another tree'],
      ),
      ...(parseCheckpoint(this.checkpoints.at(-1) ?? '')?.text === parseCheckpoint(this.head?.checkpoint ?? '')?.text
        ? []
        : ['the newest checkpoint is not published']),
      ...this.notMarked.map((id) => `${id} not marked`),
    ];
  }
}

const undisturbed = async () => () => undefined;

/** Kills a run at its n-th step, before or after it has its effect. */
function killedAt(n: number, when: 'before' | 'after') {
  let steps = 0;
  return async () => {
    steps += 1;
    if (steps > n) throw new Killed();
    if (steps === n && when === 'before') throw new Killed();
    return () => {
      if (steps === n) throw new Killed();
    };
  };
}

const filled = (town: Town): void => {
  for (let item = 0; item < 5; item++) town.happen(`dlv_${item}`, 1 + (item % 3));
};

describe('a round of the evidence log', () => {
  test('dies at each of its steps, before and after: the next ones log every step once, and nothing signed is taken back', async () => {
    let steps = 0;
    const counting = async () => {
      steps += 1;
      return () => undefined;
    };
    const whole = new Town();
    filled(whole);
    await log(whole.ports(counting));
    expect(whole.problems()).toEqual([]);
    expect(steps).toBeGreaterThan(50);
    for (let n = 1; n <= steps; n++)
      for (const when of ['before', 'after'] as const) {
        const town = new Town();
        filled(town);
        // The second time it dies in what it finds.
        await expect(log(town.ports(killedAt(n, when)))).rejects.toThrow(Killed);
        town.happen('dlv_0', 2);
        town.happen('dlv_new', 1);
        await log(town.ports(killedAt(n, when))).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
        await log(town.ports(undisturbed));
        expect(town.problems(), `step ${n}, ${when}`).toEqual([]);
      }
  });

  test('two that run at once, in many orders: every step once', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const town = new Town();
      filled(town);
      let state = seed;
      const random = (): number => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      // Each step waits for some turns of the loop, so that the runs fall into each other differently with every seed.
      const jostled = async () => {
        for (let turns = Math.floor(random() * 4); turns > 0; turns--) await Promise.resolve();
        if (random() < 0.02) town.happen(`dlv_${Math.floor(random() * 7)}`, 1);
        return () => undefined;
      };
      await Promise.all([log(town.ports(jostled)), log(town.ports(jostled)), log(town.ports(jostled))]);
      await log(town.ports(undisturbed));
      expect(town.problems(), `seed ${seed}`).toEqual([]);
    }
  });

  test('a head that was lost is made again out of the batches: the same log, and its marks hold', async () => {
    const town = new Town();
    filled(town);
    await log(town.ports(undisturbed));
    town.happen('dlv_1', 1);
    await log(town.ports(undisturbed));
    const before = town.head?.size ?? 0;
    town.head = undefined;
    town.happen('dlv_2', 1);
    await log(town.ports(undisturbed));
    expect(await log(town.ports(undisturbed))).toMatchObject({ size: before + 1 });
    expect(town.problems()).toEqual([]);
  });

  test('an item whose marks fit to no batch is told of, and its steps are logged once a round at most', async () => {
    const town = new Town();
    filled(town);
    const ports = town.ports(undisturbed);
    const { logged } = await log({ ...ports, work: { ...ports.work, mark: async () => false } });
    expect(logged).toBe(town.head?.size);
    expect(town.notMarked.toSorted()).toEqual([...town.items.keys()].toSorted());
  });

  test('more than a batch takes is logged in several, the oldest first', async () => {
    const town = new Town();
    const items = Math.ceil((2.5 * LIMITS.log.entriesPerBatch) / 50);
    for (let item = 0; item < items; item++) town.happen(`dlv_${item}`, 50);
    const { batches, logged, oldestMs } = await log(town.ports(undisturbed));
    expect({ batches, logged, oldestMs }).toEqual({ batches: 3, logged: items * 50, oldestMs: undefined });
    expect(town.problems()).toEqual([]);
  });

  test('what the index shows and no longer waits is passed over; what has nothing to log leaves it', async () => {
    const town = new Town();
    town.happen('dlv_0', 1);
    town.happen('dlv_1', 0);
    const ports = town.ports(undisturbed);
    const lagging = {
      ...ports.work,
      waiting: async () => [
        { id: 'dlv_0', at: NOW },
        { id: 'dlv_1', at: NOW },
      ],
    };
    await log(ports);
    expect(town.items.get('dlv_1')?.waits).toBe(false);
    expect(await log({ ...ports, work: lagging })).toEqual({ logged: 0, batches: 0, size: 1 });
  });

  test('a receipt whose certificate is gone is told of, waits, and keeps nobody else waiting', async () => {
    const town = new Town();
    town.happen('dsp_lost', 2);
    filled(town);
    const [lost] = [...town.items.values()];
    if (lost) town.items.set(lost.id, { ...lost, receipt: `${headerOf('gone')}.receipt` });
    const ports = { ...town.ports(undisturbed), receiptCertificates: { find: async () => undefined } };
    expect(await log(ports)).toMatchObject({ logged: town.head?.size, oldestMs: 2 * LATE });
    expect([...town.items.values()].filter(({ waits }) => waits).map(({ id }) => id)).toEqual(['dsp_lost']);
    expect(town.notLogged).toContain('dsp_lost');
  });

  test('a run that loses its place says how late it leaves things', async () => {
    const town = new Town();
    filled(town);
    const ports = town.ports(undisturbed);
    const lost = { ...ports.heads, commit: async () => false };
    expect(await log({ ...ports, heads: lost })).toEqual({ logged: 0, batches: 0, size: 0, oldestMs: 2 * LATE });
  });

  test('an item that only later code can read stays, and the round says for how long', async () => {
    const town = new Town();
    const ports = town.ports(undisturbed);
    const unread = { ...ports.work, waiting: async () => [{ id: 'dlv_later', at: NOW }] };
    expect(await log({ ...ports, work: unread })).toEqual({ logged: 0, batches: 0, size: 0, oldestMs: 2 * LATE });
  });
});
