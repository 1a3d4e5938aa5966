import type { DispatchId, SystemId } from './ids.ts';
import type { SeenObject } from './ports.ts';

/** What the bytes of a dispatch do not say themselves and its record cannot be rebuilt without: kept beside them in the bucket. */
export interface AcceptedFacts {
  /** When the axis decided, milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The system that sent it, as it was authenticated. */
  readonly system: SystemId;
  readonly deliveryExpires?: number | undefined;
  /** Detached JWS that came with it; `not-kept` where it is too long to stand beside an object. */
  readonly documentSignature?: string | undefined;
}

/** Received bytes as they lie in the bucket. */
export interface KeptObjects {
  /** Everything that lies there for a dispatch. */
  of(id: DispatchId): Promise<readonly SeenObject[]>;
  /** The bytes, and what was kept beside them: nothing by earlier versions of the code. */
  read(key: string): Promise<{ readonly bytes: Buffer; readonly facts?: AcceptedFacts }>;
}

export const NOT_KEPT = 'not-kept';
