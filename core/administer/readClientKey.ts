import { createPublicKey } from 'node:crypto';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';

/** Members that a public JWK may have, by key type (RFC 7518 section 6, RFC 8037). Private members are refused by name. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['kty', 'crv', 'x', 'y'],
  RSA: ['kty', 'n', 'e'],
  OKP: ['kty', 'crv', 'x'],
};
const HINTS = ['kid', 'alg', 'use', 'key_ops', 'ext'];
const CURVES = ['P-256', 'P-384', 'Ed25519'];
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];
const KID = /^[A-Za-z0-9._~-]{8,64}$/;
const RSA_BITS = 2048;

export interface ClientKey {
  readonly kid: string;
  readonly jwk: Readonly<Record<string, string>>;
}

/** Reads a client's public key: only what the key type needs is kept, and node:crypto must take it. */
export function readClientKey(given: Readonly<Record<string, unknown>>): Outcome<ClientKey> {
  const unusable = (problem: string) => refuse('key-unusable', { problem });
  if (PRIVATE.some((name) => name in given))
    return unusable('it is a private key; keep it secret and send only its public part');
  const { kid, kty, crv } = given;
  const members = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined;
  if (!members) return unusable('kty must be EC, RSA or OKP');
  if (typeof kid !== 'string' || !KID.test(kid))
    return unusable('kid must have 8 to 64 letters, digits, dots, hyphens or underscores');
  if (kty !== 'RSA' && !(typeof crv === 'string' && CURVES.includes(crv)))
    return unusable(`crv must be ${CURVES.join(', ')}`);
  const foreign = Object.keys(given).filter((name) => !members.includes(name) && !HINTS.includes(name));
  if (foreign.length > 0) return unusable(`unknown members ${foreign.join(', ')}`);
  const jwk: Record<string, string> = {};
  for (const name of members) {
    const value = given[name];
    if (typeof value !== 'string') return unusable(`${name} is missing`);
    jwk[name] = value;
  }
  return loads(jwk) ? accept({ kid, jwk }) : unusable(`it cannot be read, or has fewer than ${RSA_BITS} bits`);
}

function loads(jwk: Record<string, string>): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS;
  } catch {
    return false;
  }
}
