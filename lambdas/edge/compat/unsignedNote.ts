import { UNSIGNED_MARK } from '../../../core/contract/unsignedMark.ts';

/** A text for a clerk, with the mark behind it where nobody signed the message. */
export const withMark = (text: string, signed: string): string =>
  signed === 'none' ? `${text}; ${UNSIGNED_MARK.vi}` : text;

/** A member that the SDK passes over and other programs can show. */
export const noteOn = (signed: string): { readonly note?: string } =>
  signed === 'none' ? { note: UNSIGNED_MARK.vi } : {};
