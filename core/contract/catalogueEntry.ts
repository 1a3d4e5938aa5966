export type WhoMustAct = 'sender' | 'recipient' | 'system' | 'operator' | 'nobody';

export interface CatalogueEntry {
  /** HTTP status (RFC 9110 section 15). */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 503;
  /** Whether the very same request can succeed later. */
  readonly retryable: boolean;
  readonly who: WhoMustAct;
  readonly en: { readonly title: string; readonly detail: string };
  readonly vi: { readonly title: string; readonly detail: string };
}

type Text = readonly [title: string, detail: string];
/** An entry of the catalogue; not retryable unless it says so. */
export const entry = (
  status: CatalogueEntry['status'],
  who: WhoMustAct,
  en: Text,
  vi: Text,
  retryable = false,
): CatalogueEntry => ({
  status,
  retryable,
  who,
  en: { title: en[0], detail: en[1] },
  vi: { title: vi[0], detail: vi[1] },
});
