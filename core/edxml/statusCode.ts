/** Status codes with a known meaning. 07 to 12 and 14 have none: they are kept as received and never guessed at. */
export const STATUS_CODES = {
  '01': { vi: 'Đã đến', en: 'arrived', by: 'recipient' },
  '02': { vi: 'Từ chối tiếp nhận', en: 'refused', by: 'recipient' },
  '03': { vi: 'Đã tiếp nhận', en: 'registered', by: 'recipient' },
  '04': { vi: 'Phân công', en: 'assigned', by: 'recipient' },
  '05': { vi: 'Đang xử lý', en: 'being processed', by: 'recipient' },
  '06': { vi: 'Hoàn thành', en: 'finished', by: 'recipient' },
  '13': { vi: 'Lấy lại', en: 'taken back', by: 'sender' },
  '15': { vi: 'Đồng ý', en: 'agreed to update or take-back', by: 'recipient' },
  '16': { vi: 'Từ chối cập nhật/lấy lại', en: 'refused update or take-back', by: 'recipient' },
} as const;

export type StatusCode = keyof typeof STATUS_CODES;

/** The code when its meaning is known. */
export function knownStatusCode(text: string | undefined): StatusCode | null {
  return text !== undefined && Object.hasOwn(STATUS_CODES, text) ? (text as StatusCode) : null;
}
