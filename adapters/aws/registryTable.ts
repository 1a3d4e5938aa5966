import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../core/contract/environment.ts';
import type { AgencyId, SystemId, Thumbprint } from '../../core/contract/ids.ts';
import type { ServedCount } from '../../core/contract/mailbox.ts';
import type { DirectorySearch, Page, PageRequest, RegistryWrites } from '../../core/contract/ports.ts';
import type {
  AgencyRecord,
  CertificateClaim,
  CodeClaim,
  KeyClaim,
  SystemRecord,
  TrustRecord,
} from '../../core/contract/records.ts';
import { nameKeyOf } from '../../core/view/nameKey.ts';
import { batchGet } from './batchGet.ts';
import { ownCursor } from './dispatchTable.ts';
import { conditionally, fromItem, toCursor, toItem, toValues } from './item.ts';

/** Partition keys of the `registry` table: one item each, claims beside the records that they are the truth for. */
export const registryKey = {
  agency: (id: AgencyId) => `agency#${id}`,
  system: (id: SystemId) => `system#${id}`,
  code: (code: string) => `code#${code}`,
  key: (kid: string) => `key#${kid}`,
  certificate: (thumbprint: Thumbprint) => `certificate#${thumbprint}`,
  trust: () => 'trust#current',
  pause: () => 'pause#current',
  snapshot: () => 'snapshot#current',
  revocation: () => 'revocation#current',
  webhook: (system: SystemId) => `webhook#${system}`,
} as const;

const DIRECTORY = 'agencies';
/** Value of `expiryList`. */
export const CERTIFICATES = 'certificates';
/** The registry's conditional writes and its searches. */
export class RegistryTable implements RegistryWrites, DirectorySearch, ServedCount {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  claimCode(claim: CodeClaim, now: number): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...claim, id: registryKey.code(claim.code) }),
          // A code that is over goes to who asks for a period after it.
          ConditionExpression: 'attribute_not_exists(id) OR agencyId = :owner OR (#until <= :now AND #until <= :from)',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: toValues({ owner: claim.agencyId, now, from: claim.from }),
        }),
      ),
    );
  }

  claimKey(claim: KeyClaim): Promise<boolean> {
    // A key id names one key for good: another key under it would count without a trace in the system's history.
    return this.#claim(registryKey.key(claim.kid), claim, [
      ['system', claim.system],
      ...Object.entries(claim.jwk).map(([name, value]) => [`jwk.#${name}`, value] as const),
    ]);
  }

  claimCertificate(claim: CertificateClaim): Promise<boolean> {
    const item = { ...claim, ...inExpiryList(claim) };
    return this.#claim(registryKey.certificate(claim.thumbprint), item, [['agencyId', claim.agencyId]]);
  }

  retireKey(claim: KeyClaim & { readonly until: number }, now: number): Promise<boolean> {
    const by = { owner: 'system', value: claim.system, now };
    return this.#retire({ ...claim, id: registryKey.key(claim.kid) }, by);
  }

  retireCertificate(claim: CertificateClaim & { readonly until: number }, now: number): Promise<boolean> {
    const by = { owner: 'agencyId', value: claim.agencyId, now };
    // It ends by somebody's will: nobody needs to hear that it expires.
    const item = { ...claim, expiryList: undefined, expiryKey: undefined };
    return this.#retire({ ...item, id: registryKey.certificate(claim.thumbprint) }, by);
  }

  #retire(item: object, by: { owner: string; value: string; now: number }): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem(item),
          ConditionExpression: '#owner = :owner AND (attribute_not_exists(#until) OR #until > :now)',
          ExpressionAttributeNames: { '#owner': by.owner, '#until': 'until' },
          ExpressionAttributeValues: toValues({ owner: by.value, now: by.now }),
        }),
      ),
    );
  }

  /** Repeating one's own claim, the same in these members, succeeds: a crash between claim and record heals by doing it again. */
  #claim(id: string, claim: object, same: readonly (readonly [path: string, value: string])[]): Promise<boolean> {
    const names = same.flatMap(([path]) => path.split('.#'));
    const own = same.map(([path], index) => `#${path} = :own${index}`);
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem({ ...claim, id }),
          ConditionExpression: `attribute_not_exists(id) OR (${own.join(' AND ')} AND attribute_not_exists(#until))`,
          ExpressionAttributeNames: Object.fromEntries(['until', ...names].map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: toValues(
            Object.fromEntries(same.map(([, value], index) => [`own${index}`, value])),
          ),
        }),
      ),
    );
  }

  putSystem(system: SystemRecord): Promise<boolean> {
    return this.#putNew({ ...system, id: registryKey.system(system.systemId) });
  }

  putAgency(agency: AgencyRecord): Promise<boolean> {
    return this.#putNew(agencyItem(agency));
  }

  #putNew(item: object): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem(item),
          ConditionExpression: 'attribute_not_exists(id)',
        }),
      ),
    );
  }

  replaceSystem(system: SystemRecord): Promise<boolean> {
    return this.#replace({ ...system, id: registryKey.system(system.systemId) }, 'revision', system.revision - 1);
  }

  replaceAgency(agency: AgencyRecord): Promise<boolean> {
    return this.#replace(agencyItem(agency), 'revision', agency.revision - 1);
  }

  replaceTrust(trust: TrustRecord): Promise<boolean> {
    const item = { ...trust, id: registryKey.trust() };
    return trust.version === 1 ? this.#putNew(item) : this.#replace(item, 'version', trust.version - 1);
  }

  #replace(item: object, counter: 'revision' | 'version', before: number): Promise<boolean> {
    return conditionally(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem(item),
          ConditionExpression: '#counter = :before',
          ExpressionAttributeNames: { '#counter': counter },
          ExpressionAttributeValues: toValues({ before }),
        }),
      ),
    );
  }

  byCode(prefix: string, page: PageRequest): Promise<Page<AgencyRecord>> {
    return this.#search({ index: INDEXES.codes, hash: ['directory', DIRECTORY], range: ['codeKey', prefix], page });
  }

  byName(prefix: string, page: PageRequest): Promise<Page<AgencyRecord>> {
    return this.#search({ index: INDEXES.names, hash: ['directory', DIRECTORY], range: ['nameKey', prefix], page });
  }

  childrenOf(code: string, page: PageRequest): Promise<Page<AgencyRecord>> {
    return this.#search({ index: INDEXES.children, hash: ['parentCode', code], range: ['codeKey', ''], page });
  }

  servedBy(system: SystemId, page: PageRequest): Promise<Page<AgencyRecord>> {
    return this.#search({ index: INDEXES.served, hash: ['servedBy', system], range: ['codeKey', ''], page });
  }

  countServed(system: SystemId): Promise<number> {
    return this.#countUnder(system);
  }

  countClosed(system: SystemId): Promise<number> {
    return this.#countUnder(closedOf(system));
  }

  async #countUnder(servedBy: string): Promise<number> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: INDEXES.served,
        KeyConditionExpression: 'servedBy = :servedBy',
        ExpressionAttributeValues: toValues({ servedBy }),
        Select: 'COUNT',
      }),
    );
    return answer.Count ?? 0;
  }

  async #search(query: {
    index: string;
    hash: readonly [name: string, value: string];
    range: readonly [name: string, prefix: string];
    page: PageRequest;
  }): Promise<Page<AgencyRecord>> {
    const [hashName, hashValue] = query.hash;
    const [rangeName, prefix] = query.range;
    const prefixed = prefix !== '';
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: query.index,
        KeyConditionExpression: `#hash = :hash${prefixed ? ' AND begins_with(#range, :prefix)' : ''}`,
        ExpressionAttributeNames: { '#hash': hashName, ...(prefixed ? { '#range': rangeName } : {}) },
        ExpressionAttributeValues: toValues({ hash: hashValue, ...(prefixed ? { prefix } : {}) }),
        Limit: query.page.limit,
        ExclusiveStartKey: ownCursor(query.page.after, { [hashName]: hashValue }, query.range),
      }),
    );
    const keys = (answer.Items ?? []).map((item) => fromItem<{ id: string }>(item).id);
    const items = await batchGet(this.#client, this.#table, keys);
    const next = toCursor(answer.LastEvaluatedKey);
    return {
      items: keys.flatMap((key) => {
        const item = items.get(key);
        return item ? [fromItem<AgencyRecord>(item)] : [];
      }),
      ...(next ? { next } : {}),
    };
  }
}

/** Sorted by the end of validity, and so by days. */
const inExpiryList = ({ notAfter, thumbprint }: CertificateClaim): object => ({
  expiryList: CERTIFICATES,
  expiryKey: `${new Date(notAfter).toISOString()}#${thumbprint}`,
});

/** What stands for a system in the index beside a closed agency: no id of a system, so that no search meets it. */
const closedOf = (system: SystemId): string => `closed#${system}`;

/** An agency with the sparse attributes of the directory's indexes: one that was merged or closed is found there no more. */
function agencyItem(agency: AgencyRecord): object {
  const closed = agency.closedAt !== undefined;
  const gone = closed || agency.successor !== undefined;
  const system = agency.route?.system;
  return {
    ...agency,
    id: registryKey.agency(agency.agencyId),
    directory: gone ? undefined : DIRECTORY,
    codeKey: agency.code,
    nameKey: `${nameKeyOf(agency.name)}#${agency.code}`,
    parentCode: gone ? undefined : agency.parent,
    servedBy: closed && system ? closedOf(system) : system,
  };
}
