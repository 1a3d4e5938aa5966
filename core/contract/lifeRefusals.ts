import { type CatalogueEntry, entry } from './catalogueEntry.ts';

/** The part of the refusal catalogue that is about messages which act on earlier ones, content that is gone, and evidence. */
export const LIFE_REFUSALS = {
  'evidence-not-kept': entry(
    404,
    'operator',
    ['No evidence log', 'This axis keeps no evidence log: receipts and timelines are what there is.'],
    ['Không có nhật ký bằng chứng', 'Trục này không lưu nhật ký bằng chứng: chỉ có biên nhận và dòng thời gian.'],
  ),
  'log-file-not-found': entry(
    404,
    'system',
    [
      'No such file of the log',
      'The evidence log has `checkpoint`, `tile/LEVEL/N` and `tile/entries/N` (C2SP tlog-tiles).',
    ],
    [
      'Không có tệp này trong nhật ký',
      'Nhật ký bằng chứng có `checkpoint`, `tile/LEVEL/N` và `tile/entries/N` (C2SP tlog-tiles).',
    ],
  ),
  'document-unknown': entry(
    422,
    'sender',
    [
      'No such document',
      'The document {document} is not known here, or the agency in From is no party to it. Name it by the DocumentId and the OrganId that it was sent with.',
    ],
    [
      'Không có văn bản này',
      'Không tìm thấy văn bản {document}, hoặc cơ quan trong From không phải bên gửi hay bên nhận. Hãy nêu đúng DocumentId và OrganId khi gửi.',
    ],
  ),
  'document-ambiguous': entry(
    422,
    'sender',
    ['Several documents fit', '{count} documents fit {document}. Name the one that you mean by its DocumentId.'],
    ['Có nhiều văn bản trùng', 'Có {count} văn bản khớp với {document}. Hãy nêu DocumentId của văn bản cần nói tới.'],
  ),
  'acts-too-many': entry(
    422,
    'sender',
    ['Too many earlier documents', 'The message acts on {count} earlier documents; one message takes at most {limit}.'],
    ['Quá nhiều văn bản liên quan', 'Thông điệp tác động tới {count} văn bản; một thông điệp nhận tối đa {limit}.'],
  ),
  'delivery-expires-invalid': entry(
    400,
    'sender',
    [
      'Expiry not possible',
      'Deliveries cannot expire at {given}: name a time with its zone, {least} to {most} hours from now.',
    ],
    [
      'Thời hạn không hợp lệ',
      'Lượt phát không thể hết hạn vào {given}: hãy nêu thời điểm kèm múi giờ, từ {least} đến {most} giờ kể từ bây giờ.',
    ],
  ),
  'content-recalled': entry(
    410,
    'nobody',
    [
      'Content taken back',
      'The document was recalled and its recipient agreed: its content is closed, its record stays.',
    ],
    [
      'Nội dung đã được thu hồi',
      'Văn bản đã được thu hồi và bên nhận đã đồng ý: nội dung đã đóng, thông tin vẫn được lưu.',
    ],
  ),
  'content-deleted': entry(
    410,
    'nobody',
    ['Content deleted', 'The content was deleted when its time was over; the record of what happened stays.'],
    ['Nội dung đã bị xóa', 'Nội dung đã được xóa khi hết thời hạn lưu; thông tin về quá trình vẫn được lưu.'],
  ),
} as const satisfies Record<string, CatalogueEntry>;
