import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY } from './packedJsonWords.ts';

/** The first byte says how the rest is packed, so that another way can come beside this one. */
const RAW_DEFLATE_WITH_DICTIONARY = 1;

/**
 * Packs what an item keeps for good: one byte for the format, then the JSON text in raw DEFLATE (RFC 1951) with a preset dictionary.
 * An item is charged for each kilobyte whenever it is written; the names of members alone would be one.
 */
export const packJson = (value: unknown): Uint8Array =>
  Buffer.concat([
    Buffer.of(RAW_DEFLATE_WITH_DICTIONARY),
    deflateRawSync(JSON.stringify(value), { level: 9, dictionary: DICTIONARY }),
  ]);

/** @throws Error for bytes that {@link packJson} did not make */
export function unpackJson(bytes: Uint8Array): unknown {
  if (bytes[0] !== RAW_DEFLATE_WITH_DICTIONARY) throw new Error(`bytes packed in the unknown way ${bytes[0]}`);
  return JSON.parse(inflateRawSync(bytes.subarray(1), { dictionary: DICTIONARY }).toString());
}
