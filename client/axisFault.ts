/**
 * `unreachable`: no answer came. `fault`: the axis failed (5xx) or the gateway turned the call away (429).
 * `unexpected`: an answer outside the contract. `mismatch`: content that is not what the axis promised.
 */
export type AxisFaultKind = 'unreachable' | 'fault' | 'unexpected' | 'mismatch';

/**
 * Something failed that nobody decided: after the retries, or where a retry cannot help. Sending the same request later is safe.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, AxisFault, readProfile } from 'docaxis-client';
 *
 * const client = AxisClient.of(readProfile(await readFile('profile.json', 'utf8')));
 * try {
 *   await client.health();
 * } catch (error) {
 *   if (!(error instanceof AxisFault)) throw error;
 *   console.error(error.kind, error.status, error.instance);
 * }
 */
export class AxisFault extends Error {
  override readonly name = 'AxisFault';
  readonly kind: AxisFaultKind;
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** Correlation id, if the axis gave one. */
  readonly instance: string | undefined;

  constructor(
    kind: AxisFaultKind,
    message: string,
    more: { readonly status?: number; readonly instance?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.kind = kind;
    this.status = more.status;
    this.instance = more.instance;
  }
}
