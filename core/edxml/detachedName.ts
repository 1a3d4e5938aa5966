import { isSha256, type Sha256 } from '../contract/ids.ts';

const NAME = /^ni:\/\/\/sha-256;([A-Za-z0-9_-]{43})$/;

/**
 * The digest that a manifest's ContentId names when the file travels beside the message: `ni:///sha-256;` and the
 * base64url of its SHA-256 (RFC 6920 section 3). Undefined for every other ContentId, also for one that only begins so.
 */
export function detachedDigest(contentId: string | undefined): Sha256 | undefined {
  const encoded = NAME.exec(contentId ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const digest = Buffer.from(encoded, 'base64url');
  // 43 characters hold two bits more than a digest: one digest has one name.
  if (digest.toString('base64url') !== encoded) return undefined;
  const hex = digest.toString('hex');
  return isSha256(hex) ? hex : undefined;
}

/** The name by which a manifest refers to a detached file with this digest. */
export const detachedName = (sha256: Sha256): string =>
  `ni:///sha-256;${Buffer.from(sha256, 'hex').toString('base64url')}`;

/** Whether a ContentId means to be such a name, well-formed or not. */
export const isDetachedName = (contentId: string | undefined): boolean => /^ni:/i.test(contentId ?? '');
