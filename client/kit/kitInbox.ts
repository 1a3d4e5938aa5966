import { LIMITS } from '../../core/contract/limits.ts';
import type { KitReply, KitRequest } from './behaviour.ts';
import { headlineOf, type KitDocument } from './kitDocuments.ts';
import { dispatchIdOf, kitId, unguessable } from './kitIds.ts';
import { json, readJson, refusalReply } from './kitReply.ts';

/** So often is one delivery offered: a client that gives back what it cannot use must come to an end. */
const MOST_OFFERS = 4;

/** A document on its way to the client. */
export interface KitDelivery {
  readonly deliveryId: string;
  readonly dispatchId: string;
  readonly document: KitDocument;
  state: 'queued' | 'offered' | 'acknowledged' | 'rejected';
  token: string | undefined;
  offers: number;
  /** Given back for a while. */
  rests: boolean;
  /** Links to it that hold. */
  readonly links: Set<string>;
}

export interface KitInboxOptions {
  readonly offers: readonly KitDocument[];
  readonly now: () => number;
  readonly storeUrl: () => string;
}

/** The inbox of the one system: leases, links, and what becomes of deliveries. */
export class KitInbox {
  readonly #options: KitInboxOptions;
  readonly deliveries: readonly KitDelivery[];
  /** Nothing waits while it is closed. */
  isOpen = true;

  constructor(options: KitInboxOptions) {
    this.#options = options;
    this.deliveries = options.offers.map((document) => ({
      deliveryId: kitId('dlv', `${document.documentId} ${document.sha256}`),
      dispatchId: dispatchIdOf(document),
      document,
      state: 'queued',
      token: undefined,
      offers: 0,
      rests: false,
      links: new Set<string>(),
    }));
  }

  /** Undefined for what is no route of the inbox. */
  handle({ route, path, body }: KitRequest): KitReply | undefined {
    const asked = readJson(body);
    const delivery = this.deliveries.find(({ deliveryId }) => deliveryId === path[0]);
    switch (route) {
      case 'receive':
        return json(200, this.#receive(asked));
      case 'inbox':
        return json(200, { items: this.#waiting().map((one) => this.#view(one)) });
      case 'credentials':
        return refusalReply('route-not-found', { method: 'POST', path: '/v1/inbox/credentials' });
      case 'acknowledgeBatch':
        return json(200, { results: this.#acknowledgeAll(asked.items) });
      default:
        return delivery && this.#settle(delivery, route, asked);
    }
  }

  /** `GET /v1/dispatches/{id}/content`: a redirect to a link, or the link in JSON. */
  content(dispatchId: string, query: URLSearchParams): KitReply {
    const delivery = this.deliveries.find((one) => one.dispatchId === dispatchId);
    if (!delivery) return refusalReply('dispatch-not-found');
    if (delivery.state !== 'offered' && delivery.state !== 'acknowledged') return refusalReply('content-not-held');
    const href = this.#link(delivery);
    if (query.get('as') !== 'link') return { status: 302, headers: { location: href }, body: Buffer.alloc(0) };
    const { sha256, bytes } = delivery.document;
    return json(200, { href, sha256, bytes: bytes.length, expiresAt: this.#time(LIMITS.linkSeconds) });
  }

  /** The bytes behind a link; undefined for a link that is none, or is over. */
  bytesOf(link: string): Buffer | undefined {
    return this.deliveries.find(({ links }) => links.has(link))?.document.bytes;
  }

  /** Every lease ends, as if its time were over. */
  lapse(): void {
    for (const delivery of this.deliveries) {
      delivery.rests = false;
      if (delivery.state === 'offered') giveBack(delivery);
    }
  }

  /** What was acknowledged waits again, as if the acknowledgement had never come. */
  forget(): void {
    for (const delivery of this.deliveries) if (delivery.state === 'acknowledged') giveBack(delivery);
  }

  /** Links that were given open nothing any more. */
  closeLinks(): void {
    for (const { links } of this.deliveries) links.clear();
  }

  #waiting(): readonly KitDelivery[] {
    if (!this.isOpen) return [];
    return this.deliveries.filter(({ state, offers, rests }) => state === 'queued' && !rests && offers < MOST_OFFERS);
  }

  /** What is acknowledged by the request that asks for more, is acknowledged first. */
  #receive({ acknowledge, max, links }: Readonly<Record<string, unknown>>): object {
    const acknowledged = acknowledge === undefined ? {} : { acknowledged: this.#acknowledgeAll(acknowledge) };
    return { deliveries: this.#lease(Number(max ?? 1), links === true), ...acknowledged };
  }

  #lease(max: number, links: boolean): readonly object[] {
    return this.#waiting()
      .slice(0, Math.max(1, Math.min(max, LIMITS.receiveMax)))
      .map((delivery) => this.#offer(delivery, links));
  }

  #offer(delivery: KitDelivery, links: boolean): object {
    delivery.state = 'offered';
    delivery.token = unguessable();
    delivery.offers += 1;
    const lease = { token: delivery.token, until: this.#time(LIMITS.leaseSeconds.usual) };
    return { ...this.#view(delivery), lease, ...(links ? { content: this.#link(delivery) } : {}) };
  }

  #view({ deliveryId, dispatchId, document, state }: KitDelivery): object {
    const headline = headlineOf(document, this.#time(-60));
    return { deliveryId, dispatchId, state, recipient: document.recipient, urgent: false, headline };
  }

  #acknowledgeAll(items: unknown): readonly object[] {
    return (Array.isArray(items) ? items : []).map((item: Readonly<Record<string, unknown>>) => {
      const delivery = this.deliveries.find(({ deliveryId }) => deliveryId === item.deliveryId);
      const { body } = delivery ? this.#settle(delivery, 'acknowledge', item) : refusalReply('delivery-not-found');
      const answer = readJson(body);
      return 'code' in answer ? { deliveryId: item.deliveryId, refusal: answer } : answer;
    });
  }

  #settle(delivery: KitDelivery, route: string, asked: Readonly<Record<string, unknown>>): KitReply {
    const { deliveryId, document, state } = delivery;
    if (route === 'lease') {
      if (state !== 'queued') return refusalReply('delivery-held', { until: this.#time(60) });
      return json(200, this.#offer(delivery, true));
    }
    const wanted = route === 'acknowledge' ? 'acknowledged' : route === 'reject' ? 'rejected' : undefined;
    // Doing it twice is success.
    if (wanted !== undefined && state === wanted) return json(200, { deliveryId, state });
    if (asked.sha256 !== undefined && asked.sha256 !== document.sha256)
      return refusalReply('digest-mismatch', { declared: String(asked.sha256), actual: document.sha256 });
    if (state === 'acknowledged' || state === 'rejected') return refusalReply('delivery-settled', { state });
    if (state !== 'offered' || asked.leaseToken !== delivery.token) return refusalReply('lease-lost');
    if (route === 'extend') {
      const until = this.#time(Number(asked.leaseSeconds ?? LIMITS.leaseSeconds.usual));
      return json(200, { deliveryId, lease: { token: delivery.token, until } });
    }
    if (wanted === undefined) {
      giveBack(delivery);
      delivery.rests = Number(asked.afterSeconds ?? 0) > 0;
    } else delivery.state = wanted;
    return json(200, { deliveryId, state: delivery.state });
  }

  #link(delivery: KitDelivery): string {
    const link = `/content/${unguessable()}`;
    delivery.links.add(link);
    return new URL(link, this.#options.storeUrl()).href;
  }

  #time(seconds = 0): string {
    return new Date(this.#options.now() + seconds * 1000).toISOString();
  }
}

function giveBack(delivery: KitDelivery): void {
  delivery.state = 'queued';
  delivery.token = undefined;
}
