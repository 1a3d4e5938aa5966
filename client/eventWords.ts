import type { Language } from './axisRefusal.ts';
import { statusOf } from './lifeWords.ts';

type Words = Readonly<Record<Language, string>>;
const words = (en: string, vi: string): Words => ({ en, vi });

/** What happened, for a person: the events of timelines by their names in the contract. */
const EVENTS: Readonly<Record<string, Words>> = {
  SubmissionAcceptance: words('accepted', 'trục tiếp nhận'),
  'x-dispatched': words('sent to every inbox', 'đã phát tới mọi hộp thư'),
  ContentConsignment: words('in the inbox', 'vào hộp thư'),
  'x-offered': words('taken', 'được lấy'),
  'x-released': words('given back', 'trả lại hộp thư'),
  ContentHandover: words('acknowledged', 'xác nhận đã nhận'),
  ConsignmentRejection: words('rejected', 'bị từ chối'),
  ContentHandoverFailure: words('expired', 'hết hạn'),
  'x-moved': words('moved to another system', 'chuyển sang hệ thống khác'),
  'x-withdrawn': words('withdrawn', 'thu hồi'),
  'x-set-aside': words('set aside', 'để riêng'),
  'x-requeued': words('put back', 'đưa lại hộp thư'),
  'x-discarded': words('given up', 'đã bỏ'),
  'x-status': words('status', 'trạng thái'),
  'x-recall-requested': words('recall asked for', 'đề nghị thu hồi'),
  'x-recall-agreed': words('recall agreed to', 'đồng ý thu hồi'),
  'x-recall-refused': words('recall refused', 'từ chối thu hồi'),
  'x-revision-requested': words('newer version sent', 'có bản mới'),
  'x-revision-agreed': words('newer version agreed to', 'đồng ý bản mới'),
  'x-revision-refused': words('newer version refused', 'từ chối bản mới'),
  'x-uncollected': words('nobody has collected it', 'chưa có người nhận'),
  'x-rebuilt': words('record rebuilt after a restore', 'bản ghi được dựng lại sau phục hồi'),
  'x-held': words('legal hold', 'giữ lại theo yêu cầu pháp lý'),
  'x-hold-ended': words('legal hold ended', 'hết giữ lại'),
  'x-content-closing': words('content closing', 'đang đóng nội dung'),
  'x-content-deleted': words('content deleted', 'đã xóa nội dung'),
};

/** The event in words; what an axis of a later version may tell keeps its name. */
export const eventOf = (event: string, language: Language): string => EVENTS[event]?.[language] ?? event;

/** The same with what it says more: a status says which one. */
export const eventTold = ({ ev, to }: { readonly ev: string; readonly to?: string }, language: Language): string =>
  ev === 'x-status' ? `${eventOf(ev, language)} ${statusOf(to, language)}` : eventOf(ev, language);
