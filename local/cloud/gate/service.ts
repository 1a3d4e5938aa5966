import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { EmbeddedService } from '../../contract/cloud.ts';
import type { CapacityUnits } from '../../contract/cloudCall.ts';
import type { Principal } from '../../contract/principal.ts';
import type { NeededGrant, ResourcePolicy } from '../iam/evaluate.ts';
import type { ServiceError } from './serviceError.ts';

/** A request as it came in, before anybody looked at it. */
export interface GateRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** Lower-case names; repeated headers joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty if the service streams its bodies. */
  readonly body: Buffer;
  /** The unread body, for a service that streams. */
  readonly stream: IncomingMessage;
}

/** The part of a request that a signature covers. */
export type SignableRequest = Omit<GateRequest, 'stream'>;

/** What a request asks for, in the words of IAM. */
export interface Operation {
  readonly name: string;
  /** ARN of the first resource, for the record of calls. */
  readonly resource: string;
  /** Every one of them must be granted. */
  readonly grants: readonly NeededGrant[];
}

/** A request whose caller is known and whose grants were checked. */
export interface ServiceCall<O extends Operation = Operation> {
  readonly request: GateRequest;
  readonly operation: O;
  readonly principal: Principal;
  /** Names of the headers that the signature covers. */
  readonly signedHeaders: ReadonlySet<string>;
  readonly presigned: boolean;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
  /** What becomes of messages that this call sends: never there, or there after so many milliseconds. Absent: what was asked for. */
  readonly messages?: { readonly fate: 'lose' } | { readonly fate: 'late'; readonly ms: number };
  /** Asks for a further grant that only shows while the call is carried out. */
  allows(grant: NeededGrant): boolean;
}

/** A response to be written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string | Readable;
  readonly units?: CapacityUnits;
}

/** An embedded service as the gate sees it. */
export interface GatedService<O extends Operation = Operation> {
  readonly name: EmbeddedService;
  /** Largest body in bytes that is read before `identify`; 0 if the service reads the stream itself. */
  readonly bodyLimit: number;
  /** Says what a request asks for; throws `ServiceError` if that is nothing the service does. */
  identify(request: GateRequest): O | Promise<O>;
  /** The policy of the resource itself, where the service has such. */
  resourcePolicy?(resource: string): ResourcePolicy | undefined;
  perform(call: ServiceCall<O>): Promise<Answer>;
  /** Writes an error in the service's own shape. */
  refusal(error: ServiceError, request: GateRequest): Answer;
}
