import { importJWK, SignJWT } from 'jose';
import { LIMITS } from '../core/contract/limits.ts';

/** A system's private key: P-256 JWK (RFC 7517) with the `kid` under which the axis knows it. */
export interface SystemKey {
  readonly kid: string;
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
}

export interface BearerTokenOptions {
  /** Id of the axis: the token is worth nothing elsewhere. */
  readonly audience: string;
  readonly system: string;
  readonly key: SystemKey;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const RENEW_BEFORE_MS = 30_000;

/** Signs the short-lived tokens with which a system shows who it is (RFC 7523), and keeps one while it is fresh. */
export class BearerTokens {
  readonly #options: BearerTokenOptions;
  #ahead = 0;
  #current: { readonly token: Promise<string>; readonly renewAt: number } | undefined;

  constructor(options: BearerTokenOptions) {
    if (options.key.kty !== 'EC' || options.key.crv !== 'P-256' || typeof options.key.d !== 'string') {
      throw new TypeError('a system key is a private P-256 JWK');
    }
    this.#options = options;
  }

  /** A token that is good for at least half a minute. */
  token(): Promise<string> {
    const now = this.axisNow();
    if (this.#current === undefined || now >= this.#current.renewAt) {
      const renewAt = now + LIMITS.tokenSeconds * 1000 - RENEW_BEFORE_MS;
      this.#current = { token: this.#sign(Math.floor(now / 1000)), renewAt };
    }
    return this.#current.token;
  }

  /** The next token is a new one: the axis does not take the one at hand. */
  renew(): void {
    this.#current = undefined;
  }

  /** What the clock of the axis shows, as far as it is known; milliseconds since the epoch. */
  axisNow(): number {
    return this.#options.now() + this.#ahead;
  }

  /** From now on tokens are dated by the axis's clock, which says that it is `axisNow` (milliseconds since the epoch). */
  followClock(axisNow: number): void {
    this.#ahead = axisNow - this.#options.now();
    this.#current = undefined;
  }

  async #sign(issuedAt: number): Promise<string> {
    const { audience, system, key } = this.#options;
    const privateKey = await importJWK({ ...key, alg: 'ES256' }, 'ES256');
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'JWT' })
      .setIssuer(system)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIMITS.tokenSeconds)
      .setJti(crypto.randomUUID())
      .sign(privateKey);
  }
}
