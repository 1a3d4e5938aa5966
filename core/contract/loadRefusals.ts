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
} as const satisfies Record<string, CatalogueEntry>;
