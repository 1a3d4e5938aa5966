import { setTimeout as sleep } from 'node:timers/promises';
import type { AxisClient } from '../../client/axisClient.ts';
import { AxisFault } from '../../client/axisFault.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { isPassing } from '../../client/inboxDelivery.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { type PlaceCode, placeOf, places } from '../../world/places.ts';
import type { Holding } from '../schedules/leaseBook.ts';
import { type Random, randomOf } from '../schedules/random.ts';
import type { Ledger } from './ledger.ts';
import type { SoakTown } from './soakTown.ts';

/** Milliseconds after which a system that found nothing asks again. */
const PAUSE_MS = 400;
const STATUS_TIME = '2026/03/03 09:00:00';

/** One poller of one system: takes what waits, fetches it, and mostly acknowledges it. */
export class Receiver {
  readonly #town: SoakTown;
  readonly #ledger: Ledger;
  readonly #system: string;
  readonly #client: AxisClient;
  readonly #random: Random;

  constructor(town: SoakTown, ledger: Ledger, { system, seed }: { readonly system: string; readonly seed: number }) {
    const client = town.clients.get(system);
    if (!client) throw new RangeError(`there is no system ${system}`);
    this.#town = town;
    this.#ledger = ledger;
    this.#system = system;
    this.#client = client;
    this.#random = randomOf(seed);
  }

  async work(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const taken = await this.takeSome();
      if (taken === 0) await sleep(this.#random.int(PAUSE_MS));
    }
  }

  /** Takes up to ten deliveries; answers how many there were. */
  async takeSome(): Promise<number> {
    const answer = await this.#unlessPassing(this.#client.receive({ max: 10, links: this.#random.chance(0.5) }));
    const deliveries = answer?.deliveries ?? [];
    for (const delivery of deliveries) {
      this.#ledger.leases.given(this.#system, delivery, this.#town.scene.town.axis.clock.now());
      this.#ledger.seen(delivery);
    }
    for (const delivery of deliveries) await this.#settle(delivery);
    return deliveries.length;
  }

  async #settle(delivery: AnswerOf<'lease'>): Promise<void> {
    const holding = this.#ledger.leases.held.find((one) => one.delivery.deliveryId === delivery.deliveryId);
    if (!holding) return;
    try {
      await this.#decide(holding);
    } catch (error) {
      this.#ledger.leases.dropped(holding);
      if (isPassing(error)) this.#ledger.givenUp += 1;
      else if (!isTooLate(error)) throw error;
    }
  }

  async #decide(holding: Holding<string>): Promise<void> {
    const { leases } = this.#ledger;
    const { deliveryId, lease, headline } = holding.delivery;
    const leaseToken = lease.token;
    const what = this.#random.int(100);
    if (what < 4) {
      // Somebody went home: the lease lapses by itself.
      this.#ledger.abandoned += 1;
      return;
    }
    if (what < 10) {
      await this.#client.release(deliveryId, { leaseToken });
      leases.dropped(holding);
      this.#ledger.released += 1;
      return;
    }
    if (what < 13) leases.extended(holding, (await this.#client.extend(deliveryId, { leaseToken })).lease.until);
    await this.#fetch(holding.delivery);
    if (what < 16) {
      await this.#client.reject(deliveryId, { leaseToken, reason: 'không thuộc thẩm quyền' });
      leases.settled(holding, 'rejected');
      this.#ledger.rejected.add(deliveryId);
      return;
    }
    await this.#client.acknowledge(deliveryId, { leaseToken, sha256: headline.sha256 });
    leases.settled(holding, 'acknowledged');
    this.#ledger.acknowledged.add(deliveryId);
    if (this.#random.chance(0.1)) await this.#report(holding.delivery);
  }

  /** The client checks the bytes against the digest that came with the delivery. */
  async #fetch(delivery: AnswerOf<'lease'>): Promise<void> {
    try {
      await this.#client.fetchContent(delivery);
    } catch (error) {
      if (error instanceof AxisFault && error.kind === 'mismatch')
        this.#ledger.breach(`${delivery.deliveryId}: ${error.message}`);
      throw error;
    }
  }

  /** Says that a letter is registered, as its recipient's clerk does. */
  async #report({ dispatchId, recipient }: AnswerOf<'lease'>): Promise<void> {
    const letter = this.#ledger.find(dispatchId);
    const place = places.find(({ code }) => code === recipient);
    if (letter?.kind !== 'letter' || !place || letter.from === place.code) return;
    const from: PlaceCode = place.code;
    const bytes = await this.#town.scene.town.status({
      from,
      about: letter.about,
      code: '01',
      timestamp: STATUS_TIME,
    });
    const began = performance.now();
    const answer = await this.#unlessPassing(this.#town.clients.get(placeOf(from).system)?.submit(bytes));
    if (!answer) return;
    this.#ledger.submitMs.push(performance.now() - began);
    const message = { kind: 'status', from, to: [letter.from], about: letter.about } as const;
    this.#ledger.accepted(message, bytes, { answer, began });
  }

  async #unlessPassing<T>(call: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#ledger.givenUp += 1;
      return undefined;
    }
  }
}

/** The lease ended meanwhile, or the delivery is settled. */
const isTooLate = (error: unknown): boolean =>
  error instanceof AxisRefusal && ['lease-lost', 'delivery-settled', 'delivery-not-found'].includes(error.code);
