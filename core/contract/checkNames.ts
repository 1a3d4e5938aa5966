import type { CheckId } from './report.ts';

/** What each check asks, in Vietnamese, for refusals that name the check that failed. */
export const CHECK_NAMES_VI: Readonly<Record<CheckId, string>> = {
  'xml-profile': 'quy chuẩn XML',
  leniency: 'sai lệch được châm chước của hệ thống cũ',
  'signature-structure': 'cấu trúc chữ ký',
  'signing-policy': 'quy tắc ký của danh sách tin cậy',
  'signing-certificate': 'chứng thư được nêu trong chữ ký XAdES',
  'time-stamp': 'dấu thời gian',
  algorithm: 'thuật toán phù hợp với khóa',
  'signature-value': 'giá trị chữ ký',
  digest: 'văn bản không bị thay đổi sau khi ký',
  'certificate-registered': 'chứng thư đã được đăng ký',
  'certificate-path': 'đường dẫn chứng thực tới tổ chức được tin cậy',
  'certificate-algorithm': 'thuật toán của chứng thư',
  'certificate-validity': 'thời hạn của chứng thư',
  'key-usage': 'mục đích sử dụng khóa',
  revocation: 'trạng thái thu hồi',
  'sender-match': 'chứng thư thuộc về bên gửi',
  secrecy: 'không mang dấu mật',
  'message-fields': 'các trường bắt buộc',
  lengths: 'độ dài các trường',
  recipients: 'các bên nhận',
};
