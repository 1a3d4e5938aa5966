import type { AgencyId, SecretId } from '../contract/ids.ts';
import type {
  Clock,
  Deliveries,
  Directory,
  InboxProvision,
  Moves,
  RefusalArchive,
  RegistryWrites,
  SecretSealer,
} from '../contract/ports.ts';
import type { TimelineEntry } from '../contract/records.ts';
import type { Outcome } from '../contract/refusals.ts';
import type { CertificateInspector } from '../trust/certificateFacts.ts';

/** Reads a certificate that an operator wants to register, strictly. */
export interface CertificateReader {
  read(pem: string): Outcome<Buffer>;
}

/** What the operators' routes need; `administerSystems`, `administerAgencies` and `administerTrust` are their steps. */
export interface AdministerPorts {
  readonly clock: Clock;
  /** Reads the latest: an operator sees at once what was just done. */
  readonly directory: Directory;
  readonly registry: RegistryWrites;
  readonly inboxes: InboxProvision;
  readonly refusals: RefusalArchive;
  readonly certificates: CertificateReader;
  readonly inspector: CertificateInspector;
  readonly deliveries: Pick<Deliveries, 'find' | 'move'>;
  readonly moves: Pick<Moves, 'remember'>;
  readonly newAgencyId: () => AgencyId;
  readonly secrets: SecretSealer;
  /** A secret that nobody can guess, and an id that says nothing of it. */
  readonly newSecret: () => { readonly secretId: SecretId; readonly secret: string };
}

/** Who acts, and why: every change of the registry says both. */
export interface Act {
  /** As a timeline says it: `operator:<name>`, or the system that manages an agency of its own. */
  readonly by: string;
  readonly reason: string;
}

/** The entry that a change leaves in the history of what was changed. */
export const entryOf = (
  ev: string,
  act: Act,
  ports: Pick<AdministerPorts, 'clock'>,
  change: { from: string; to: string },
): TimelineEntry => ({
  ev,
  at: ports.clock.now(),
  by: act.by,
  ...change,
  detail: act.reason,
});
