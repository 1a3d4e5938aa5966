import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isInForce, isOver } from '../../core/contract/claimPeriod.ts';
import type { AgencyId, SystemId, Thumbprint } from '../../core/contract/ids.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { PauseRecord, PauseSign } from '../../core/contract/pause.ts';
import type { Clock, Directory } from '../../core/contract/ports.ts';
import type {
  AgencyRecord,
  CertificateClaim,
  CodeClaim,
  KeyClaim,
  SystemRecord,
  TrustRecord,
} from '../../core/contract/records.ts';
import { batchGet, GET_AT_ONCE } from './batchGet.ts';
import { fromItem, type Item } from './item.ts';
import { registryKey } from './registryTable.ts';

const ENTRIES = 10_000;

/**
 * The registry as a function sees it: each item is believed for at most `LIMITS.registryCacheSeconds`, so a
 * suspension takes effect within them. Unknown keys are not remembered: what was registered just now works at once.
 */
export class CachedDirectory implements Directory, PauseSign {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;
  readonly #heeds: 'pause' | undefined;
  #pause: { readonly record: PauseRecord | undefined; readonly until: number } | undefined;
  readonly #cache = new Map<string, { readonly item: Item; readonly until: number }>();

  /** What `heeds` a pause looks for it with every other read: that is never a call more, and never older than they are. */
  constructor(client: DynamoDBClient, table: string, clock: Clock, heeds?: 'pause') {
    this.#heeds = heeds;
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  system(id: SystemId): Promise<SystemRecord | undefined> {
    return this.#one(registryKey.system(id));
  }

  key(kid: string): Promise<KeyClaim | undefined> {
    return this.#one(registryKey.key(kid));
  }

  agency(id: AgencyId): Promise<AgencyRecord | undefined> {
    return this.#one(registryKey.agency(id));
  }

  certificate(thumbprint: Thumbprint): Promise<CertificateClaim | undefined> {
    return this.#one(registryKey.certificate(thumbprint));
  }

  trust(): Promise<TrustRecord | undefined> {
    return this.#one(registryKey.trust());
  }

  async pause(): Promise<PauseRecord | undefined> {
    const known = this.#pause;
    if (known && known.until > this.#clock.now()) return known.record;
    await this.#read([registryKey.pause()], this.#clock.now());
    return this.#pause?.record;
  }

  async agencyByCode(code: string): Promise<AgencyRecord | undefined> {
    const [agency] = await this.agenciesByCode([code]);
    return agency;
  }

  async codeHolder(code: string): Promise<AgencyId | undefined> {
    const [holder] = await this.codeHolders([code]);
    return holder;
  }

  async codeHolders(codes: readonly string[]): Promise<readonly (AgencyId | undefined)[]> {
    const now = this.#clock.now();
    const items = await this.#many(codes.map(registryKey.code));
    const claims = items.map((item) => item && fromItem<CodeClaim>(item));
    return claims.map((claim) => (claim && !isOver(claim, now) ? claim.agencyId : undefined));
  }

  async agenciesByCode(codes: readonly string[]): Promise<readonly (AgencyRecord | undefined)[]> {
    const now = this.#clock.now();
    const claims = await this.#many(codes.map(registryKey.code));
    let found = await this.agencies(
      claims.map((item) => {
        const claim = item && fromItem<CodeClaim>(item);
        return claim && isInForce(claim, now) ? claim.agencyId : undefined;
      }),
    );
    // All codes take each merger together; a chain longer than the bound leads nowhere.
    for (let hop = 0; found.some((agency) => agency?.successor); hop++) {
      const heirs = found.map((agency) => agency?.successor);
      const followed = hop < LIMITS.successors ? await this.agencies(heirs) : [];
      found = found.map((agency, index) => (agency?.successor ? followed[index] : agency));
    }
    return found.map((agency) => (agency?.closedAt === undefined ? agency : undefined));
  }

  async agencies(ids: readonly (AgencyId | undefined)[]): Promise<readonly (AgencyRecord | undefined)[]> {
    const items = await this.#many(ids.filter((id) => id !== undefined).map(registryKey.agency));
    const rest = [...items];
    return ids.map((id) => {
      const item = id === undefined ? undefined : rest.shift();
      return item ? fromItem<AgencyRecord>(item) : undefined;
    });
  }

  async #one<T>(key: string): Promise<T | undefined> {
    const [item] = await this.#many([key]);
    return item ? fromItem<T>(item) : undefined;
  }

  async #many(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    const now = this.#clock.now();
    const fresh = (key: string) => {
      const entry = this.#cache.get(key);
      return entry && entry.until > now ? entry.item : undefined;
    };
    const missing = keys.filter((key) => fresh(key) === undefined);
    if (missing.length > 0) {
      const read = await this.#read(missing, now);
      return keys.map((key) => read.get(key) ?? fresh(key));
    }
    return keys.map(fresh);
  }

  async #read(keys: readonly string[], now: number): Promise<ReadonlyMap<string, Item>> {
    const sign = registryKey.pause();
    // A call takes so many keys; the sign must not be the one that needs another call.
    const looks = this.#heeds !== undefined && keys.length % GET_AT_ONCE !== 0;
    const read = await batchGet(this.#client, this.#table, looks ? [...keys, sign] : keys);
    if (this.#cache.size + read.size > ENTRIES) this.#cache.clear();
    const until = now + LIMITS.registryCacheSeconds * 1000;
    for (const [key, item] of read) this.#cache.set(key, { item, until });
    if (looks || keys.includes(sign)) {
      const item = read.get(sign);
      this.#pause = { record: item && fromItem<PauseRecord>(item), until };
    }
    return read;
  }
}
