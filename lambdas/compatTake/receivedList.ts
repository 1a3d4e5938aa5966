import type { WaitingItem } from '../../core/contract/mailbox.ts';
import type { DispatchKind } from '../../core/contract/records.ts';
import { localTime } from '../../core/edxml/localTime.ts';
import { withMark } from '../edge/compat/unsignedNote.ts';

/** States of a received item: the SDK passes them on as text, so they are in words. */
const STATES = {
  queued: { status: 'initial', status_desc: 'Chờ nhận' },
  offered: { status: 'processing', status_desc: 'Đang nhận' },
} as const;

/** `messageType` of each kind: clients read a document and a status apart by it alone. */
export const MESSAGE_TYPE: Readonly<Record<DispatchKind, string>> = { document: 'edoc', status: 'status' };

/** One item of the list of what waits: a `docId` names the delivery, as in the newer API. */
export function receivedItem(item: WaitingItem): Readonly<Record<string, string>> {
  const { status, status_desc } = STATES[item.state];
  return {
    docId: item.deliveryId,
    serviceType: 'eDoc',
    messageType: MESSAGE_TYPE[item.kind],
    created_time: localTime(item.acceptedAt),
    updated_time: localTime(item.acceptedAt),
    from: item.senderCode,
    to: item.recipientCode,
    status,
    status_desc: withMark(status_desc, item.signed),
  };
}
