/**
 * What stands wherever an unsigned message is shown: it came through an authenticated request of its sender's system, but nobody
 * signed it, so it has no value of an original (Decision 28/2018/QĐ-TTg article 4).
 */
export const UNSIGNED_MARK = {
  en: 'unsigned, for reference only',
  vi: 'không có chữ ký, chỉ để tham khảo',
} as const;

/** The mark as a timeline entry carries it, for what nobody signed. */
export const unsignedDetail = (signed: string): { readonly detail?: string } =>
  signed === 'none' ? { detail: UNSIGNED_MARK.en } : {};
