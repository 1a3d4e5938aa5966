import type { DeliveryId, SystemId } from '../../core/contract/ids.ts';
import type { DeliveryRecord, Due, Headline } from '../../core/contract/records.ts';
import { inboxKeyOf, rankOf } from '../../core/receive/inboxKey.ts';
import { dueShardOf } from './dueShard.ts';
import { fromItem, type Item, toItem } from './item.ts';

/** What a list of an inbox shows stands beside the headline: an index can project it from there alone. */
type Listed = Pick<Headline, 'senderCode' | 'acceptedAt' | 'signed'>;

interface DeliveryItem extends Omit<DeliveryRecord, 'deliveryId' | 'due' | 'headline'>, Listed {
  readonly id: DeliveryId;
  readonly headline: Omit<Headline, keyof Listed>;
  readonly inboxSystem?: SystemId;
  readonly inboxKey?: string;
  readonly dueWhat?: Due['what'];
  readonly dueShard?: string;
  readonly dueAt?: number;
  readonly dueAttempts?: number;
}

/** A delivery as its item holds it. */
export function toDelivery(item: Item): DeliveryRecord {
  const {
    id,
    inboxSystem: _system,
    inboxKey: _key,
    dueShard: _shard,
    dueWhat,
    dueAt,
    dueAttempts,
    headline,
    senderCode,
    acceptedAt,
    signed,
    ...rest
  } = fromItem<DeliveryItem>(item);
  const due =
    dueWhat !== undefined && dueAt !== undefined
      ? { due: { what: dueWhat, at: dueAt, attempts: dueAttempts ?? 0 } }
      : {};
  return { ...rest, deliveryId: id, headline: { ...headline, senderCode, acceptedAt, signed }, ...due };
}

export function toDeliveryItem(delivery: DeliveryRecord): Item {
  const { deliveryId, due, headline: whole, ...rest } = delivery;
  const { senderCode, acceptedAt, signed, ...headline } = whole;
  // What ended before it waited stands in no inbox.
  const waits = delivery.state === 'queued';
  return toItem({
    ...rest,
    headline,
    senderCode,
    acceptedAt,
    signed,
    id: deliveryId,
    ...(waits
      ? { inboxSystem: delivery.system, inboxKey: inboxKeyOf(rankOf(whole), delivery.visibleAt, deliveryId) }
      : {}),
    ...(due ? { dueWhat: due.what, dueAt: due.at, dueAttempts: due.attempts, dueShard: dueShardOf(deliveryId) } : {}),
  });
}
