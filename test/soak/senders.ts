import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { isPassing } from '../../client/inboxDelivery.ts';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { placeOf } from '../../world/places.ts';
import { type Random, randomOf } from '../schedules/random.ts';
import type { Ledger, Message, Submitted } from './ledger.ts';
import type { SoakTown } from './soakTown.ts';

const SENDERS = ['X91.04', 'X91.05', 'X92'] as const;
const OFFICES = ['X91.04', 'X91.05', 'X92', 'X92.03'] as const;
const DATE = '2026/03/02';
/** Longest pause of a sender between two messages, in milliseconds. */
const PAUSE_MS = 1000;
const KB = 1024;
/** Bytes of the attachment, and how often of a hundred. The last one is larger than a request takes and is uploaded. */
const SIZES: readonly (readonly [often: number, bytes: number])[] = [
  [70, 2 * KB],
  [17, 60 * KB],
  [8, 500 * KB],
  [3, 2000 * KB],
  [2, 4500 * KB],
];

/** What a sender still has to send again, because its client gave up. */
export interface Unanswered {
  readonly message: Message;
  readonly bytes: Buffer;
  readonly began: number;
}

let numbers = 0;

/** One clerk who sends whatever comes to mind until it is told to stop. */
export class Sender {
  readonly #town: SoakTown;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #own: Submitted[] = [];
  readonly unanswered: Unanswered[] = [];

  constructor(town: SoakTown, ledger: Ledger, seed: number) {
    this.#town = town;
    this.#ledger = ledger;
    this.#random = randomOf(seed);
  }

  async work(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#once();
      await sleep(this.#random.int(PAUSE_MS));
    }
  }

  /** As senders do at last: what was never answered is sent until it is. */
  async sendTheRest(): Promise<void> {
    for (const one of this.unanswered.splice(0))
      await this.#town.scene.patiently('what was never answered is accepted', async () => {
        await this.#submit(one);
        return this.unanswered.pop() === undefined;
      });
  }

  async #once(): Promise<void> {
    const what = this.#random.int(100);
    if (what < 4) return this.#wrong();
    const earlier = this.#own.length > 0 ? this.#random.pick(this.#own) : undefined;
    if (what < 8 && earlier) return this.#again(earlier);
    if (what < 14 && earlier) return this.#recall(earlier);
    return this.#letter();
  }

  async #letter(): Promise<void> {
    const letter = this.#draft(this.#recipients());
    const bytes = await this.#town.scene.town.letter(letter);
    await this.#submit({ message: messageOf('letter', letter), bytes, began: performance.now() });
  }

  /** A letter with something wrong in it: to nobody, or altered after it was signed. */
  async #wrong(): Promise<void> {
    const isAltered = this.#random.chance(0.5);
    const letter = this.#draft(isAltered ? ['X92.03'] : ['X99.99']);
    const signed = await this.#town.scene.town.letter(letter);
    const bytes = isAltered ? Buffer.from(signed.toString().replace('Công văn', 'Công vặn')) : signed;
    try {
      await this.#clientOf(letter.from).submit(bytes);
      this.#ledger.breach(`a letter was accepted that ${isAltered ? 'was altered' : 'goes to nobody'}`);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The same bytes once more: the same receipt. */
  async #again(earlier: Submitted): Promise<void> {
    const bytes = this.#ledger.bytesOf(earlier);
    if (bytes) await this.#submit({ message: earlier, bytes, began: performance.now() });
  }

  async #recall({ from, to, about, answer }: Submitted): Promise<void> {
    const recall: SampleDocument = {
      ...this.#draft(to),
      from,
      business: { kind: 'recall', of: about, reason: 'Gửi nhầm' },
    };
    const bytes = await this.#town.scene.town.letter(recall);
    await this.#submit({ message: messageOf('recall', recall), bytes, began: performance.now() });
    const letter = this.#ledger.find(answer.dispatchId);
    if (letter) this.#ledger.recalled(letter);
  }

  async #submit({ message, bytes, began }: Unanswered): Promise<void> {
    try {
      const answer = await this.#clientOf(message.from).submit(bytes);
      this.#ledger.submitMs.push(performance.now() - began);
      this.#ledger.accepted(message, bytes, { answer, began });
      const submitted = this.#ledger.find(answer.dispatchId);
      if (submitted?.kind === 'letter') this.#remember(submitted);
    } catch (error) {
      if (this.#failed(error)) this.unanswered.push({ message, bytes, began });
      else if (message.kind === 'letter') this.#ledger.breach(`a letter was refused: ${String(error)}`);
    }
  }

  /** Whether the axis may answer otherwise later. */
  #failed(error: unknown): boolean {
    if (isPassing(error)) {
      this.#ledger.givenUp += 1;
      return true;
    }
    if (!(error instanceof AxisRefusal)) throw error;
    this.#ledger.refusedFor(error.code);
    return false;
  }

  /** The newest ones: what a clerk has in mind. */
  #remember(submitted: Submitted): void {
    this.#own.push(submitted);
    if (this.#own.length > 20) this.#own.shift();
  }

  #draft(to: readonly string[]): SampleDocument {
    const from = this.#random.pick(SENDERS);
    numbers += 1;
    const recipients = to.filter((code) => code !== from);
    return {
      from,
      to: recipients.length > 0 ? recipients : ['X92.03'],
      number: numbers,
      date: DATE,
      subject: `Công văn thử số ${numbers}`,
      documentId: `soak-${numbers}`,
      priority: this.#random.chance(0.2) ? 2 : 0,
      attachments: [
        {
          ContentId: 'a1',
          AttachmentName: 'phu-luc.bin',
          ContentType: 'application/octet-stream',
          content: randomBytes(this.#size()),
        },
      ],
    };
  }

  #size(): number {
    let left = this.#random.int(100);
    const found = SIZES.find(([often]) => {
      left -= often;
      return left < 0;
    });
    return found?.[1] ?? 2 * KB;
  }

  #recipients(): readonly string[] {
    const what = this.#random.int(100);
    if (what < 72) return [this.#random.pick(OFFICES)];
    if (what < 96) return [this.#random.pick(OFFICES), this.#random.pick(this.#town.receivers)];
    return [...OFFICES, ...this.#town.receivers];
  }

  #clientOf(from: Message['from']) {
    const client = this.#town.clients.get(placeOf(from).system);
    if (!client) throw new RangeError(`nobody sends for ${from}`);
    return client;
  }
}

const messageOf = (kind: Message['kind'], document: SampleDocument): Message => ({
  kind,
  from: document.from,
  to: document.to,
  about: earlierOf(document),
});
