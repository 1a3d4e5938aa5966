import type { AnswerOf } from '../contract/answers.ts';
import type { DeliveryId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Deliveries } from '../contract/ports.ts';
import type { DeliveryRecord, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import { whyNot } from './acknowledge.ts';

export interface ExtendPorts {
  readonly clock: Clock;
  readonly deliveries: Pick<Deliveries, 'extend'>;
}

/** Holds the delivery for longer, from now, unless its end is waited for. */
export async function extend(
  caller: SystemRecord,
  request: RequestOf<'extend'> & { readonly deliveryId: DeliveryId },
  ports: ExtendPorts,
): Promise<Outcome<AnswerOf<'extend'>>> {
  const now = ports.clock.now();
  const until = now + (request.leaseSeconds ?? LIMITS.leaseSeconds.usual) * 1000;
  const { leaseToken: token, deliveryId } = request;
  const written = await ports.deliveries.extend(deliveryId, caller.systemId, { token, until, now });
  if (!written.done) return whyNotExtended(written.delivery, caller, token);
  return accept({ deliveryId, lease: { token, until: new Date(until).toISOString() } });
}

function whyNotExtended(
  delivery: DeliveryRecord | undefined,
  caller: SystemRecord,
  token: string,
): ReturnType<typeof refuse> {
  const holds = delivery?.system === caller.systemId && delivery.lease?.token === token;
  if (holds && delivery.state === 'offered' && delivery.withdrawing)
    return refuse('lease-not-extended', { until: new Date(delivery.visibleAt).toISOString() });
  return whyNot(delivery, caller);
}
