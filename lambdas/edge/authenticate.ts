import { decodeProtectedHeader, errors, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { isOver } from '../../core/contract/claimPeriod.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Clock, Directory } from '../../core/contract/ports.ts';
import type { KeyClaim, SystemRecord } from '../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../core/contract/refusals.ts';

/** Signature algorithms of client tokens (RFC 7518 section 3.1, RFC 8037); the key fixes which of them can hold. */
const ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'RS256'];
const TOKEN_CHARS = 4096;
const KEYS = 1000;

export interface AuthenticatePorts {
  readonly axis: string;
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'key' | 'system'>;
}

type Key = Awaited<ReturnType<typeof importJWK>>;

/** Checks a system's own short-lived JWT (RFC 7523 section 3): key, issuer, audience, life. */
export class Authenticator {
  readonly #ports: AuthenticatePorts;
  readonly #keys = new Map<string, { readonly claim: string; readonly key: Key }>();

  constructor(ports: AuthenticatePorts) {
    this.#ports = ports;
  }

  async authenticate(authorization: string | undefined): Promise<Outcome<SystemRecord>> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (authorization === undefined || authorization === '') return refuse('authentication-required');
    if (token === undefined || token.length > TOKEN_CHARS) return invalid('it is not a bearer JWT');
    const kid = keyIdOf(token);
    const claim = kid === undefined ? undefined : await this.#ports.directory.key(kid);
    if (!claim) return invalid('no system has registered its key');
    if (isOver(claim, this.#ports.clock.now())) return invalid('its key was retired');
    const payload = await this.#verify(token, claim);
    if (!payload.ok) return payload;
    if (payload.value.iss !== claim.system) return invalid('the issuer is not the system that registered the key');
    const system = await this.#ports.directory.system(claim.system);
    if (!system) return invalid('no system has registered its key');
    return system.status === 'active' ? accept(system) : refuse('system-suspended', { system: system.systemId });
  }

  async #verify(token: string, claim: KeyClaim): Promise<Outcome<JWTPayload>> {
    const currentDate = new Date(this.#ports.clock.now());
    try {
      const { payload } = await jwtVerify(token, await this.#keyOf(claim), {
        algorithms: ALGORITHMS,
        audience: this.#ports.axis,
        clockTolerance: LIMITS.clockSkewSeconds,
        currentDate,
        requiredClaims: ['iss', 'aud', 'exp', 'iat'],
      });
      const { exp = 0, iat = 0 } = payload;
      if (exp - iat > LIMITS.tokenSeconds) return invalid(`it lives longer than ${LIMITS.tokenSeconds} s`);
      if (iat > currentDate.getTime() / 1000 + LIMITS.clockSkewSeconds) return expired(currentDate);
      return accept(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return expired(currentDate);
      if (error instanceof errors.JWTClaimValidationFailed) return invalid(`its claim ${error.claim} does not fit`);
      if (error instanceof errors.JOSEError || error instanceof TypeError)
        return invalid('its signature does not hold');
      throw error;
    }
  }

  async #keyOf(claim: KeyClaim): Promise<Key> {
    const text = JSON.stringify(claim.jwk);
    const known = this.#keys.get(claim.kid);
    if (known?.claim === text) return known.key;
    const key = await importJWK({ ...claim.jwk }, algorithmOf(claim.jwk));
    if (this.#keys.size >= KEYS) this.#keys.clear();
    this.#keys.set(claim.kid, { claim: text, key });
    return key;
  }
}

/** The algorithm follows from the registered key, never from the token. RSA keys are taken for RS256. */
const algorithmOf = ({ kty, crv }: Readonly<Record<string, string>>): string =>
  kty === 'RSA' ? 'RS256' : kty === 'OKP' ? 'EdDSA' : crv === 'P-384' ? 'ES384' : 'ES256';

const invalid = (reason: string) => refuse('token-invalid', { reason });
const expired = (now: Date) => refuse('token-expired', { now: now.toISOString(), seconds: LIMITS.tokenSeconds });

function keyIdOf(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === 'string' && /^[\w.~-]{8,64}$/.test(kid) ? kid : undefined;
  } catch {
    return undefined;
  }
}
