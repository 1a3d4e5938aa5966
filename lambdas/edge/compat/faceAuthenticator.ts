import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { liveSecrets } from '../../../core/administer/liveSecrets.ts';
import { isInForce } from '../../../core/contract/claimPeriod.ts';
import { isSystemId } from '../../../core/contract/ids.ts';
import type { Clock, Directory, SecretOpener } from '../../../core/contract/ports.ts';
import type { SystemRecord } from '../../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../../core/contract/refusals.ts';
import {
  agreesWithHeaders,
  type Headers,
  readSignedValues,
  type SignedText,
  type SignedValues,
  signedTextOf,
  signedUnder,
} from './signedHeaders.ts';

export interface FaceAuthenticatorPorts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'system'>;
  readonly secrets: SecretOpener;
}

export interface SignedCall {
  readonly caller: SystemRecord;
  readonly values: SignedValues;
}

/** Nobody's secret: an unknown system is compared with it, so that its refusal takes as long as any other. */
const NOBODYS = randomBytes(32).toString('base64url');
const DENIED = refuse('credentials-invalid');

/**
 * Who calls a compatibility face, by the secret that the system shares with the axis. There is no window of time and no memory of
 * signatures: the SDK signs the time at which its process began, and every poll with the same bytes. What a repeated call could
 * do is harmless, because every operation is.
 */
export class FaceAuthenticator {
  readonly #ports: FaceAuthenticatorPorts;

  constructor(ports: FaceAuthenticatorPorts) {
    this.#ports = ports;
  }

  /** The SDK's way: an HMAC over the header that carries all parameters. */
  async signed(headers: Headers): Promise<Outcome<SignedCall>> {
    const signed = signedTextOf(headers);
    if (!signed) return DENIED;
    const system = await this.#systemOf(claimedSystem(signed));
    const bytes = (await this.#secretsOf(system)).map((secret) => signedUnder(signed, secret)).find((found) => found);
    const values = bytes && readSignedValues(bytes);
    if (!system || !values || values.get('systemid') !== system.systemId || !agreesWithHeaders(values, headers))
      return DENIED;
    return this.#active(system, { caller: system, values });
  }

  /** The provincial way: id and secret in headers of their own. */
  async keyed(headers: Headers): Promise<Outcome<{ readonly caller: SystemRecord }>> {
    const given = headers['x-secretkey'] ?? '';
    const system = await this.#systemOf(headers['x-systemid']);
    const known = (await this.#secretsOf(system)).filter((secret) => sameText(secret, given));
    return system && known.length > 0 ? this.#active(system, { caller: system }) : DENIED;
  }

  async #systemOf(claimed: string | undefined): Promise<SystemRecord | undefined> {
    return claimed !== undefined && isSystemId(claimed) ? this.#ports.directory.system(claimed) : undefined;
  }

  async #secretsOf(system: SystemRecord | undefined): Promise<readonly string[]> {
    if (!system) return [NOBODYS];
    const now = this.#ports.clock.now();
    const live = liveSecrets(system, now).filter((secret) => isInForce(secret, now));
    return Promise.all(live.map(({ ciphertext }) => this.#ports.secrets.open(system.systemId, ciphertext)));
  }

  /** Only who holds the secret learns that the system is suspended. */
  #active<T>(system: SystemRecord, call: T): Outcome<T> {
    return system.status === 'active' ? accept(call) : refuse('system-suspended', { system: system.systemId });
  }
}

/** The id that selects the secret; it is believed only once the HMAC under that secret holds. */
function claimedSystem({ readings }: SignedText): string | undefined {
  return readings.map((bytes) => readSignedValues(bytes)?.get('systemid')).find((id) => id !== undefined);
}

/** In constant time, whatever the lengths. */
function sameText(one: string, other: string): boolean {
  const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digestOf(one), digestOf(other));
}
