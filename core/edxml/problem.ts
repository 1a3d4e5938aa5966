/** What can be wrong with a message's content. Closed. */
export type ProblemCode =
  | 'missing-field'
  | 'invalid-agency-code'
  | 'hub-recipient'
  | 'duplicate-recipient'
  | 'invalid-date'
  | 'invalid-date-time'
  | 'unknown-bussiness-type'
  | 'missing-target'
  | 'response-for-count'
  | 'invalid-status-code'
  | 'unknown-status-code'
  | 'missing-reason'
  | 'mixed-kind'
  | 'too-long'
  | 'attachment-mismatch'
  | 'invalid-detached-name';

/** One finding, in words for the person who must mend it. */
export interface Problem {
  readonly code: ProblemCode;
  /** Element names from the header down: `MessageHeader.To[1].OrganId`. */
  readonly path: string;
  readonly message: string;
  readonly messageVi: string;
  /** An error stops the message, a warning travels with it. */
  readonly severity: 'error' | 'warning';
}

const SENTENCES: Readonly<Record<ProblemCode, { readonly en: string; readonly vi: string }>> = {
  'missing-field': { en: 'is missing or empty', vi: 'bị thiếu hoặc để trống' },
  'invalid-agency-code': { en: 'is not an agency code', vi: 'không phải mã định danh cơ quan' },
  'hub-recipient': { en: 'names a relay hub, which receives nothing', vi: 'là mã trục kết nối, không nhận văn bản' },
  'duplicate-recipient': { en: 'names a recipient a second time', vi: 'trùng với cơ quan nhận khác' },
  'invalid-date': { en: 'is not a date of the form yyyy/MM/dd', vi: 'không phải ngày dạng yyyy/MM/dd' },
  'invalid-date-time': {
    en: 'is not a time of the form yyyy/MM/dd HH:mm:ss',
    vi: 'không phải thời điểm dạng yyyy/MM/dd HH:mm:ss',
  },
  'unknown-bussiness-type': { en: 'must be 0, 1, 2 or 3', vi: 'phải là 0, 1, 2 hoặc 3' },
  'missing-target': {
    en: 'must name the document that is recalled, updated or replaced',
    vi: 'phải chỉ ra văn bản được thu hồi, cập nhật hoặc thay thế',
  },
  'response-for-count': { en: 'must be there exactly once', vi: 'phải có đúng một phần tử' },
  'invalid-status-code': { en: 'must be two digits', vi: 'phải gồm hai chữ số' },
  'unknown-status-code': { en: 'is a code without a known meaning', vi: 'là mã chưa có ý nghĩa' },
  'missing-reason': { en: 'must give the reason', vi: 'phải nêu lý do' },
  'mixed-kind': {
    en: 'does not belong in a message of this kind',
    vi: 'không được có trong loại thông điệp này',
  },
  'too-long': { en: 'is longer than the standard allows', vi: 'dài hơn quy định' },
  'attachment-mismatch': {
    en: 'has no counterpart with the same ContentId',
    vi: 'không có phần tương ứng cùng ContentId',
  },
  'invalid-detached-name': {
    en: 'is not a name by SHA-256 (RFC 6920): ni:///sha-256; and 43 characters of base64url',
    vi: 'không phải tên theo SHA-256 (RFC 6920): ni:///sha-256; và 43 ký tự base64url',
  },
};

/** A finding of this kind at this place. */
export function problem(code: ProblemCode, path: string, severity: Problem['severity'] = 'error'): Problem {
  const { en, vi } = SENTENCES[code];
  return { code, path, message: `${path} ${en}`, messageVi: `${path} ${vi}`, severity };
}
