import type { KitRoute } from './behaviour.ts';
import type { KitDocument } from './kitDocuments.ts';
import type { KitTruth } from './kitTruth.ts';

/** A request as the kit saw it, and what it answered. */
export interface Exchange {
  readonly route: KitRoute | undefined;
  /** The bearer token that came along. */
  readonly token: string | undefined;
  /** Of the request's body. */
  readonly sha256: string;
  readonly bytes: number;
  /** When the request was there, in milliseconds of the scenario. */
  readonly at: number;
  /** Whether a mischief was played on it. */
  spoilt: boolean;
  /** HTTP status; undefined where no answer was sent. */
  status: number | undefined;
  /** The client gave up waiting before the kit did. */
  abandoned: boolean;
  /** Bytes of the answer's body that the client took. */
  taken: number;
  /** Milliseconds that the answer asked to wait, and when it was sent. */
  retryAfterMs: number | undefined;
  answeredAt: number;
}

/** How one run of the command ended. */
export interface ClientRun {
  /** Exit code; undefined when the kit had to end it. */
  readonly exit: number | undefined;
  /** Standard output and standard error, the first 64 KB. */
  readonly output: string;
  readonly ms: number;
}

/** A document that the client handed on: a file in the folder that it was given. */
export interface HandedFile {
  readonly name: string;
  readonly sha256: string;
}

/** Everything by which a run is judged. */
export interface Observation {
  readonly exchanges: readonly Exchange[];
  readonly runs: readonly ClientRun[];
  readonly kit: KitTruth;
  readonly handed: readonly HandedFile[];
  /** Files outside the folder that the client was given. */
  readonly strays: readonly string[];
  /** What was to be sent. */
  readonly sent: KitDocument;
  /** What waited in the inbox. */
  readonly offered: readonly KitDocument[];
}
