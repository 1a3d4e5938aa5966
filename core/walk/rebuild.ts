import { type AcceptedFacts, type KeptObjects, NOT_KEPT } from '../contract/accepted.ts';
import { sha256Of, uploadIdOf } from '../contract/derivedIds.ts';
import { type DispatchId, isSha256, type SystemId } from '../contract/ids.ts';
import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock, Directory, SeenObject } from '../contract/ports.ts';
import type { DispatchRecord, SystemRecord, UploadRecord } from '../contract/records.ts';
import type { Refusal } from '../contract/refusals.ts';
import type { LeftOutCode } from '../operate/leftOut.ts';
import { senderCodeOf } from '../submit/readSubmission.ts';
import type { Act } from './administer.ts';
import { openMessage } from './openMessage.ts';
import { type SubmitPorts, type SubmitRequest, submit } from './submit.ts';

export interface RebuildOnePorts extends Omit<SubmitPorts, 'later' | 'objects' | 'uploads' | 'directory'> {
  readonly clock: Clock;
  /** The registry of today, with codes as they were at a moment. */
  readonly directoryAt: (at: number) => Directory;
  readonly kept: KeptObjects;
}

/** What came of one object without a record; dry, what would. */
export type Rebuilt =
  | { readonly done: true }
  | { readonly done: false; readonly left: LeftOutCode }
  | { readonly done: false; readonly refused: Refusal };

const leftOut = (left: LeftOutCode): Rebuilt => ({ done: false, left });

/**
 * Rebuilds the record of a dispatch from its bytes and what was kept beside them: the very walk of a submission, as of the moment when
 * it was accepted, so that the same checks give the same dispatch. Its receipt says the same, and beside it when it was rebuilt. Fan-out follows as ever. What was done with it
 * since is nowhere in the bytes: its recipients are offered it once more, under the same delivery ids.
 */
export async function rebuildOne(
  id: DispatchId,
  how: { readonly act: Act; readonly dryRun: boolean },
  ports: RebuildOnePorts,
): Promise<Rebuilt> {
  const objects = await ports.kept.of(id);
  const messages = objects.filter(({ key }) => isSha256(nameIn(key, id)));
  const [message] = messages;
  if (!message) return leftOut('no-content');
  // The one that was accepted is not told apart from one whose submission broke off.
  if (messages.length > 1) return leftOut('several-contents');
  const { bytes, facts } = await ports.kept.read(message.key);
  if (sha256Of(bytes) !== nameIn(message.key, id)) return leftOut('content-altered');
  if (facts?.documentSignature === NOT_KEPT) return leftOut('signature-not-kept');
  const acceptedAt = facts?.acceptedAt ?? message.at;
  const directory = ports.directoryAt(acceptedAt);
  const caller = await callerOf(bytes, facts, { ...ports, directory });
  if (!caller) return leftOut('sender-unknown');
  const then = portsOf(
    { acceptedAt, directory, detached: detachedIn(objects, { id, system: caller.systemId }) },
    ports,
  );
  const request = requestOf(caller, { bytes, facts, newsAt: new Date(ports.clock.now()) });
  // Dry first: what it would become decides whether it may.
  const trial = await submit({ ...request, dryRun: true }, then);
  if (!trial.ok) return { done: false, refused: trial.refusal };
  if (trial.value.dispatchId !== id) return leftOut('other-dispatch');
  if (!facts && trial.value.report?.signed === 'none') return leftOut('sender-unknown');
  if (how.dryRun) return { done: true };
  const kept = await submit(request, { ...then, dispatches: rebuilding(how.act, ports) });
  return kept.ok ? { done: true } : { done: false, refused: kept.refusal };
}

const nameIn = (key: string, id: DispatchId): string => key.slice(`dispatches/${id}/`.length);

/** Without facts it must be the system that serves the sender, which its signature then has to prove. */
async function callerOf(
  bytes: Buffer,
  facts: AcceptedFacts | undefined,
  ports: Pick<SubmitPorts, 'directory' | 'reader' | 'lenient'>,
): Promise<SystemRecord | undefined> {
  if (facts) return ports.directory.system(facts.system);
  const read = openMessage({ bytes }, ports);
  const sender = read.ok ? await ports.directory.agencyByCode(senderCodeOf(read.value.document.message)) : undefined;
  return sender?.route && ports.directory.system(sender.route.system);
}

const requestOf = (
  caller: SystemRecord,
  { bytes, facts, newsAt }: { bytes: Buffer; facts: AcceptedFacts | undefined; newsAt: Date },
): SubmitRequest => ({
  caller,
  bytes,
  documentSignature: facts?.documentSignature,
  deliveryExpires: facts?.deliveryExpires,
  dryRun: false,
  newsAt,
});

interface Then {
  readonly acceptedAt: number;
  readonly directory: Directory;
  readonly detached: readonly UploadRecord[];
}

/** A submission as of then, whose bytes and files lie where they belong already. */
const portsOf = ({ acceptedAt, directory, detached }: Then, ports: RebuildOnePorts): SubmitPorts => ({
  ...ports,
  clock: { now: () => acceptedAt },
  directory,
  receipts: {
    sign: (payload) => ports.receipts.sign({ ...payload, at: iso(ports.clock.now()), accepted: payload.at }),
  },
  objects: { putOnce: async () => 'same', copyOnce: async () => 'same' },
  uploads: { findMany: async (ids) => detached.filter(({ uploadId }) => ids.includes(uploadId)) },
});

/** Files beside the message, as the sealed uploads that they once were. */
const detachedIn = (
  objects: readonly SeenObject[],
  { id, system }: { readonly id: DispatchId; readonly system: SystemId },
): readonly UploadRecord[] =>
  objects.flatMap(({ key, bytes, at }) => {
    const sha256 = nameIn(key, id).slice('attachments/'.length);
    if (!isSha256(sha256)) return [];
    const uploadId = uploadIdOf({ system, what: 'attachment', sha256 });
    const times = { createdAt: at, expiresAt: Number.POSITIVE_INFINITY };
    return [{ v: 1, uploadId, system, what: 'attachment', sha256, bytes, state: 'sealed', key, ...times } as const];
  });

/** Acceptance as it was, and beside it who rebuilt it when and why. */
function rebuilding(act: Act, { dispatches, clock }: RebuildOnePorts): SubmitPorts['dispatches'] {
  const now = clock.now();
  const rebuilt = (dispatch: DispatchRecord): DispatchRecord => ({
    ...dispatch,
    timeline: [
      ...dispatch.timeline,
      { ev: 'x-rebuilt', at: now, by: act.by, from: dispatch.state, to: dispatch.state, detail: act.reason },
    ],
    due: { what: 'fan-out', at: now + LIMITS.overdueSeconds * 1000, attempts: 0 },
  });
  return {
    find: (id) => dispatches.find(id),
    findMany: (ids) => dispatches.findMany(ids),
    corrections: (id, limit) => dispatches.corrections(id, limit),
    numbered: (agency, of, limit) => dispatches.numbered(agency, of, limit),
    accept: (dispatch) => dispatches.accept(rebuilt(dispatch)),
  };
}
