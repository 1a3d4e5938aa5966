import { type DeliveryId, type DispatchId, isDeliveryId, isDispatchId } from '../../core/contract/ids.ts';
import type { DispatchKind } from '../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';
import { boundOf } from '../edge/compat/boundOf.ts';
import type { FaceRequest } from '../edge/compat/faceEdge.ts';

type Asked = Pick<FaceRequest, 'parameter'>;

/** What a list is of: documents unless statuses are asked for. */
export function kindIn({ parameter }: Asked): Outcome<DispatchKind> {
  const asked = parameter('messagetype', 'messageType')?.toLowerCase() ?? 'edoc';
  if (asked === 'edoc') return accept('document');
  if (asked === 'status') return accept('status');
  return refuse('parameter-invalid', { parameter: 'messagetype', problem: 'edoc or status' });
}

/** The period of a list. */
export const periodIn = ({ parameter }: Asked): { from: number | undefined; to: number | undefined } => ({
  from: boundOf(parameter('fromDate'), 'from'),
  to: boundOf(parameter('toDate'), 'to'),
});

/** `docId` of a received item. What cannot be an id is told the same as an id that nobody has. */
export const deliveryIn = ({ parameter }: Asked, ...names: readonly string[]): Outcome<DeliveryId> => {
  const id = parameter(...names) ?? '';
  return isDeliveryId(id) ? accept(id) : refuse('delivery-not-found');
};

/** `docId` of something sent, where it can be one. */
export const dispatchIn = ({ parameter }: Asked): DispatchId | undefined => {
  const id = parameter('docId') ?? '';
  return isDispatchId(id) ? id : undefined;
};
