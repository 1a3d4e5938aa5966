import type { Sha256, SubmissionId, SystemId, UploadId } from './ids.ts';
import type { SubmissionRecord, UploadRecord } from './records.ts';
import type { Refusal } from './refusals.ts';
import type { UploadState } from './states.ts';

/** What uploads and submissions in the background need of the outside, as in `ports.ts`. */

/** Uploads and how many of them a system has open. */
export interface Uploads {
  /** Strongly consistent. */
  find(id: UploadId): Promise<UploadRecord | undefined>;
  findMany(ids: readonly UploadId[]): Promise<readonly UploadRecord[]>;
  /** Takes a place among the system's open uploads; false: all are taken. */
  enter(system: SystemId, id: UploadId, now: number): Promise<boolean>;
  leave(system: SystemId, id: UploadId): Promise<void>;
  /** Puts a record where there is none, or over the very one that was seen. False: somebody else was faster. */
  start(upload: UploadRecord, over?: UploadRecord): Promise<boolean>;
  /** Writes what changed, only if the upload is still as it was seen. */
  move(seen: UploadRecord, change: UploadChange): Promise<boolean>;
}

export interface UploadChange {
  readonly to: UploadState;
  readonly askedAt?: number;
  readonly etags?: readonly string[];
  readonly reason?: string;
}

export interface UploadedPart {
  readonly n: number;
  readonly bytes: number;
  readonly etag: string;
}

export interface UploadLink {
  readonly href: string;
  /** Headers that must be sent exactly so. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The bucket of uploads: nothing in it lasts longer than a day. */
export interface UploadObjects {
  /** A link that takes exactly these bytes, once: S3 itself checks length and SHA-256. */
  putLink(object: { key: string; bytes: number; sha256: Sha256 }, seconds: number): Promise<UploadLink>;
  /** Begins a multipart upload; its id. */
  begin(key: string): Promise<string>;
  partLink(part: { key: string; multipart: string; n: number; bytes: number }, seconds: number): Promise<UploadLink>;
  parts(key: string, multipart: string): Promise<readonly UploadedPart[]>;
  /** Makes one object of the parts; harmless when that was done. */
  join(key: string, multipart: string, etags: readonly string[]): Promise<void>;
  /** What S3 knows of an object; undefined where there is none. `sha256` only of a single PUT. */
  stat(key: string): Promise<{ readonly bytes: number; readonly sha256?: Sha256 } | undefined>;
  /** Reads an object from end to end in constant memory; undefined where there is none. */
  digest(key: string): Promise<{ readonly bytes: number; readonly sha256: Sha256 } | undefined>;
  remove(key: string): Promise<void>;
}

export interface SealQueue {
  enqueue(upload: Pick<UploadRecord, 'uploadId' | 'system'>): Promise<void>;
}

/** Submissions that go on in the background. */
export interface Submissions {
  /** Strongly consistent. */
  find(id: SubmissionId): Promise<SubmissionRecord | undefined>;
  /** Puts a record where there is none, or over the very one that was seen. False: somebody else was faster. */
  start(submission: SubmissionRecord, over?: SubmissionRecord): Promise<boolean>;
  /** Ends the one that was seen: accepted, or refused with the reason. Doing it twice is harmless. */
  settle(seen: SubmissionRecord, refusal: Refusal | undefined): Promise<boolean>;
  /** Puts off when the watchman asks for it again; false: it was settled meanwhile. */
  remindLater(id: SubmissionId, at: number): Promise<boolean>;
}

/** Messages of submissions that are not decided yet, in the bucket of uploads. */
export interface HeldMessages {
  /** The same bytes again are harmless. */
  hold(id: SubmissionId, bytes: Uint8Array, sha256: Sha256): Promise<void>;
  /** Undefined where it was let go. */
  read(id: SubmissionId, sha256: Sha256): Promise<Buffer | undefined>;
  /** Harmless when it was done before. */
  release(id: SubmissionId, sha256: Sha256): Promise<void>;
}

export interface SubmissionQueue {
  enqueue(submission: Pick<SubmissionRecord, 'submissionId' | 'system'>): Promise<void>;
}
