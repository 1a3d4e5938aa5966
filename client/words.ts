import type { Language } from './axisRefusal.ts';

type Words = Readonly<Record<Language, string>>;
const words = (en: string, vi: string): Words => ({ en, vi });

/** What the command prints, in both languages. */
export const WORDS = {
  code: words('CODE', 'MÃ'),
  name: words('NAME', 'TÊN'),
  parent: words('PARENT', 'CẤP TRÊN'),
  connected: words('CONNECTED', 'KẾT NỐI'),
  delivery: words('DELIVERY', 'LƯỢT PHÁT'),
  state: words('STATE', 'TRẠNG THÁI'),
  recipient: words('RECIPIENT', 'BÊN NHẬN'),
  sender: words('SENDER', 'BÊN GỬI'),
  number: words('NUMBER', 'SỐ, KÝ HIỆU'),
  subject: words('SUBJECT', 'TRÍCH YẾU'),
  urgent: words('URGENT', 'KHẨN'),
  check: words('CHECK', 'KIỂM TRA'),
  verdict: words('VERDICT', 'KẾT QUẢ'),
  reason: words('REASON', 'LÝ DO'),
  yes: words('yes', 'có'),
  no: words('no', 'không'),
  suspended: words('suspended', 'tạm ngưng'),
  nothing: words('Nothing waits for you.', 'Không có văn bản nào đang chờ.'),
  noAgency: words('No agency matches.', 'Không có cơ quan phù hợp.'),
  accepted: words('Accepted', 'Đã tiếp nhận'),
  again: words('Accepted before; this is the first receipt', 'Đã tiếp nhận trước đây; đây là biên nhận đầu tiên'),
  'would-be-accepted': words('Would be accepted; nothing was written', 'Sẽ được tiếp nhận; chưa ghi gì'),
  receiptHolds: words('The receipt holds.', 'Biên nhận hợp lệ.'),
  receiptFails: words('The receipt does not hold', 'Biên nhận không hợp lệ'),
  documentHolds: words('The signature holds.', 'Chữ ký số hợp lệ.'),
  documentFails: words('The signature does not hold.', 'Chữ ký số không hợp lệ.'),
  more: words('More: --after', 'Xem tiếp: --after'),
  signed: words('Signed', 'Đã ký'),
  refused: words('Refused', 'Bị từ chối'),
  whoMustAct: words('who must act', 'bên cần xử lý'),
  reference: words('reference', 'mã tra cứu'),
  queued: words('queued', 'chờ nhận'),
  offered: words('offered', 'đang nhận'),
  acknowledged: words('acknowledged', 'đã nhận'),
  rejected: words('rejected', 'bị từ chối'),
  expired: words('expired', 'hết hạn'),
  withdrawn: words('withdrawn', 'đã thu hồi'),
  'set-aside': words('set aside', 'để riêng'),
  discarded: words('discarded', 'đã bỏ'),
  pass: words('pass', 'đạt'),
  fail: words('FAIL', 'KHÔNG ĐẠT'),
  warn: words('warning', 'lưu ý'),
  'not-applicable': words('-', '-'),
  settled: words('All deliveries are settled.', 'Mọi lượt phát đã kết thúc.'),
} as const satisfies Readonly<Record<string, Words>>;

export type Word = keyof typeof WORDS;
