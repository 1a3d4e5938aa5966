import { type CatalogueEntry, entry } from './catalogueEntry.ts';

/** The part of the refusal catalogue that is about load. `retryAfter` is told in the header `Retry-After` as well. */
export const LOAD_REFUSALS = {
  'rate-limited': entry(
    429,
    'system',
    [
      'Budget used up',
      'Your system has used up its {limit} {unit} in {window} s. Send the same request again in {retryAfter} s, and more slowly.',
    ],
    [
      'Đã dùng hết hạn mức',
      'Hệ thống của bạn đã dùng hết {limit} {unitVi} trong {window} giây. Hãy gửi lại sau {retryAfter} giây, với tốc độ chậm hơn.',
    ],
    true,
  ),
  'axis-paused': entry(
    503,
    'nobody',
    [
      'The axis takes nothing new',
      'Operators have paused the axis since {since}; what was accepted goes on. Send the same request again in {retryAfter} s.',
    ],
    [
      'Trục tạm ngừng nhận',
      'Đơn vị vận hành đã tạm ngừng nhận từ {since}; văn bản đã tiếp nhận vẫn được phát. Hãy gửi lại đúng yêu cầu này sau {retryAfter} giây.',
    ],
    true,
  ),
} as const satisfies Record<string, CatalogueEntry>;
