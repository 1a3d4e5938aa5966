import type { Statement } from './statement.ts';

/** Somebody who can call the embedded services, with everything that they are allowed to do. */
export interface Principal {
  /** Role name; for a session, the name of the role that was assumed. */
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
  /** A session policy: what it does not allow is refused, whatever `statements` say. */
  readonly session?: readonly Statement[];
}

/** What a caller signs its requests with (AWS Signature Version 4). */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Axis time in milliseconds since the Unix epoch; absent for credentials that never expire. */
  expiresAt?: number;
}
