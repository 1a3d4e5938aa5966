import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import type { Profile } from './profile.ts';

type SystemKeyJwk = Profile['key'];

/** A new key of a system: private P-256 JWK whose `kid` is its thumbprint (RFC 7638), so that no two keys share one. */
export async function makeSystemKey(): Promise<SystemKeyJwk> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const key = { kty: 'EC', crv: 'P-256', x, y } as const;
  return { ...key, d, kid: await calculateJwkThumbprint(key) };
}

/** What others may know of a system's key: what the operator registers. */
export function publicPart({ kty, crv, x, y, kid }: SystemKeyJwk): Readonly<Record<string, string>> {
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

/** A new key of an agency for its documents: P-256, PKCS #8, PEM. */
export function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}
