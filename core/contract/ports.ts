import type { AcceptedFacts } from './accepted.ts';
import type { AgencyId, DeliveryId, DispatchId, MoveId, Sha256, SystemId, Thumbprint } from './ids.ts';
import type { BusinessStatus, How, Recall, Revision } from './life.ts';
import type {
  AgencyRecord,
  CertificateClaim,
  CodeClaim,
  DeliveryRecord,
  DispatchRecord,
  Due,
  KeyClaim,
  MoveRecord,
  RefusalRecord,
  SnapshotRecord,
  SystemRecord,
  TimelineEntry,
  TrustRecord,
} from './records.ts';
import type { UnreadableItem } from './schema.ts';
import type { Tally } from './states.ts';
import type { PublishedTrust } from './trustList.ts';

/** What the steps need of the outside. `adapters/aws` implements it; a fault is thrown, an expected answer is a value. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Agencies, systems and claims, believed for at most `LIMITS.registryCacheSeconds`. */
export interface Directory {
  system(id: SystemId): Promise<SystemRecord | undefined>;
  key(kid: string): Promise<KeyClaim | undefined>;
  /** The agency that a code means now: the successor where its holder was merged. */
  agencyByCode(code: string): Promise<AgencyRecord | undefined>;
  /** Who holds the claim of a code that is not over, even when its agency was not written any more. */
  codeHolder(code: string): Promise<AgencyId | undefined>;
  /** The same for many, in their order. */
  codeHolders(codes: readonly string[]): Promise<readonly (AgencyId | undefined)[]>;
  /** In the order of the codes; a code that nobody has now gives undefined. */
  agenciesByCode(codes: readonly string[]): Promise<readonly (AgencyRecord | undefined)[]>;
  agency(id: AgencyId): Promise<AgencyRecord | undefined>;
  /** In the order of the ids; no id gives none. */
  agencies(ids: readonly (AgencyId | undefined)[]): Promise<readonly (AgencyRecord | undefined)[]>;
  certificate(thumbprint: Thumbprint): Promise<CertificateClaim | undefined>;
  trust(): Promise<TrustRecord | undefined>;
}

/** The trust list in force; a newer one counts within `LIMITS.registryCacheSeconds`. */
export interface TrustLists {
  /** Undefined: none was ever published. */
  current(): Promise<PublishedTrust | undefined>;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly next?: string;
}

/** A page of an inbox, and what stands on it that later code wrote. */
export interface InboxPage extends Page<DeliveryRecord> {
  readonly unreadable: readonly UnreadableItem[];
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Searches, eventually consistent. */
export interface DirectorySearch {
  byCode(prefix: string, page: PageRequest): Promise<Page<AgencyRecord>>;
  /** `prefix` as `nameKeyOf` made it. */
  byName(prefix: string, page: PageRequest): Promise<Page<AgencyRecord>>;
  childrenOf(code: string, page: PageRequest): Promise<Page<AgencyRecord>>;
  servedBy(system: SystemId, page: PageRequest): Promise<Page<AgencyRecord>>;
}

/** Registered certificates that nobody retires, the first to expire first; eventually consistent. */
export interface CertificateListing {
  inForce(page: PageRequest): Promise<Page<CertificateClaim>>;
  /** How many of them expire between two moments, the first included. */
  countExpiring(from: number, until: number): Promise<number>;
  /** The first ones of them. */
  expiring(from: number, until: number, limit: number): Promise<readonly CertificateClaim[]>;
  /** All of them, page by page. */
  expiringPage(
    period: { readonly from: number; readonly until: number },
    page: PageRequest,
  ): Promise<Page<CertificateClaim>>;
}

/** Published lists of the directory. */
export interface Snapshots {
  /** Strongly consistent. */
  current(): Promise<SnapshotRecord | undefined>;
  /** Makes a snapshot the current one; false: another one was published meanwhile. */
  publish(snapshot: SnapshotRecord): Promise<boolean>;
}

/** Texts in the content bucket under `directory/`. */
export interface DirectoryObjects {
  /** Only of what is there: anything else is a fault. */
  read(key: string): Promise<string>;
  /** JSON lines unless told otherwise; packed is under gzip and comes back so, to whoever follows a link. */
  write(key: string, text: string | Buffer, as?: 'json' | 'packed-json'): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Writes of the registry. A claim is put first and is the truth; false means that somebody else has it. */
export interface RegistryWrites {
  /** Takes over a code whose claim is over at `now`. */
  claimCode(claim: CodeClaim, now: number): Promise<boolean>;
  claimKey(claim: KeyClaim): Promise<boolean>;
  claimCertificate(claim: CertificateClaim): Promise<boolean>;
  /** Ends a claim at its `until`; false: it ended before `now`, or is somebody else's. */
  retireKey(claim: KeyClaim & { readonly until: number }, now: number): Promise<boolean>;
  retireCertificate(claim: CertificateClaim & { readonly until: number }, now: number): Promise<boolean>;
  /** False: exists already. */
  putSystem(system: SystemRecord): Promise<boolean>;
  putAgency(agency: AgencyRecord): Promise<boolean>;
  /** Writes the changed record only over the revision before its own. */
  replaceSystem(system: SystemRecord): Promise<boolean>;
  replaceAgency(agency: AgencyRecord): Promise<boolean>;
  /** The same, by `version`; the first one is version 1. */
  replaceTrust(trust: TrustRecord): Promise<boolean>;
}

/** Encrypts secrets of systems for the registry: each bound to its system, so that it opens nothing under another one. */
export interface SecretSealer {
  /** The ciphertext, base64. */
  seal(system: SystemId, secret: string): Promise<string>;
}

/** Opens what a `SecretSealer` sealed. */
export interface SecretOpener {
  open(system: SystemId, ciphertext: string): Promise<string>;
}

/** What a document is known by among people; the year is that of its date, four digits. */
export interface OfficialNumber {
  readonly year: string;
  readonly number: string;
  readonly notation: string;
}

export interface Dispatches {
  /** Strongly consistent. */
  find(id: DispatchId): Promise<DispatchRecord | undefined>;
  /** Commits acceptance. False: a dispatch with this id exists. */
  accept(dispatch: DispatchRecord): Promise<boolean>;
  /** Marks a fan-out chunk done; the last one marks the dispatch dispatched, and says what is next. Repeats are harmless. */
  chunkDone(id: DispatchId, chunk: { index: number; of: number }, entry: TimelineEntry, due: Due): Promise<void>;
  /** Puts the reminder off; false: it was settled meanwhile. */
  remindLater(id: DispatchId, at: number): Promise<boolean>;
  /** Strongly consistent, in the order of the ids; what is not there is left out. */
  findMany(ids: readonly DispatchId[]): Promise<readonly DispatchRecord[]>;
  /** Corrections that carry the DocumentId of a new document, found by the id which that has: the newest ones, newest first. Lags a little. */
  corrections(id: DispatchId, limit: number): Promise<readonly DispatchId[]>;
  /** What refers to a dispatch or carries its DocumentId as a correction: the newest ones, newest first. Lags a little. */
  thread(id: DispatchId, limit: number): Promise<readonly DispatchId[]>;
  /** Remembers that a message refers to an earlier one. Repeats are harmless. */
  link(link: { readonly to: DispatchId; readonly from: DispatchId; readonly at: number }): Promise<void>;
  /** Dispatches of the agency with this official number, at most so many. Lags a little. */
  numbered(agency: AgencyId, of: OfficialNumber, limit: number): Promise<readonly DispatchId[]>;
  sentBy(agency: AgencyId, page: PageRequest): Promise<Page<DispatchRecord>>;
}

/** Why a conditional write on a delivery did not happen is read from the item itself. */
export type Written =
  | { readonly done: true; readonly delivery: DeliveryRecord }
  | { readonly done: false; readonly delivery: DeliveryRecord | undefined };

export interface Deliveries {
  /** Strongly consistent. */
  find(id: DeliveryId): Promise<DeliveryRecord | undefined>;
  findMany(ids: readonly DeliveryId[]): Promise<readonly DeliveryRecord[]>;
  /** False: it exists already. */
  consign(delivery: DeliveryRecord): Promise<boolean>;
  /** Candidates from the index, urgent first, then oldest; lags, so every use is confirmed by `offer`. */
  waiting(
    system: SystemId,
    query: { now: number; limit: number; agency?: AgencyId | undefined },
  ): Promise<readonly Candidate[]>;
  /** Everything in the inbox, leased or not, in inbox order. */
  list(system: SystemId, page: PageRequest): Promise<InboxPage>;
  offer(offer: Offer): Promise<Written>;
  /** Leaves the lease and settles or returns the delivery; conditional on the lease token. */
  settle(settlement: Settlement): Promise<Written>;
  extend(id: DeliveryId, system: SystemId, lease: { token: string; until: number; now: number }): Promise<Written>;
  /** Counts a download by the system that holds or has acknowledged it; done: false when it does not. */
  count(
    id: DeliveryId,
    tally: Tally,
    guard: { system: SystemId; dispatchId: DispatchId; now: number },
  ): Promise<Written>;
  /** Puts the reminder of a delivery off; false: it was settled or put off meanwhile. */
  remindLater(seen: DeliveryRecord, at: number): Promise<boolean>;
  /** Moves a delivery that nobody holds, decided on `seen`. */
  move(seen: DeliveryRecord, change: Move): Promise<Written>;
  /** Leaves a mark beside a delivery's way through the inbox, or withdraws it, decided on `seen`. */
  mark(seen: DeliveryRecord, mark: Mark): Promise<Written>;
}

/** What another message, or the passing of time, leaves on a delivery. Members that are absent stay as they are. */
export interface Mark {
  /** Ends the delivery; only for what nobody holds. */
  readonly to?: 'withdrawn';
  /** Whether it was decided on the state and the lease as seen; else only on the marks. */
  readonly onState: boolean;
  /** Left out once the timeline is full; see `LIMITS.timelineReserve`. */
  readonly entry?: TimelineEntry;
  readonly businessStatus?: BusinessStatus;
  readonly recall?: Recall;
  readonly revision?: Revision;
  /** `null` takes it away. */
  readonly withdrawing?: How | null;
  readonly reason?: string;
  readonly due?: Due;
}

export interface Candidate {
  readonly deliveryId: DeliveryId;
  readonly inboxKey: string;
}

export interface Offer {
  readonly deliveryId: DeliveryId;
  readonly system: SystemId;
  readonly token: string;
  readonly now: number;
  readonly until: number;
  /** Where the delivery was seen in the inbox: the offer holds only if it is still there. */
  readonly inboxKey: string;
}

export interface Settlement {
  readonly deliveryId: DeliveryId;
  readonly system: SystemId;
  readonly token: string;
  readonly to: 'acknowledged' | 'rejected' | 'queued';
  /** For `queued`: from when it may be offered again. */
  readonly visibleAt?: number;
  readonly entry: TimelineEntry;
  /** Collapsed into a tally instead of a timeline entry. */
  readonly tally?: Tally;
  readonly sha256?: Sha256 | undefined;
  readonly reason?: string;
}

export interface Move {
  readonly to: 'set-aside' | 'queued' | 'discarded' | 'expired';
  readonly entry: TimelineEntry;
  /** Counted as well; past `LIMITS.timelineEntries` less its reserve it is only counted. */
  readonly tally?: Tally;
  readonly visibleAt?: number;
  readonly reason?: string;
  /** For `queued`: when it expires, and what is next until then. */
  readonly expiresAt?: number;
  readonly due?: Due;
}

/** Moves of waiting deliveries between inboxes that are under way. */
export interface Moves {
  /** Puts a move down before its cause is written; asking again starts it anew. */
  remember(move: MoveRecord): Promise<void>;
  find(id: MoveId): Promise<MoveRecord | undefined>;
  /** Puts the next step off, unless the move was asked for anew meanwhile. */
  goOn(move: MoveRecord, next: { readonly dueAt: number; readonly after?: string | undefined }): Promise<boolean>;
  /** Ends a move, unless it was asked for anew meanwhile. */
  forget(move: MoveRecord): Promise<boolean>;
}

/** Waiting deliveries as a move handles them. */
export interface Relocation {
  /** Deliveries of one agency in the inbox of a system, leased or not, in inbox order. */
  waitingFor(agency: AgencyId, system: SystemId, after: string | undefined): Promise<Page<DeliveryRecord>>;
  /** Puts a delivery that nobody holds into another inbox, decided on `seen`: system and inbox change together. */
  relocate(seen: DeliveryRecord, to: SystemId, entry: TimelineEntry): Promise<Written>;
  /** Marks a delivery under lease to follow its agency, or takes the mark off. */
  markMoving(seen: DeliveryRecord, to: SystemId | undefined): Promise<Written>;
}

/** Overdue work, oldest first, by shard. */
export interface DueWork {
  overdue(shard: number, now: number, limit: number): Promise<readonly { readonly id: string }[]>;
}

export type Put = 'created' | 'same' | 'different';

/** What is kept with bytes: their digest, and what they do not say themselves. */
export interface Kept {
  readonly sha256: Sha256;
  readonly facts?: AcceptedFacts;
}

export interface Objects {
  /**
   * Write-once: an object that exists is compared, and never replaced by other bytes. One that has lain there for half a day
   * is written anew, out of the sweeper's reach.
   */
  putOnce(key: string, bytes: Uint8Array, about: Kept): Promise<Put>;
  /** The same with the bytes of an upload, which S3 copies by itself. */
  copyOnce(key: string, from: { bucket: string; key: string; bytes: number; sha256: Sha256 }): Promise<Put>;
  /** The whole object, or its first bytes; undefined where there is none. */
  read(key: string, first?: number): Promise<Buffer | undefined>;
  /** A link that GETs the object for `seconds`, to be saved under a name. */
  link(key: string, seconds: number, file: { readonly name: string; readonly contentType: string }): Promise<string>;
}

/** An object as the sweeper saw it: one written anew under the same key is another one. */
export interface SeenObject {
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
  /** When it was written. */
  readonly at: number;
}

/** Keys under a prefix, for the sweeper and for who rebuilds records. */
export interface Orphanage {
  list(after: string | undefined): Promise<{ readonly objects: readonly SeenObject[]; readonly next?: string }>;
  /** Removes exactly what was seen, for good; false while it is locked. */
  remove(seen: SeenObject): Promise<boolean>;
}

export interface FanOutMessage {
  readonly dispatchId: DispatchId;
  readonly chunk: number;
  readonly chunks: number;
  /** Of the request that submitted the dispatch; absent in messages of an earlier version of the code. */
  readonly correlationId?: string;
}

export interface FanOutQueue {
  /** `sender` is the system whose dispatch it is: what one system sends must not hold up the others. */
  enqueue(messages: readonly FanOutMessage[], sender: SystemId): Promise<void>;
}

export interface Hint {
  /** Undefined when the message names none. */
  readonly deliveryId: DeliveryId | undefined;
  readonly handle: string;
}

/** One inbox queue per connected system; its messages are hints, the index is the truth. */
export interface InboxBell {
  /** Rings for deliveries of one system; a queue that is gone is no reason to fail. */
  ring(system: SystemId, deliveries: readonly DeliveryId[]): Promise<void>;
}

export interface InboxQueues {
  /** Waits for hints; undefined when there is no such queue. */
  wait(system: SystemId, seconds: number): Promise<readonly Hint[] | undefined>;
  forget(system: SystemId, hints: readonly Hint[]): Promise<void>;
}

/** Places for callers that wait; each is taken for a time and comes back by itself. */
export interface WaitingRoom {
  /** False: every place tried is taken. */
  enter(place: number, until: number, now: number): Promise<boolean>;
}

export interface QueueCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
  readonly region: string;
  readonly queueUrl: string;
  readonly endpoint?: string;
}

export interface CredentialVendor {
  vend(system: SystemId): Promise<QueueCredentials>;
}

export type ReceiptPayload = Readonly<Record<string, unknown>> & { readonly at: string };

export interface SignedReceipt {
  /** Compact JWS. */
  readonly jws: string;
  readonly thumbprint: Thumbprint;
  /** DER of the certificate that verifies it, base64. */
  readonly certificate: string;
}

/** Signs receipts with a key that the axis's KMS key certified. */
export interface ReceiptSigner {
  sign(payload: ReceiptPayload): Promise<SignedReceipt>;
}

export interface ReceiptCertificates {
  /** DER, base64; stored before its key signs anything. */
  find(thumbprint: Thumbprint): Promise<string | undefined>;
}

export interface RefusalLog {
  keep(refusal: RefusalRecord): Promise<void>;
}

export interface RefusalArchive {
  latest(system: SystemId): Promise<readonly RefusalRecord[]>;
}

export interface InboxProvision {
  /** Creates the inbox queue of a system; harmless when it exists. */
  ensure(system: SystemId): Promise<void>;
}
