import { gzipSync } from 'node:zlib';
import { sha256Of } from '../../core/contract/derivedIds.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Objects } from '../../core/contract/ports.ts';
import type { PresignedLinks } from './presignedLinks.ts';

/**
 * Answers that are too large for a function, in the bucket whose objects are gone after a day. Each is written once, under the
 * digest of its bytes. Links to them hold whatever further headers a client sends along: only the host is signed.
 */
export class ReadyAnswers {
  readonly #objects: Pick<Objects, 'putOnce'>;
  readonly #links: PresignedLinks;

  constructor(objects: Pick<Objects, 'putOnce'>, links: PresignedLinks) {
    this.#objects = objects;
    this.#links = links;
  }

  /** The link to a JSON text, which lives `LIMITS.linkSeconds`. */
  async keep(json: string, packed: boolean): Promise<string> {
    const bytes = packed ? gzipSync(json, { level: 1 }) : Buffer.from(json);
    const sha256 = sha256Of(bytes);
    const key = `answers/${sha256}`;
    if ((await this.#objects.putOnce(key, bytes, { sha256 })) === 'different')
      throw new Error(`object ${key} holds other bytes than its name says`);
    const query = {
      'response-content-type': 'application/json',
      ...(packed ? { 'response-content-encoding': 'gzip' } : {}),
    };
    return this.#links.sign({ method: 'GET', key, query }, LIMITS.linkSeconds);
  }
}
