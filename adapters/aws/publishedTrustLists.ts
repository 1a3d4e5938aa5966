import { sha256Of, trustKeyOf } from '../../core/contract/derivedIds.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Directory, Objects, TrustLists } from '../../core/contract/ports.ts';
import type { TrustRecord } from '../../core/contract/records.ts';
import { type PublishedTrust, TRUST_LIST } from '../../core/contract/trustList.ts';

/**
 * The trust list as a function sees it. Which one is in force is asked of the directory, and so believed for at most
 * `LIMITS.registryCacheSeconds`; the document itself is read once, and again only when another one is in force.
 */
export class PublishedTrustLists implements TrustLists {
  readonly #directory: Pick<Directory, 'trust'>;
  readonly #objects: Pick<Objects, 'read'>;
  #last: { readonly sha256: string; readonly version: number; readonly read: Promise<PublishedTrust> } | undefined;

  constructor(directory: Pick<Directory, 'trust'>, objects: Pick<Objects, 'read'>) {
    this.#directory = directory;
    this.#objects = objects;
  }

  /** @throws Error when the document in force is not there or not the one that was published: then nothing is believed. */
  async current(): Promise<PublishedTrust | undefined> {
    const record = await this.#directory.trust();
    if (record === undefined) return undefined;
    const { sha256, version } = record;
    if (this.#last?.sha256 !== sha256 || this.#last.version !== version) {
      const read = this.#read(record);
      const last = { sha256, version, read };
      this.#last = last;
      read.catch(() => {
        if (this.#last === last) this.#last = undefined;
      });
    }
    return this.#last.read;
  }

  async #read({ version, sha256 }: TrustRecord): Promise<PublishedTrust> {
    const key = trustKeyOf(version, sha256);
    const bytes = await this.#objects.read(key, LIMITS.trust.bytes);
    if (bytes === undefined || sha256Of(bytes) !== sha256) throw new Error(`${key} is not the list that was published`);
    return { version, sha256, list: TRUST_LIST.parse(JSON.parse(bytes.toString('utf8'))) };
  }
}
