import { UsageError } from './usageError.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,32768})-----END CERTIFICATE-----/g;

/**
 * Reads the certificates of a PEM text (RFC 7468 section 5), DER each.
 *
 * @throws UsageError when there is none.
 */
export function readPemCertificates(text: string): readonly Buffer[] {
  const certificates = [...text.matchAll(BLOCK)].map(([, body = '']) => Buffer.from(body, 'base64'));
  if (certificates.length === 0) throw new UsageError('there is no certificate in PEM form');
  return certificates;
}

/** A certificate (DER) in PEM form. */
export const pemOf = (certificate: Buffer): string => pemBlock('CERTIFICATE', certificate);

/** DER in PEM form under a label (RFC 7468 section 2). */
export function pemBlock(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
