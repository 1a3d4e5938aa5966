import { type CatalogueEntry, entry } from './catalogueEntry.ts';

/** The part of the refusal catalogue that is about uploads, attachments and submissions in the background. */
export const TRANSFER_REFUSALS = {
  'submission-not-found': entry(
    404,
    'system',
    [
      'No such submission',
      'Your system has no such submission, or it is over: they are gone {hours} h after they began. Send it again.',
    ],
    [
      'Không có lượt gửi này',
      'Hệ thống của bạn không có lượt gửi này, hoặc đã quá hạn: lượt gửi chỉ được giữ {hours} giờ. Hãy gửi lại.',
    ],
  ),
  'upload-not-found': entry(
    404,
    'system',
    ['No such upload', 'Your system has no upload with this id; uploads are gone after {hours} hours. Start it again.'],
    [
      'Không có lượt tải lên này',
      'Hệ thống của bạn không có lượt tải lên mang mã này; lượt tải lên bị xóa sau {hours} giờ. Hãy bắt đầu lại.',
    ],
  ),
  'upload-not-sealed': entry(
    409,
    'system',
    ['Upload not sealed yet', 'The upload {upload} is {state}. Complete it and wait until it is sealed.'],
    ['Lượt tải lên chưa hoàn tất', 'Lượt tải lên {upload} đang ở trạng thái {state}. Hãy hoàn tất và chờ niêm phong.'],
    true,
  ),
  'upload-incomplete': entry(
    409,
    'system',
    [
      'Upload incomplete',
      'The bytes of the upload have not arrived as declared: {problem}. Send them and complete again.',
    ],
    ['Tải lên chưa đủ', 'Nội dung tải lên chưa đến đúng như khai báo: {problem}. Hãy gửi tiếp rồi hoàn tất lại.'],
  ),
  'uploads-too-many': entry(
    429,
    'system',
    ['Too many open uploads', 'Your system has {limit} uploads open. Complete some, or wait until they expire.'],
    ['Quá nhiều lượt tải lên', 'Hệ thống của bạn đang mở {limit} lượt tải lên. Hãy hoàn tất bớt hoặc chờ hết hạn.'],
    true,
  ),
  'message-too-large': entry(
    413,
    'sender',
    [
      'Message too large',
      'The message has {bytes} bytes; one message takes at most {limit}. Upload its files as detached attachments.',
    ],
    [
      'Thông điệp quá lớn',
      'Thông điệp có {bytes} byte; mỗi thông điệp nhận tối đa {limit}. Hãy tải tệp lên thành tệp đính kèm tách rời.',
    ],
  ),
  'message-needs-upload': entry(
    413,
    'system',
    [
      'Message too large for this interface',
      'The file has {bytes} bytes; this interface takes at most {limit}. Send it with the docaxis client, which uploads up to {uploaded}.',
    ],
    [
      'Thông điệp quá lớn cho giao diện này',
      'Tệp có {bytes} byte; giao diện này nhận tối đa {limit}. Hãy gửi bằng công cụ docaxis, tải lên được tới {uploaded} byte.',
    ],
  ),
  'attachment-missing': entry(
    422,
    'system',
    [
      'Detached attachment missing',
      'Your system has no sealed upload with the digest that the manifest names: {attachments}. Upload it first.',
    ],
    [
      'Thiếu tệp đính kèm tách rời',
      'Hệ thống của bạn chưa tải lên tệp có mã băm nêu trong danh mục: {attachments}. Hãy tải lên trước.',
    ],
  ),
  'attachment-not-found': entry(
    404,
    'recipient',
    ['No such attachment', 'The dispatch has {count} attachments, numbered from 1.'],
    ['Không có tệp đính kèm này', 'Lượt gửi có {count} tệp đính kèm, đánh số từ 1.'],
  ),
} as const satisfies Record<string, CatalogueEntry>;
