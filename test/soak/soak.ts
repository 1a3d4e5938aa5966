import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Moment, p95Of } from './course.ts';
import { type Handles, handlesOf, memoryOf } from './gauge.ts';
import { Ledger } from './ledger.ts';
import { Receiver } from './receivers.ts';
import { Sender } from './senders.ts';
import { settledProblems, takeTheRest } from './settled.ts';
import { openSoakTown, type SoakTown } from './soakTown.ts';
import { type Befallen, keepWatch, pause, Troubles } from './troubles.ts';

const SENDERS = 3;
/** Looks at open handles, a second apart, that must agree: connections that nobody uses are closed after some seconds. */
const LOOKS = { agree: 6, most: 60 } as const;
const MB = 1024 * 1024;

export interface SoakSettings {
  readonly minutes: number;
  readonly seed: number;
  /** Ends the traffic before its time; what was sent is judged all the same. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface SoakResult {
  readonly ledger: Ledger;
  readonly moments: readonly Moment[];
  readonly befallen: Befallen;
  /** Both at rest, with all instances of functions ended. */
  readonly handles: { readonly start: Handles; readonly end: Handles };
  /** Seconds of traffic. */
  readonly seconds: number;
  readonly problems: readonly string[];
}

/** Traffic on an axis that fails again and again, then rest, then everything is looked through. */
export async function soak(settings: SoakSettings): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'docaxis-soak-'));
  const town = await openSoakTown();
  try {
    return await run(town, new Ledger(join(folder, randomUUID())), settings);
  } finally {
    await town.scene.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(town: SoakTown, ledger: Ledger, settings: SoakSettings): Promise<SoakResult> {
  const { seed, say } = settings;
  // Once there and back, so that everything that is opened once is open.
  await warmUp(town, ledger, seed);
  const start = await handlesAtRest(town);
  const troubles = new Troubles(town.scene, seed);
  const senders = Array.from({ length: SENDERS }, (_, lane) => new Sender(town, ledger, seed * 1000 + lane));
  const began = performance.now();
  const moments = await traffic(town, ledger, { settings, senders, troubles });
  const seconds = (performance.now() - began) / 1000;
  say(`the traffic has ended: ${ledger.submitted.length} dispatches; now it settles`);
  for (const sender of senders) await sender.sendTheRest();
  const left = await takeTheRest(town, ledger, seed);
  say('everything is looked through');
  const problems = [...left, ...(await settledProblems(town, ledger))];
  const end = await handlesAtRest(town);
  return { ledger, moments, befallen: troubles.befallen, handles: { start, end }, seconds, problems };
}

interface Running {
  readonly settings: SoakSettings;
  readonly senders: readonly Sender[];
  readonly troubles: Troubles;
}

/** Everybody at once until the time is over; whoever fails ends it for all. */
async function traffic(town: SoakTown, ledger: Ledger, { settings, senders, troubles }: Running): Promise<Moment[]> {
  const { minutes, seed, signal, say } = settings;
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const receivers = [...town.clients.keys()].flatMap((system, place) => {
    const pollers = place === 0 ? [0, 1] : [0];
    return pollers.map(
      (poller) => new Receiver(town, ledger, { system, seed: seed * 1000 + 100 + place + 50 * poller }),
    );
  });
  const moments: Moment[] = [];
  const work = [
    ...senders.map((one) => one.work(stop)),
    ...receivers.map((one) => one.work(stop)),
    troubles.work(stop),
    keepWatch(town.scene, stop),
    watchCourse(town, ledger, { stop, moments, minutes, say }),
  ];
  const time = pause(minutes * 60_000, stop);
  try {
    await Promise.race([time, Promise.all(work)]);
  } finally {
    over.abort();
    await Promise.allSettled(work);
  }
  // Who failed is told: nothing may fail for good.
  await Promise.all(work);
  return moments;
}

interface Watching {
  readonly stop: AbortSignal;
  readonly moments: Moment[];
  readonly minutes: number;
  readonly say: (line: string) => void;
}

/** A look every few seconds, about a hundred in a run; a line for every tenth. */
async function watchCourse(town: SoakTown, ledger: Ledger, { stop, moments, minutes, say }: Watching): Promise<void> {
  const everyMs = Math.max(2000, minutes * 600);
  const began = performance.now();
  let [submits, deliveries] = [0, 0];
  while (!stop.aborted) {
    const { axis } = town.scene.town;
    const submitMs = p95Of(ledger.submitMs.slice(submits));
    const deliveryMs = p95Of(ledger.deliveryMs.slice(deliveries));
    [submits, deliveries] = [ledger.submitMs.length, ledger.deliveryMs.length];
    moments.push({
      at: (performance.now() - began) / 1000,
      memory: memoryOf(axis),
      handles: handlesOf(),
      instances: axis.functions.reduce((sum, one) => sum + one.environments(), 0),
      backlog: ledger.backlog,
      calls: Object.values(axis.callCounts()).reduce((sum, count) => sum + count, 0),
      ...(submitMs === undefined ? {} : { submitMs }),
      ...(deliveryMs === undefined ? {} : { deliveryMs }),
    });
    if (moments.length % 10 === 0) say(progressOf(ledger, moments.at(-1)));
    await pause(everyMs, stop);
  }
}

function progressOf(ledger: Ledger, moment: Moment | undefined): string {
  const { at = 0, memory, backlog = 0 } = moment ?? {};
  return (
    `${at.toFixed(0).padStart(5)} s: ${ledger.submitted.length} dispatches, ${ledger.acknowledged.size} acknowledged, ` +
    `${backlog} on their way, ${memory?.rss.toFixed(0)} MB`
  );
}

/** One letter of each size class there and back, without mishaps. */
async function warmUp(town: SoakTown, ledger: Ledger, seed: number): Promise<void> {
  const { scene } = town;
  for (const bytes of [2000, 5 * MB]) {
    const content = Buffer.alloc(bytes, 'docaxis');
    const attachments = [
      { ContentId: 'a1', AttachmentName: 'a.bin', ContentType: 'application/octet-stream', content },
    ];
    const letter = {
      from: 'X91.04',
      to: ['X92', ...town.receivers],
      documentId: `warm-up-${bytes}`,
      attachments,
    } as const;
    const message = await scene.town.letter(letter);
    const began = performance.now();
    const answer = await scene.patiently('the first letter is accepted', () => scene.centre.submit(message));
    const about = { from: 'X91.04', number: 1, notation: 'STN-VP', date: '2026/03/02', documentId: letter.documentId };
    ledger.accepted({ kind: 'letter', from: 'X91.04', to: letter.to, about }, message, { answer, began });
  }
  await takeTheRest(town, ledger, seed);
}

/** What stays open when nobody works: every instance is ended, and connections have closed as far as they ever do. */
async function handlesAtRest(town: SoakTown): Promise<Handles> {
  await town.scene.quiet();
  // Those through which the tables are looked at are no part of the axis; they come back when they are needed.
  town.scene.town.stores.close();
  await Promise.all(town.scene.town.axis.functions.map((one) => one.recycle()));
  let handles = handlesOf();
  for (let [look, agree] = [0, 0]; look < LOOKS.most && agree < LOOKS.agree; look++) {
    await sleep(1000);
    const before = handles.sockets;
    handles = handlesOf();
    agree = handles.sockets === before ? agree + 1 : 0;
  }
  return handles;
}
