import type { AdminOperations } from './adminOperations.ts';
import type { Clock } from './clock.ts';
import type { CloudCall, Interference, PendingCall } from './cloudCall.ts';
import type { Credentials, Principal } from './principal.ts';
import type { TrustPolicy } from './statement.ts';

/** The services that listen on a port of their own. */
export type EmbeddedService = 'dynamodb' | 'sqs' | 's3' | 'kms' | 'sts' | 'logs';

/** The log groups that exist, and their lines. */
export interface LogSource {
  has(group: string): boolean;
  /** Lines of a group that were written between two axis times, both included, oldest first. */
  lines(group: string, from: number, to: number): readonly { readonly at: number; readonly line: string }[];
}

/** How to start the embedded services. */
export interface CloudOptions {
  /** Folder that holds all state; created if absent. */
  dir: string;
  clock: Clock;
  region: string;
  /** Twelve digits. */
  account: string;
  /** Called for every call that was answered or cut. */
  onCall?: (call: CloudCall) => void;
  /** Asked before every call from a known principal. */
  interfere?: (call: PendingCall) => Interference | Promise<Interference>;
  /** Told of faults of the cloud itself (a caller sees an opaque 5xx); written to standard error if absent. */
  onFault?: (where: string, error: unknown) => void;
  /** What CloudWatch Logs is asked about; absent: there are no log groups. */
  logs?: LogSource;
  /** First of six consecutive ports (dynamodb, sqs, s3, kms, sts, logs); 0 or absent: the system chooses. */
  port?: number;
}

/** A request for a service outside this cloud that somebody signed with credentials of this cloud. */
export interface SignedRequest {
  method: string;
  /** Path as received, still percent-encoded. */
  path: string;
  /** Query as received, without the question mark. */
  query: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
  /** Service name in the credential scope, for example `execute-api`. */
  service: string;
}

/** Who signed a request, or why nobody did. */
export type Authentication = { ok: true; principal: Principal } | { ok: false; reason: string };

/** The running services behind their gate. */
export interface Cloud {
  /** Base URLs on 127.0.0.1, for `AWS_ENDPOINT_URL_DYNAMODB` and its siblings. */
  readonly endpoints: Readonly<Record<EmbeddedService, string>>;
  /**
   * Gives a principal credentials. Without `expiresAt` they are the same for the same ARN after every restart; with it they are a
   * new session (its own access key) that ends at that axis time and does not survive a restart.
   * Throws if a statement uses what the evaluation does not know.
   */
  issue(principal: Principal, options?: { expiresAt?: number }): Credentials;
  /** The access key is refused from now on. */
  revoke(accessKeyId: string): void;
  /** Verifies the Signature Version 4 of a request for another service and says who signed it. */
  authenticate(request: SignedRequest): Authentication;
  /** IAM's verdict for one action on one resource; `context` holds condition keys. */
  allows(
    principal: Principal,
    action: string,
    resource: string,
    context?: Record<string, string | readonly string[]>,
  ): boolean;
  /**
   * Lets the secondary indexes of all tables show what is written only after so many milliseconds of axis time, as they may on
   * AWS; 0 ends that, and everything shows at once.
   */
  lagIndexes(ms: number): Promise<void>;
  readonly admin: AdminOperations;
  /** Makes a role known to `sts:AssumeRole`. */
  registerRole(principal: Principal, trust: TrustPolicy): void;
  /** Closes every connection and file. */
  stop(): Promise<void>;
}
