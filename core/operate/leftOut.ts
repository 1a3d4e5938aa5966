/** Why a record cannot be rebuilt from its bytes, beside the refusals of a submission. */
export const LEFT_OUT = {
  'several-contents': {
    en: 'Several contents lie there under one id, of which one was accepted: its sender submits it again.',
    vi: 'Có nhiều nội dung cùng một mã, chỉ một đã được tiếp nhận: bên gửi gửi lại.',
  },
  'other-content': {
    en: 'Other bytes were accepted under its DocumentId since its record was lost: its sender holds two receipts and must say which counts.',
    vi: 'Nội dung khác đã được tiếp nhận với cùng mã văn bản sau khi mất bản ghi: bên gửi giữ hai biên nhận và phải xác định.',
  },
  'no-content': {
    en: 'No message lies there, only files of one.',
    vi: 'Không có văn bản, chỉ có tệp kèm theo.',
  },
  'content-altered': {
    en: 'The bytes are not those that their name says.',
    vi: 'Nội dung khác với tên của nó.',
  },
  'signature-not-kept': {
    en: 'Its signature came beside the document and was too long to be kept there: its sender submits it again.',
    vi: 'Chữ ký rời quá dài nên không được lưu cạnh văn bản: bên gửi gửi lại.',
  },
  'sender-unknown': {
    en: 'Nothing says which system sent it, or that system is not registered: register it, or its sender submits it again.',
    vi: 'Không xác định được hệ thống gửi, hoặc hệ thống chưa được đăng ký: đăng ký lại, hoặc bên gửi gửi lại.',
  },
  'other-dispatch': {
    en: 'By the registry of today it is of another agency than it was.',
    vi: 'Theo danh bạ hiện tại, văn bản thuộc cơ quan khác với khi được tiếp nhận.',
  },
  fault: {
    en: 'The axis failed at it; the log says how. Try again.',
    vi: 'Trục gặp lỗi khi xử lý; xem nhật ký. Hãy thử lại.',
  },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly vi: string }>>;

export type LeftOutCode = keyof typeof LEFT_OUT;
