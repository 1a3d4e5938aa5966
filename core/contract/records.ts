import type { EdxmlMessage } from '../edxml/message.ts';
import type {
  AgencyId,
  DeliveryId,
  DispatchId,
  MoveId,
  SecretId,
  Sha256,
  SubmissionId,
  SystemId,
  Thumbprint,
  UploadId,
} from './ids.ts';
import type { About, Act, BusinessStatus, Content, Hold, How, Link, Recall, Revision } from './life.ts';
import type { Refusal } from './refusals.ts';
import type { Report } from './report.ts';
import type { DeliveryState, DispatchState, SubmissionState, Tally, UploadState } from './states.ts';

/** What the tables hold. Every record carries a schema version `v`; times are milliseconds since the epoch, UTC. */

/** One step of a timeline. `n` counts from 1 without gaps and is the entry's place in the list. */
export interface TimelineEntry {
  /** Event name: ETSI EN 319 522-1 clause 8, else `x-`. */
  readonly ev: string;
  readonly at: number;
  /** Who caused it: `system:<id>`, `axis` or `operator:<name>`. */
  readonly by: string;
  /** States of the delivery or dispatch; of `x-status` the business status before and after. */
  readonly from: string;
  readonly to: string;
  readonly detail?: string;
  /** The message that caused it, where one did. */
  readonly dispatch?: DispatchId;
}

/** Repeated events, collapsed. */
export interface Count {
  readonly count: number;
  readonly first?: number;
  readonly last?: number;
}

/** What must happen next, and when: the outgoing-work marker that the watchman redoes. */
export interface Due {
  /**
   * `warn`: nobody collected it, and it expires soon. `withdraw`: recalled under a lease, which has ended. `retain`: the content's
   * time may be over. `forget`: the record's time is over.
   */
  readonly what: 'fan-out' | 'warn' | 'expire' | 'withdraw' | 'conclude' | 'retain' | 'forget';
  readonly at: number;
  readonly attempts: number;
}

export type Signed = 'xmldsig' | 'jws' | 'both' | 'none';
export type DispatchKind = 'document' | 'status';

/** What a recipient's clerk needs to know before opening: copied onto every delivery. */
export interface Headline {
  readonly kind: DispatchKind;
  /** BussinessDocType 0 new, 1 recall, 2 update, 3 replace; absent for a status. */
  readonly business?: 0 | 1 | 2 | 3;
  readonly documentId: string;
  readonly senderCode: string;
  readonly senderName: string;
  readonly codeNumber?: string;
  readonly codeNotation?: string;
  readonly promulgationDate?: string;
  readonly subject?: string;
  readonly priority: number;
  readonly statusCode?: string;
  readonly signed: Signed;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly acceptedAt: number;
}

export interface Recipient {
  readonly agencyId: AgencyId;
  /** The code as the message wrote it, normalised. */
  readonly code: string;
  readonly name: string;
  readonly system: SystemId;
}

/** A file beside the message: the manifest, and so the signature, covers its digest. */
export interface DetachedAttachment {
  readonly name: string;
  /** As the sender wrote it. */
  readonly contentType: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** Immutable part of a dispatch: kept compressed inside the dispatch's one item. */
export interface DispatchDetails {
  /** Recipients asked for here. The message's own `To` stays in `message`. */
  readonly recipients: readonly Recipient[];
  /** The message as it was read from the accepted bytes, without attachments' content and without texts of unknown elements. */
  readonly message: EdxmlMessage;
  readonly attachments: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly base64Bytes: number;
    /** Byte offset of the base64 text in the message, where only the lenient reader reads it. */
    readonly from?: number;
  }[];
  /** Attachments outside the message, whose digests it names, in the order of the manifest. Absent where there are none. */
  readonly detached?: readonly DetachedAttachment[];
  /** The verification report. */
  readonly report: Report;
  /** Detached JWS as received, handed on to recipients. */
  readonly documentSignature?: string;
  /** Which registered certificate it names. */
  readonly documentSigner?: Thumbprint;
  /** What it does to earlier messages. */
  readonly act?: Act;
  /** Earlier messages that it refers to. */
  readonly links?: readonly Link[];
  /** When deliveries that nobody collected expire, where the sender said so. */
  readonly expiresAt?: number;
  /** Of the request that submitted it, so that its lines in the logs are found together, whoever asks for the fan-out. */
  readonly correlationId?: string;
}

/** Bytes on their way in: what their system declared, and how far they are. */
export interface UploadRecord {
  readonly v: 1;
  readonly uploadId: UploadId;
  readonly system: SystemId;
  readonly what: 'message' | 'attachment';
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly state: UploadState;
  /** Key in the uploads bucket; a new one each time the upload starts over. */
  readonly key: string;
  /** S3's id of a multipart upload; absent for a single PUT. */
  readonly multipart?: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When the worker was last asked to seal it. */
  readonly askedAt?: number;
  /** Entity tags of the parts in order, fixed when the client said that it was done. */
  readonly etags?: readonly string[];
  /** Why it failed. */
  readonly reason?: string;
}

/** A submission that passed every check once and goes on in the background, because keeping it takes long or its sender asked so. */
export interface SubmissionRecord {
  readonly v: 1;
  readonly submissionId: SubmissionId;
  readonly system: SystemId;
  /** The dispatch that it becomes. */
  readonly dispatchId: DispatchId;
  readonly sha256: Sha256;
  /** The `Document-Signature` that came with it. */
  readonly documentSignature?: string;
  /** The `Document-Revocation` that came with it, base64. */
  readonly documentRevocation?: string;
  /** The `Delivery-Expires` that came with it. */
  readonly deliveryExpires?: number;
  readonly state: SubmissionState;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Of the request that began it. */
  readonly correlationId: string;
  /** Why it was refused. */
  readonly refusal?: Refusal;
  /** While it is being worked on: when the watchman asks for it again. */
  readonly due?: Due;
}

export interface DispatchRecord {
  readonly v: 1;
  readonly dispatchId: DispatchId;
  readonly state: DispatchState;
  readonly sender: AgencyId;
  readonly senderSystem: SystemId;
  readonly headline: Headline;
  readonly recipientCount: number;
  /** Signed receipt, compact JWS, and the thumbprint of the certificate that verifies it. */
  readonly receipt: string;
  readonly receiptCertificate: Thumbprint;
  readonly timeline: readonly TimelineEntry[];
  readonly details: DispatchDetails;
  /** What became of its bytes; absent while they are kept. */
  readonly content?: Content;
  readonly hold?: Hold;
  readonly due?: Due;
}

export interface Lease {
  readonly token: string;
  readonly until: number;
}

export interface DeliveryRecord {
  readonly v: 1;
  readonly deliveryId: DeliveryId;
  readonly dispatchId: DispatchId;
  readonly state: DeliveryState;
  readonly sender: AgencyId;
  readonly recipient: AgencyId;
  readonly recipientCode: string;
  readonly system: SystemId;
  readonly headline: Headline;
  /** From when the delivery may be offered: a lease moves it to its own end. */
  readonly visibleAt: number;
  readonly lease?: Lease;
  readonly timeline: readonly TimelineEntry[];
  readonly tallies: Readonly<Record<Tally, Count>>;
  /** Offers since it was last queued by hand; 20 without fruit set it aside. */
  readonly fruitless: number;
  readonly reason?: string;
  /** When it expires unless somebody collects it. */
  readonly expiresAt?: number;
  /** On the delivery of a message that acts on others: what came of it here. */
  readonly about?: readonly About[];
  readonly businessStatus?: BusinessStatus;
  readonly recall?: Recall;
  readonly revision?: Revision;
  /** It is withdrawn when its lease ends unacknowledged, and offered to nobody any more. */
  readonly withdrawing?: How;
  /** Counts the marks that other messages left here: a mark holds only if no other was made meanwhile. */
  readonly marks?: number;
  /** Its agency has moved to this system: it is offered to nobody until it has followed. */
  readonly movesTo?: SystemId;
  readonly due?: Due;
}

/** The move of one agency's waiting deliveries out of the inbox of the system that served it before. */
export interface MoveRecord {
  readonly v: 1;
  readonly moveId: MoveId;
  readonly agencyId: AgencyId;
  readonly from: SystemId;
  /** When it was last asked for. */
  readonly since: number;
  readonly dueAt: number;
  /** Where in the inbox to go on; absent at its start. */
  readonly after?: string;
}

export interface SystemRecord {
  readonly v: 1;
  readonly systemId: SystemId;
  readonly name: string;
  /** Counts the writes of this record from 1: a change holds only if nobody else changed it meanwhile. */
  readonly revision: number;
  readonly status: 'active' | 'suspended';
  readonly createdAt: number;
  /** View of the key claims that this system made. */
  readonly keys: readonly string[];
  /** Keys that are being retired, with the moment from which each is refused. */
  readonly retiring?: Readonly<Record<string, number>>;
  /** Secrets for the compatibility faces. */
  readonly secrets?: readonly SystemSecret[];
  /** Its own budget in each window, where it is not everybody's. */
  readonly limits?: { readonly requests?: number; readonly bytes?: number };
  readonly history: readonly TimelineEntry[];
}

/** A secret that a system shares with the axis, for the compatibility faces. The axis keeps it only encrypted. */
export interface SystemSecret {
  readonly secretId: SecretId;
  /** The secret, encrypted under the stage's key for secrets and bound to this system; base64. */
  readonly ciphertext: string;
  readonly from: number;
  /** From when the secret is refused; once set, it can only come sooner. */
  readonly until?: number;
  /** The operator's own words. */
  readonly note?: string;
}

export interface KeyClaim {
  readonly kid: string;
  readonly system: SystemId;
  readonly jwk: Readonly<Record<string, string>>;
  readonly from: number;
  /** From when the key is refused; once set, it can only come sooner. */
  readonly until?: number;
}

export interface AgencyRecord {
  readonly v: 1;
  readonly agencyId: AgencyId;
  readonly code: string;
  readonly name: string;
  readonly revision: number;
  readonly parent?: string;
  readonly status: 'active' | 'suspended';
  /** Where deliveries go: a system here now, another axis later. Absent: a directory entry only. */
  readonly route?: { readonly kind: 'system'; readonly system: SystemId };
  readonly policy: { readonly unsigned: 'refuse' | 'accept' };
  readonly createdAt: number;
  readonly certificates: readonly Thumbprint[];
  /** Certificates that are being retired, with the moment from which each is refused. */
  readonly retiring?: Readonly<Record<string, number>>;
  /** When each of its certificates expires by itself. */
  readonly expiring?: Readonly<Record<string, number>>;
  /** View of the code claims beside `code`: codes that the agency had, has or will have. */
  readonly aliases?: readonly { readonly code: string; readonly from: number; readonly until?: number }[];
  /** Where its clerks read mail, for the directory. */
  readonly mail?: string;
  /** When its centre took it out of the directory: its codes mean nobody until it is opened again. */
  readonly closedAt?: number;
  /** The agency that this one was merged into: what is addressed to it goes there. */
  readonly successor?: AgencyId;
  readonly history: readonly TimelineEntry[];
}

/** The directory as it was last published: full list and differences lie beside each other in the content bucket. */
export interface SnapshotRecord {
  readonly v: 1;
  /** Counts the published lists from 1. */
  readonly version: number;
  readonly at: number;
  /** Of the full list; names the folder of its objects. */
  readonly sha256: Sha256;
  readonly agencies: number;
  /** Oldest version from which there is a difference to this one. */
  readonly oldest: number;
  /** Of what the ready-made lists say; absent before there were such lists. */
  readonly units?: Sha256;
  /** The snapshot before: its ready-made lists stay until the next one, for whoever follows a link to them now. */
  readonly former?: Pick<SnapshotRecord, 'version' | 'sha256' | 'units'>;
}

export interface CodeClaim {
  readonly code: string;
  readonly agencyId: AgencyId;
  readonly from: number;
  /** From when the code means nobody, and is free for another agency. */
  readonly until?: number;
}

export interface CertificateClaim {
  readonly thumbprint: Thumbprint;
  readonly agencyId: AgencyId;
  /** DER, base64. */
  readonly der: string;
  /** When it expires by itself. */
  readonly notAfter: number;
  /** How few days before that its system was told. */
  readonly warned?: number;
  readonly from: number;
  /** From when the certificate signs nothing any more that is received. */
  readonly until?: number;
}

/** Which trust list is in force; the document itself lies in the content bucket. */
export interface TrustRecord {
  readonly v: 2;
  /** Counts the published lists from 1. */
  readonly version: number;
  /** Of the document's bytes. */
  readonly sha256: Sha256;
  /** When it was published, by whom and why. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly history: readonly TimelineEntry[];
}

/** One small trace of a refusal, with an expiry. It never holds anything of the message itself. */
export interface RefusalRecord {
  readonly system: SystemId;
  readonly at: number;
  readonly code: string;
  readonly route: string;
  readonly correlationId: string;
}
