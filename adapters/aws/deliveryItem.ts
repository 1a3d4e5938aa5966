import type { DeliveryId, SystemId } from '../../core/contract/ids.ts';
import type { DeliveryRecord, Due, Headline } from '../../core/contract/records.ts';
import { inboxKeyOf, rankOf } from '../../core/receive/inboxKey.ts';
import { dueShardOf } from './dueShard.ts';
import { fromItem, type Item, toItem } from './item.ts';
import { logPlace } from './logPlace.ts';
import { packJson, unpackJson } from './packedJson.ts';

/** What a list of an inbox shows stands beside the headline: an index can project it from there alone. */
type Listed = Pick<Headline, 'senderCode' | 'acceptedAt' | 'signed'>;
/** What a settlement is held to stands where a condition can name it. */
type Held = Pick<Headline, 'sha256'>;
type Packed = Omit<Headline, keyof Listed | keyof Held>;

interface DeliveryItem extends Omit<DeliveryRecord, 'deliveryId' | 'due' | 'headline'>, Listed {
  readonly id: DeliveryId;
  readonly headline: Held & Partial<Packed>;
  /** The rest of the headline, packed: so the item stays below the kilobyte by which its writes are charged. Older items hold it whole. */
  readonly accepted?: Uint8Array;
  readonly inboxSystem?: SystemId;
  readonly inboxKey?: string;
  readonly dueWhat?: Due['what'];
  readonly dueShard?: string;
  readonly dueAt?: number;
  readonly dueAttempts?: number;
  /** How far the evidence log has it, and its place in the index of what is to be logged. */
  readonly logged?: unknown;
  readonly logShard?: string;
  readonly logAt?: number;
}

/** A delivery as its item holds it. */
export function toDelivery(item: Item): DeliveryRecord {
  const {
    id,
    inboxSystem: _system,
    inboxKey: _key,
    dueShard: _shard,
    logged: _logged,
    logShard: _logShard,
    logAt: _logAt,
    dueWhat,
    dueAt,
    dueAttempts,
    headline,
    accepted,
    senderCode,
    acceptedAt,
    signed,
    ...rest
  } = fromItem<DeliveryItem>(item);
  const due =
    dueWhat !== undefined && dueAt !== undefined
      ? { due: { what: dueWhat, at: dueAt, attempts: dueAttempts ?? 0 } }
      : {};
  const packed = accepted && (unpackJson(accepted) as Packed);
  return {
    ...rest,
    deliveryId: id,
    headline: { ...packed, ...headline, senderCode, acceptedAt, signed } as Headline,
    ...due,
  };
}

export function toDeliveryItem(delivery: DeliveryRecord): Item {
  const { deliveryId, due, headline: whole, ...rest } = delivery;
  const { senderCode, acceptedAt, signed, sha256, ...packed } = whole;
  // What ended before it waited stands in no inbox.
  const waits = delivery.state === 'queued';
  return toItem({
    ...rest,
    headline: { sha256 } satisfies Held,
    accepted: packJson(packed satisfies Packed),
    senderCode,
    acceptedAt,
    signed,
    id: deliveryId,
    ...(waits
      ? { inboxSystem: delivery.system, inboxKey: inboxKeyOf(rankOf(whole), delivery.visibleAt, deliveryId) }
      : {}),
    ...(due ? { dueWhat: due.what, dueAt: due.at, dueAttempts: due.attempts, dueShard: dueShardOf(deliveryId) } : {}),
    ...logPlace(deliveryId, delivery.timeline[0]?.at ?? acceptedAt),
  });
}
