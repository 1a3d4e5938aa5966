import { AxisRefusal } from '../../client/axisRefusal.ts';
import { isPassing } from '../../client/inboxDelivery.ts';
import { OperatorRefusal } from '../../local/operator.ts';
import type { Scene } from '../crashpoints/scene.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import type { SentLetter } from '../kit/testAxis.ts';
import { type Holding, LeaseBook } from './leaseBook.ts';
import { type Settling, type Step, WANDERER } from './schedule.ts';

type Doing<D extends Step['does']> = Extract<Step, { does: D }>;

const REASON = 'random schedule';

/** Those who use the axis in a schedule, and what they know: what was sent, what was accepted, who holds what. */
export class Actors {
  readonly #scene: Scene;
  readonly #letters: { readonly bytes: Buffer; readonly client: Scene['centre']; answer?: SentLetter['answer'] }[] = [];
  readonly leases = new LeaseBook();
  readonly #breaches: string[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  get breaches(): readonly string[] {
    return [...this.#breaches, ...this.leases.breaches];
  }

  get accepted(): readonly SentLetter[] {
    return this.#letters.flatMap(({ bytes, answer }) => (answer ? [{ bytes, answer }] : []));
  }

  async submit({ from, to, urgent }: Doing<'submit'>): Promise<void> {
    const recipients = to.filter((code) => code !== from);
    const { town, centre, ministry } = this.#scene;
    const bytes = await town.letter({
      from,
      to: recipients.length > 0 ? recipients : ['X92'],
      priority: urgent ? 2 : 0,
    });
    const client = from.startsWith('X92') ? ministry : centre;
    this.#letters.push({ bytes, client });
    await this.submitAgain({ does: 'submit again', which: 0 });
  }

  /** The same bytes once more: whoever was accepted gets the same receipt. */
  async submitAgain({ which }: Doing<'submit again'>): Promise<void> {
    const letter = this.#letters.at(-1 - which);
    if (!letter) return;
    const answer = await unlessPassing(letter.client.submit(letter.bytes));
    if (!answer) return;
    if (letter.answer && letter.answer.receipt !== answer.receipt)
      this.#breaches.push(`${answer.dispatchId} was given two receipts`);
    letter.answer ??= answer;
  }

  /** As senders do at last: what was never answered is sent until it is. */
  async submitTheRest(): Promise<void> {
    for (const letter of this.#letters)
      letter.answer ??= await this.#scene.patiently('a letter is accepted', () => letter.client.submit(letter.bytes));
  }

  async receive({ system, pollers }: Doing<'receive'>): Promise<void> {
    const client = this.#scene.clients[system];
    await Promise.all(
      Array.from({ length: pollers }, async () => {
        const answer = await unlessPassing(client.receive({ max: 2 }));
        for (const delivery of answer?.deliveries ?? []) this.leases.given(system, delivery, this.#now);
      }),
    );
  }

  async settle({ which, how }: Doing<'settle'>): Promise<void> {
    const holding = this.leases.held[which];
    if (holding) await this.#settle(holding, how);
  }

  async #settle(holding: Holding, how: Settling): Promise<void> {
    const { system, delivery } = holding;
    const client = this.#scene.clients[system];
    const { deliveryId, lease } = delivery;
    const leaseToken = lease.token;
    try {
      if (how === 'extend') {
        this.leases.extended(holding, (await client.extend(deliveryId, { leaseToken })).lease.until);
      } else if (how === 'release') {
        await client.release(deliveryId, { leaseToken });
        this.leases.dropped(holding);
      } else {
        if (how === 'acknowledge') await client.acknowledge(deliveryId, { leaseToken });
        else await client.reject(deliveryId, { leaseToken, reason: REASON });
        this.leases.settled(holding, how === 'acknowledge' ? 'acknowledged' : 'rejected');
      }
    } catch (error) {
      if (!isPassing(error) && !isTooLate(error)) throw error;
      this.leases.dropped(holding);
    }
  }

  async move({ to }: Doing<'move'>): Promise<void> {
    const { operator } = this.#scene.town;
    const path = { agencyId: await this.#wanderer };
    await operator.call('moveAgency', { path, body: { system: to, reason: REASON } }).catch((error: unknown) => {
      if (!(error instanceof OperatorRefusal) || (error.status < 500 && error.code !== 'busy')) throw error;
    });
  }

  /** Every schedule begins with it where it was at first. */
  async bringHome(): Promise<void> {
    const { operator } = this.#scene.town;
    const path = { agencyId: await this.#wanderer };
    await operator.call('moveAgency', { path, body: { system: WANDERER.home, reason: REASON } });
  }

  get #wanderer(): Promise<string> {
    return this.#scene.once(WANDERER.code, () => agencyIdOf(this.#scene.town, WANDERER.code));
  }

  get #now(): number {
    return this.#scene.town.axis.clock.now();
  }
}

/** The lease ended meanwhile, or the delivery has moved with its agency. */
const isTooLate = (error: unknown): boolean =>
  error instanceof AxisRefusal && ['lease-lost', 'delivery-settled', 'delivery-not-found'].includes(error.code);

async function unlessPassing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return undefined;
  }
}
