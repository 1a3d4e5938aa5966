import type { Thumbprint } from '../../core/contract/ids.ts';
import type { ReceiptCertificates } from '../../core/contract/ports.ts';

/** Far more than sign at once; each is some hundred bytes. */
const ENTRIES = 10_000;

/** Certificates of instance keys for a function that asks again and again: one that was found never changes. */
export class CachedCertificates implements ReceiptCertificates {
  readonly #certificates: ReceiptCertificates;
  readonly #known = new Map<Thumbprint, string>();

  constructor(certificates: ReceiptCertificates) {
    this.#certificates = certificates;
  }

  async find(thumbprint: Thumbprint): Promise<string | undefined> {
    const certificate = this.#known.get(thumbprint) ?? (await this.#certificates.find(thumbprint));
    if (this.#known.size >= ENTRIES) this.#known.clear();
    if (certificate !== undefined) this.#known.set(thumbprint, certificate);
    return certificate;
  }
}
