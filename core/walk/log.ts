import type {
  EvidenceSigner,
  LogBatch,
  LoggedItem,
  LoggedRun,
  LogHead,
  LogHeads,
  LogObjects,
  LogWork,
  Timeline,
} from '../contract/evidence.ts';
import type { Thumbprint } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, ReceiptCertificates, SignedReceipt } from '../contract/ports.ts';
import { checkpointText, originOf } from '../prove/checkpoint.ts';
import { entryOf, evidencePayloadOf, thumbprintIn } from '../prove/evidence.ts';
import { filesFor } from '../prove/tiles.ts';
import { grow, leafHashOf, rootOf } from '../prove/tree.ts';

export interface LogPorts {
  readonly clock: Clock;
  readonly axis: string;
  readonly work: LogWork;
  readonly heads: LogHeads;
  readonly objects: LogObjects;
  readonly signer: EvidenceSigner;
  readonly receiptCertificates: ReceiptCertificates;
  /** 16 random octets, base64url. */
  readonly salt: () => string;
  /** Told of an item that cannot be logged, or that has other marks than its batch: neither stops anything. */
  readonly notLogged: (id: string, error: unknown) => void;
  readonly notMarked: (id: string, error: Error) => void;
}

export interface LogResult {
  /** Steps that were logged in this round, and batches. */
  readonly logged: number;
  readonly batches: number;
  /** Entries of the log. */
  readonly size: number;
  /** Milliseconds since the oldest step happened that still waits; absent where none does. */
  readonly oldestMs?: number;
}

const { entriesPerBatch, itemsPerShard, roundSeconds, seconds: DUE_SECONDS } = LIMITS.log;
const EMPTY: LogHead = { v: 1, size: 0, peaks: [], start: 0, open: false };
/** Writes that are under way at once. */
const AT_ONCE = 16;
/** As many as one call reads. */
const READ_AT_ONCE = 100;

/**
 * A round of the evidence log: what a round before left open is finished, then everything whose time has come is signed, put down,
 * committed by one compare-and-swap, and published. Whoever dies on the way leaves a batch that the next round finishes; of two that run
 * at once both commit the same batch, or one of them nothing.
 */
export async function log(ports: LogPorts): Promise<LogResult> {
  const began = ports.clock.now();
  const seen = await ports.heads.read();
  let head = seen ?? EMPTY;
  let [isNew, logged, batches] = [seen === undefined, 0, 0];
  if (head.open) ({ head } = await finish(head, ports));
  for (;;) {
    const now = ports.clock.now();
    const { items, certificates, oldest } = await recordsToLog(head.size, ports);
    const age = oldest === undefined ? {} : { oldestMs: now - oldest + DUE_SECONDS * 1000 };
    const left = { logged, batches, size: head.size, ...age };
    if (items.length === 0 || now - began > roundSeconds * 1000) return left;
    const batch = await ports.objects.stage({ v: 1, start: head.size, items, certificates });
    const next = headAfter(head, batch);
    // Another run was faster: it goes on by itself. What waits is still late, if it is.
    if (!(await ports.heads.commit(next, isNew ? undefined : head))) return left;
    isNew = false;
    const finished = await finish(next, ports, batch);
    head = finished.head;
    logged += next.size - next.start;
    batches++;
    // It would be logged again at once, and for as long as the round lasts.
    if (!finished.isMarked) return { ...left, logged, batches, size: head.size };
  }
}

const recordsIn = ({ items }: LogBatch): readonly string[] => items.flatMap(({ records }) => records);

function headAfter({ size, peaks, checkpoint }: LogHead, batch: LogBatch): LogHead {
  const leaves = recordsIn(batch).map((jws) => leafHashOf(entryOf(jws)));
  return {
    v: 1,
    size: size + leaves.length,
    peaks: grow(size, peaks, leaves),
    start: batch.start,
    open: true,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

interface Finished {
  readonly head: LogHead;
  /** Whether every item of the batch says where it stands. */
  readonly isMarked: boolean;
}

/** What follows a commit, each step harmless when it is done twice: tiles, marks, and at last the checkpoint that lets others see it. */
async function finish(head: LogHead, ports: LogPorts, known?: LogBatch): Promise<Finished> {
  const { objects, heads, signer, axis } = ports;
  const batch = known ?? (await objects.batch(head.start));
  const entries = recordsIn(batch).map(entryOf);
  const files = await filesFor(head.start, { entries, leaves: entries.map(leafHashOf) }, (path) => objects.tile(path));
  await each(files, ({ path, bytes }) => objects.writeTile(path, bytes));
  const isMarked = await markAll(batch, ports);
  // Signed after the commit alone: there is never a signature over a tree that another run replaced.
  const text = checkpointText({ origin: originOf(axis), size: head.size, root: rootOf(head.peaks) });
  const checkpoint = await signer.checkpoint(text);
  await objects.publish(checkpoint);
  await heads.finish(head, checkpoint);
  return { head: { ...head, open: false, checkpoint }, isMarked };
}

async function markAll({ start, items }: LogBatch, { work, notMarked }: LogPorts): Promise<boolean> {
  let [index, isWhole] = [start, true];
  const marks = items.map(({ id, from, records, runs }) => {
    const run: LoggedRun = { to: from + records.length, index, start };
    index += records.length;
    return { id, run, runs };
  });
  await each(marks, async ({ id, run, runs }) => {
    if (await work.mark(id, run, runs)) return;
    const [timeline] = await work.read([id]);
    const isMarked = timeline?.logged.some(({ start: at, to }) => at === start && to === run.to) ?? true;
    // Its table was put back to a time before: its steps are logged again, and stand in the log twice.
    if (isMarked) return;
    isWhole = false;
    notMarked(id, new Error(`${id} has other marks than its batch at ${start}`));
  });
  return isWhole;
}

async function waitingNow({ work, clock }: LogPorts): Promise<readonly { readonly id: string; readonly at: number }[]> {
  const now = clock.now();
  const shards = Array.from({ length: LIMITS.shards }, (_, shard) => shard);
  const found = await Promise.all(shards.map((shard) => work.waiting(shard, now, itemsPerShard)));
  return found.flat().toSorted((a, b) => a.at - b.at);
}

/**
 * Records of what waits, the oldest first, as much as one batch takes, and since when the oldest has been due. The index lags: an item that
 * no longer waits is passed over, one that has nothing to log leaves it, and one that later code wrote waits for that code.
 */
async function recordsToLog(
  start: number,
  ports: LogPorts,
): Promise<Pick<LogBatch, 'items' | 'certificates'> & { readonly oldest?: number }> {
  const waiting = await waitingNow(ports);
  const items: LoggedItem[] = [];
  const certificates: Record<Thumbprint, string> = {};
  const over = new Set<string>();
  let entries = 0;
  // Read in parts: an item can be large, and a batch is often full before all that waits was read.
  for (let at = 0; at < waiting.length && entries < entriesPerBatch; at += READ_AT_ONCE) {
    for (const timeline of await ports.work.read(waiting.slice(at, at + READ_AT_ONCE).map(({ id }) => id))) {
      const { id, logged, waits } = timeline;
      const from = logged.at(-1)?.to ?? 0;
      const steps = timeline.timeline.length - from;
      if (!waits || steps <= 0) {
        over.add(id);
        if (waits) await ports.work.settle(timeline);
      } else if (entries === 0 || entries + steps <= entriesPerBatch) {
        const records = await recordsFrom(timeline, start + entries, ports);
        if (!records) continue;
        items.push({ id, from, records: records.map(({ jws }) => jws), runs: logged.length });
        for (const { thumbprint, certificate } of records) certificates[thumbprint] = certificate;
        entries += steps;
      }
    }
  }
  const oldest = waiting.find(({ id }) => !over.has(id))?.at;
  return { items, certificates, ...(oldest === undefined ? {} : { oldest }) };
}

/**
 * Records of what is not logged yet, for places in the log from `index` on. The record of an acceptance is the receipt itself: whoever
 * holds one can find it in the log. Undefined where its certificate is gone: it would prove nothing.
 */
async function recordsFrom(
  timeline: Timeline,
  index: number,
  ports: LogPorts,
): Promise<readonly SignedReceipt[] | undefined> {
  const { clock, axis, salt, signer } = ports;
  const { id, receipt, logged } = timeline;
  const from = logged.at(-1)?.to ?? 0;
  const records: SignedReceipt[] = [];
  for (const [step, entry] of timeline.timeline.entries()) {
    if (step < from) continue;
    if (step === 0 && receipt !== undefined) {
      const thumbprint = thumbprintIn(receipt);
      const certificate = await ports.receiptCertificates.find(thumbprint);
      if (certificate === undefined) {
        ports.notLogged(id, new Error(`the certificate of the receipt of ${id} is gone`));
        return undefined;
      }
      records.push({ jws: receipt, thumbprint, certificate });
      continue;
    }
    const prev = step > from ? index + records.length - 1 : lastOf(logged);
    const about = { n: step + 1, prev, axis, at: clock.now(), salt: salt() };
    records.push(await signer.record(evidencePayloadOf(timeline, entry, about)));
  }
  return records;
}

/** Where the last step that was logged stands. */
function lastOf(logged: readonly LoggedRun[]): number | undefined {
  const run = logged.at(-1);
  return run && run.index + run.to - (logged.at(-2)?.to ?? 0) - 1;
}

async function each<T>(things: readonly T[], run: (thing: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < things.length; start += AT_ONCE)
    await Promise.all(things.slice(start, start + AT_ONCE).map(run));
}
