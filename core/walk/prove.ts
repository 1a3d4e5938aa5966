import type { AnswerOf } from '../contract/answers.ts';
import type { LogBatch, LogHeads, LogObjects, LogWork, Timeline } from '../contract/evidence.ts';
import type { DeliveryId, DispatchId } from '../contract/ids.ts';
import type { Directory } from '../contract/ports.ts';
import type { SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { parseCheckpoint } from '../prove/checkpoint.ts';
import { thumbprintIn } from '../prove/evidence.ts';
import { proofText } from '../prove/proof.ts';
import { hashReader } from '../prove/tiles.ts';
import { inclusionPath } from '../prove/tree.ts';

export interface ProvePorts {
  readonly directory: Pick<Directory, 'agency'>;
  readonly work: Pick<LogWork, 'find'>;
  readonly heads: Pick<LogHeads, 'read'>;
  readonly objects: Pick<LogObjects, 'batch' | 'tile'>;
}

type Evidence = AnswerOf<'dispatchEvidence'>;

/** The steps of a dispatch itself, from its acceptance: for the system of its sender. */
export async function proveDispatch(
  caller: SystemRecord,
  id: DispatchId,
  ports: ProvePorts,
): Promise<Outcome<Evidence>> {
  const timeline = await ports.work.find(id);
  if (!timeline || !(await isSenders(caller, timeline, ports))) return refuse('dispatch-not-found');
  return accept(await evidenceOf(timeline, ports));
}

/** The steps of one delivery: for the system whose inbox it is in, and for that of the sender. */
export async function proveDelivery(
  caller: SystemRecord,
  id: DeliveryId,
  ports: ProvePorts,
): Promise<Outcome<Evidence>> {
  const timeline = await ports.work.find(id);
  const isTheirs = timeline && (timeline.system === caller.systemId || (await isSenders(caller, timeline, ports)));
  return isTheirs ? accept(await evidenceOf(timeline, ports)) : refuse('delivery-not-found');
}

async function isSenders(caller: SystemRecord, { sender }: Timeline, { directory }: ProvePorts): Promise<boolean> {
  return (await directory.agency(sender))?.route?.system === caller.systemId;
}

/** Every step that the newest checkpoint covers, with all that it takes to check it offline. */
async function evidenceOf(timeline: Timeline, ports: ProvePorts): Promise<Evidence> {
  const { id, dispatchId, logged } = timeline;
  const note = (await ports.heads.read())?.checkpoint;
  const size = note === undefined ? 0 : (parseCheckpoint(note)?.checkpoint.size ?? 0);
  const published = logged.filter((run) => run.start < size);
  const steps: Omit<Evidence['records'][number], 'proof'>[] = [];
  for (const [at, run] of published.entries()) {
    const from = published[at - 1]?.to ?? 0;
    const batch = await ports.objects.batch(run.start);
    const records = batch.items.find((item) => item.id === id)?.records ?? [];
    for (const [step, record] of records.entries())
      steps.push({ n: from + step + 1, index: run.index + step, record, certificate: certificateOf(record, batch) });
  }
  const read = hashReader(size, (path) => ports.objects.tile(path));
  const records = await Promise.all(
    steps.map(async (step) => {
      const { index } = step;
      return {
        ...step,
        proof: proofText({ index, path: await inclusionPath({ index, size }, read), note: note ?? '' }),
      };
    }),
  );
  return { of: id, dispatchId, records, waiting: timeline.timeline.length - records.length };
}

/** DER, base64, of the certificate that a record names. */
function certificateOf(record: string, { start, certificates }: LogBatch): string {
  const thumbprint = thumbprintIn(record);
  const certificate = certificates[thumbprint];
  if (certificate === undefined) throw new Error(`the batch at ${start} lacks the certificate ${thumbprint}`);
  return certificate;
}
