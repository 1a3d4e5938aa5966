import type { DeliveryState } from '../../core/contract/states.ts';
import { localTime } from '../../core/edxml/localTime.ts';
import type { SentItem } from '../../core/walk/sentList.ts';
import { withMark } from '../edge/compat/unsignedNote.ts';
import { MESSAGE_TYPE } from './receivedList.ts';

/** How far the axis is with one recipient. */
const SENDING = {
  arrived: { sendStatus: 'done', sendStatusDesc: 'Đã phát tới bên nhận' },
  underWay: { sendStatus: 'processing', sendStatusDesc: 'Đang phát' },
} as const;

/** What the recipient's system said, in the words of `updateStatus` where it has one. */
const RECEIVING: Readonly<
  Record<DeliveryState, { readonly receiveStatus: string; readonly receiveStatusDesc: string }>
> = {
  queued: { receiveStatus: 'initial', receiveStatusDesc: 'Chờ nhận' },
  offered: { receiveStatus: 'processing', receiveStatusDesc: 'Đang nhận' },
  acknowledged: { receiveStatus: 'done', receiveStatusDesc: 'Đã nhận' },
  rejected: { receiveStatus: 'fail', receiveStatusDesc: 'Bị từ chối' },
  expired: { receiveStatus: 'expired', receiveStatusDesc: 'Hết hạn, chưa được nhận' },
  withdrawn: { receiveStatus: 'withdrawn', receiveStatusDesc: 'Đã thu hồi' },
  'set-aside': { receiveStatus: 'set-aside', receiveStatusDesc: 'Chờ đơn vị vận hành trục xử lý' },
  discarded: { receiveStatus: 'discarded', receiveStatusDesc: 'Đã bỏ' },
};

/** One recipient of one dispatch. `senderDocId` is the `DocId` of `sendEdoc`, `receiverDocId` the recipient's `docId`. */
export function sentItem(item: SentItem): Readonly<Record<string, string>> {
  const { delivery } = item;
  const { sendStatus, sendStatusDesc } = SENDING[delivery ? 'arrived' : 'underWay'];
  return {
    serviceType: 'eDoc',
    messageType: MESSAGE_TYPE[item.kind],
    senderDocId: item.dispatchId,
    receiverDocId: item.deliveryId,
    fromCode: item.senderCode,
    toCode: item.recipientCode,
    title: item.title,
    notation: item.notation,
    sentTime: localTime(item.acceptedAt),
    ...(delivery?.acknowledgedAt === undefined ? {} : { receivedTime: localTime(delivery.acknowledgedAt) }),
    sendStatus,
    sendStatusDesc: withMark(sendStatusDesc, item.signed),
    ...RECEIVING[delivery?.state ?? 'queued'],
  };
}
