import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import type { Credentials, Principal } from '../../contract/principal.ts';
import { refuseUnknownStatements } from '../iam/parsePolicy.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Sessions kept at once; the oldest go first, long before memory does. */
const SESSIONS_AT_MOST = 100_000;

/** An access key that is known here. */
export interface KnownKey {
  readonly principal: Principal;
  readonly credentials: Credentials;
}

/** Who holds which access key. */
export interface CredentialRegistry {
  issue(principal: Principal, options?: { expiresAt?: number }): Credentials;
  revoke(accessKeyId: string): void;
  find(accessKeyId: string): KnownKey | undefined;
}

/** Keys without an end are derived from `secret`, so that they outlive a restart; sessions are random and do not. */
export function createCredentialRegistry(secret: Buffer, clock: Clock): CredentialRegistry {
  const known = new Map<string, KnownKey>();

  return {
    issue(principal, options = {}) {
      refuseUnknownStatements(principal);
      const credentials =
        options.expiresAt === undefined ? derive(secret, principal.arn) : newSession(options.expiresAt);
      if (known.size >= SESSIONS_AT_MOST) dropEndedSessions(known, clock.now());
      known.set(credentials.accessKeyId, { principal, credentials });
      return credentials;
    },
    revoke(accessKeyId) {
      known.delete(accessKeyId);
    },
    find: (accessKeyId) => known.get(accessKeyId),
  };
}

function derive(secret: Buffer, arn: string): Credentials {
  const mac = (purpose: string) => createHmac('sha256', secret).update(`${purpose}\n${arn}`).digest();
  return {
    accessKeyId: `AKIA${base32(mac('access key')).slice(0, 16)}`,
    secretAccessKey: mac('secret key').toString('base64').slice(0, 40),
  };
}

function newSession(expiresAt: number): Credentials {
  return {
    accessKeyId: `ASIA${base32(randomBytes(16))}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(48).toString('base64'),
    expiresAt,
  };
}

function base32(bytes: Buffer): string {
  return Array.from(bytes.subarray(0, 16), (byte) => BASE32[byte % BASE32.length]).join('');
}

function dropEndedSessions(known: Map<string, KnownKey>, now: number): void {
  let oldestSession: string | undefined;
  for (const [accessKeyId, { credentials }] of known) {
    if (credentials.expiresAt === undefined) continue;
    if (credentials.expiresAt <= now) known.delete(accessKeyId);
    else oldestSession ??= accessKeyId;
  }
  if (known.size >= SESSIONS_AT_MOST && oldestSession !== undefined) known.delete(oldestSession);
}
