import type { Page, PageRequest } from './ports.ts';
import type { DeliveryRecord, DispatchRecord, SubmissionRecord, UploadRecord } from './records.ts';

/** Deliveries that were set aside, the longest first; lags a little. */
export interface AsideList {
  aside(page: PageRequest): Promise<Page<DeliveryRecord>>;
}

/** What operators ask about: a record with what it is. */
export type Explained =
  | { readonly kind: 'dispatch'; readonly record: DispatchRecord }
  | { readonly kind: 'delivery'; readonly record: DeliveryRecord }
  | { readonly kind: 'submission'; readonly record: SubmissionRecord }
  | { readonly kind: 'upload'; readonly record: UploadRecord };
