import {
  type AgencyId,
  type DeliveryId,
  type DispatchId,
  isAgencyId,
  isDeliveryId,
  isDispatchId,
  isSystemId,
  type SystemId,
} from '../../core/contract/ids.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';

/** Ids in paths: what cannot be an id is told the same as an id that nobody has. */
export const dispatchIdIn = (path: Readonly<Record<string, string>>): Outcome<DispatchId> =>
  isDispatchId(path.dispatchId ?? '') ? accept(path.dispatchId as DispatchId) : refuse('dispatch-not-found');

export const deliveryIdIn = (path: Readonly<Record<string, string>>): Outcome<DeliveryId> =>
  isDeliveryId(path.deliveryId ?? '') ? accept(path.deliveryId as DeliveryId) : refuse('delivery-not-found');

export const systemIdIn = (path: Readonly<Record<string, string>>): Outcome<SystemId> =>
  isSystemId(path.systemId ?? '')
    ? accept(path.systemId as SystemId)
    : refuse('system-not-found', { system: path.systemId ?? '' });

export const agencyIdIn = (path: Readonly<Record<string, string>>): Outcome<AgencyId> =>
  isAgencyId(path.agencyId ?? '')
    ? accept(path.agencyId as AgencyId)
    : refuse('agency-not-found', { agency: path.agencyId ?? '' });
