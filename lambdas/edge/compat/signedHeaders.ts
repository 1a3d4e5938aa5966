import { createHmac, timingSafeEqual } from 'node:crypto';

/** Prefix of every header of the SDK, and of every name in the signed text. */
const PREFIX = 'xroadvnpt-';
const SIGNED = `${PREFIX}sign-header`;
const HASH = `${PREFIX}hash-header`;
/** Names in one signed text; the SDK's own map of a long-lived client has about a dozen. */
const NAMES = 64;

/** Headers by names in small letters, as the gateway hands them over. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** What a client of the SDK signed. Every value is believed only from here. */
export interface SignedText {
  /** Bytes that the HMAC may be over: how a gateway decodes header bytes outside ASCII is its own business. */
  readonly readings: readonly Buffer[];
  /** The claimed HMAC-SHA256, 32 bytes. */
  readonly hash: Buffer;
}

/** The signed text and its hash from the headers; undefined where either is missing or cannot be one. */
export function signedTextOf(headers: Headers): SignedText | undefined {
  const text = headers[SIGNED];
  const hash = headers[HASH];
  if (!text || !hash || !/^[0-9a-f]{64}$/i.test(hash)) return undefined;
  const utf8 = Buffer.from(text, 'utf8');
  // Each character of a text decoded as Latin-1 is one of the bytes that were sent.
  const latin1 = [...text].every((char) => char.charCodeAt(0) <= 0xff) ? Buffer.from(text, 'latin1') : utf8;
  return { readings: latin1.equals(utf8) ? [utf8] : [latin1, utf8], hash: Buffer.from(hash, 'hex') };
}

/** The reading that was signed under this secret (HMAC-SHA256, key and text in UTF-8), compared in constant time. */
export function signedUnder({ readings, hash }: SignedText, secret: string): Buffer | undefined {
  return readings.find((bytes) => timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), hash));
}

/** Parameters of a call by the exact names of the signed text, without their prefix. */
export type SignedValues = ReadonlyMap<string, string>;

/** Reads the signed JSON: one flat object whose values are strings, every name with the prefix. Undefined for anything else. */
export function readSignedValues(bytes: Buffer): SignedValues | undefined {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  const members = Object.entries(json);
  if (members.length > NAMES) return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of members) {
    if (typeof value !== 'string' || !name.toLowerCase().startsWith(PREFIX)) return undefined;
    values.set(name.slice(PREFIX.length), value);
  }
  return values;
}

/**
 * Whether every signed value is what its own header says, names compared without regard to case. A header that is not there
 * contradicts nothing: it is never read. Names that differ in case only are one header, and the gateway has joined them.
 */
export function agreesWithHeaders(values: SignedValues, headers: Headers): boolean {
  const count = new Map<string, number>();
  for (const name of values.keys()) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) ?? 0) + 1);
  return [...values].every(([name, value]) => {
    const header = headers[PREFIX + name.toLowerCase()];
    if (header === undefined || count.get(name.toLowerCase()) !== 1) return true;
    const asked = value.trim();
    return header.trim() === asked || Buffer.from(header, 'latin1').toString('utf8').trim() === asked;
  });
}

/**
 * One parameter. The exact name is taken before one that differs in case: a client keeps every header that it ever sent, and an
 * operation's own spelling is the one that it wrote last.
 */
export function parameterOf(values: SignedValues, ...names: readonly string[]): string | undefined {
  for (const name of names) if (values.has(name)) return values.get(name);
  const wanted = names.map((name) => name.toLowerCase());
  return [...values].find(([name]) => wanted.includes(name.toLowerCase()))?.[1];
}
