import { createPublicKey, verify } from 'node:crypto';
import { LIMITS } from '../../core/contract/limits.ts';
import type { RefusalCode, RefusalParameters } from '../../core/contract/refusals.ts';
import { publicPart } from '../makeKeys.ts';
import type { Profile } from '../profile.ts';
import { readJson } from './kitReply.ts';

/** Why a token does not count. */
export interface TokenRefusal {
  readonly code: RefusalCode;
  readonly parameters: RefusalParameters;
}

export interface KitTokenOptions {
  readonly profile: Pick<Profile, 'system' | 'key'>;
  /** The kit's axis id: a token for the real axis is worth nothing here, and the other way round. */
  readonly axis: string;
  readonly now: () => number;
  /** Every token that is seen first is over, and so is whatever was signed before it was. */
  readonly firstIsOver: boolean;
}

/**
 * Checks the client's tokens as the axis does (RFC 7523), by the public part of the profile's key. Without a library: what agencies
 * install brings one that signs, and no other.
 */
export class KitTokens {
  readonly #options: KitTokenOptions;
  #first: string | undefined;

  constructor(options: KitTokenOptions) {
    this.#options = options;
  }

  /** Undefined when the token counts. */
  refusalOf(token: string | undefined): TokenRefusal | undefined {
    if (token === undefined) return { code: 'authentication-required', parameters: {} };
    const reason = this.#wrong(token);
    if (reason !== undefined) return { code: 'token-invalid', parameters: { reason } };
    this.#first ??= token;
    const isOver = this.#isOver(token) || (this.#options.firstIsOver && token === this.#first);
    const parameters = { now: new Date(this.#options.now()).toISOString(), seconds: LIMITS.tokenSeconds };
    return isOver ? { code: 'token-expired', parameters } : undefined;
  }

  #wrong(token: string): string | undefined {
    const { profile, axis } = this.#options;
    const { alg, kid } = partOf(token, 0);
    const { iss, aud, iat, exp } = partOf(token, 1);
    if (alg !== 'ES256') return 'the algorithm is not ES256';
    if (kid !== profile.key.kid) return 'no system has registered its key';
    if (!isSigned(token, profile)) return 'its signature does not hold';
    if (iss !== profile.system) return 'the issuer is not the system that registered the key';
    if (aud !== axis && !(Array.isArray(aud) && aud.includes(axis))) return 'the audience is another axis';
    if (typeof iat !== 'number' || typeof exp !== 'number') return 'it has no iat or no exp';
    return exp - iat > LIMITS.tokenSeconds ? `it lives longer than ${LIMITS.tokenSeconds} s` : undefined;
  }

  #isOver(token: string): boolean {
    const { iat, exp } = partOf(token, 1);
    const now = this.#options.now() / 1000;
    return Number(exp) < now - LIMITS.clockSkewSeconds || Number(iat) > now + LIMITS.clockSkewSeconds;
  }
}

const partOf = (token: string, index: number): Readonly<Record<string, unknown>> =>
  readJson(Buffer.from(token.split('.')[index] ?? '', 'base64url'));

function isSigned(token: string, { key }: KitTokenOptions['profile']): boolean {
  const [header, claims, signature = '', ...more] = token.split('.');
  const publicKey = createPublicKey({ key: publicPart(key), format: 'jwk' });
  const bytes = Buffer.from(signature, 'base64url');
  const input = Buffer.from(`${header}.${claims}`);
  return more.length === 0 && verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
}
