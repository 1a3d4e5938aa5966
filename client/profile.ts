import * as z from 'zod/mini';
import { readMembers } from './readMembers.ts';

/** Longest profile read, in bytes. */
export const PROFILE_BYTES = 256 * 1024;

const text = z.string().check(z.minLength(1), z.maxLength(500));
const pem = z.string().check(z.minLength(64), z.maxLength(16_384));
const code = z.string().check(z.minLength(3), z.maxLength(35));

const KEY = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), kid: text, x: text, y: text, d: text });

/** An agency that the system serves, with what signs its documents. */
const AGENCY = z.strictObject({
  code,
  name: text,
  /** PKCS #8, PEM; absent where documents are signed elsewhere. */
  signingKey: z.optional(pem),
  /** PEM, the signer's certificate first, without the root. */
  certificates: z.optional(z.array(pem).check(z.maxLength(6))),
});

/**
 * Everything that one system needs to talk to one axis, in one file. It holds private keys: mode 0600.
 */
export const PROFILE = z.strictObject({
  version: z.literal(1),
  kind: z.literal('system'),
  /** Where the axis is. */
  url: text,
  /** The axis's id: the audience of the tokens. */
  axis: text,
  /** The system's id, and its name for people. */
  system: text,
  name: text,
  language: z.optional(z.enum(['en', 'vi'])),
  /** Private P-256 JWK with its `kid`. */
  key: KEY,
  /** The key that is to follow, until the operator has registered it. */
  nextKey: z.optional(KEY),
  agencies: z.array(AGENCY).check(z.maxLength(1000)),
  /** Certificates that documents are verified against, PEM. */
  trust: z.strictObject({
    anchors: z.array(pem).check(z.maxLength(64)),
    intermediates: z.array(pem).check(z.maxLength(64)),
    /** Authorities whose time-stamps count. */
    timeStamps: z.optional(z.array(pem).check(z.maxLength(64))),
  }),
  /** The axis's public key for receipts, JWK, kept from the day of connection. */
  receiptIssuer: z.record(z.string(), z.unknown()),
});

/** What one system needs to talk to one axis: its key, its agencies' signing keys, and whom it trusts. */
export type Profile = z.infer<typeof PROFILE>;

/**
 * Reads a profile from the text of its file.
 *
 * @throws TypeError naming the members that are wrong; never their values, which may be keys.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { readProfile } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * console.log(profile.system, 'at', profile.url);
 */
export function readProfile(json: string): Profile {
  return readMembers(PROFILE, json);
}
