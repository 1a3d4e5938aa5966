/** The services that a call can be addressed to. */
export type CloudService = 'dynamodb' | 'sqs' | 's3' | 'kms' | 'sts' | 'logs' | 'execute-api';

/** DynamoDB capacity units, writes including those of the global secondary indexes. */
export interface CapacityUnits {
  read: number;
  write: number;
}

/** The record of one call to an embedded service, made when it has been answered. */
export interface CloudCall {
  /** Axis time of the answer in milliseconds since the Unix epoch. */
  at: number;
  /** Name of the principal that signed the call; `anonymous` if nobody known did. */
  principal: string;
  service: CloudService;
  /** The operation's name in the service's API, for example `PutItem`. */
  operation: string;
  /** ARN of the first resource that the call names. */
  resource: string;
  /** HTTP status of the answer; 0 if the connection was cut by an interference. */
  status: number;
  bytesIn: number;
  bytesOut: number;
  units?: CapacityUnits;
  /** The call was authorised by its query (a presigned URL). */
  presigned?: boolean;
  /** Access key that signed the call: tells apart the environments of one role. */
  accessKeyId?: string;
}

/** What is known of a call before it is carried out. */
export type PendingCall = Pick<CloudCall, 'principal' | 'service' | 'operation' | 'resource' | 'accessKeyId'>;

/**
 * What becomes of a call: `throttle` answers the service's own throttling error; `fail-before` answers 500 without effect,
 * `fail-after` carries the call out and answers 500; `kill-before` and `kill-after` cut the connection instead of
 * answering (ending the caller is up to whoever decided it); `delay` waits `ms` real milliseconds first; `twice` carries the
 * call out twice and gives the second answer. Messages that are sent to a queue can be lost (`lose`: answered and never there) or
 * come `late`, after `ms` milliseconds of axis time and so behind others; other calls than sends proceed.
 */
export type Interference =
  | { fate: 'proceed' }
  | { fate: 'throttle' }
  | { fate: 'fail-before' }
  | { fate: 'fail-after' }
  | { fate: 'kill-before' }
  | { fate: 'kill-after' }
  | { fate: 'delay'; ms: number }
  | { fate: 'twice' }
  | { fate: 'lose' }
  | { fate: 'late'; ms: number };
