import type { AnswerOf } from '../contract/answers.ts';
import type { LogBatch, LogHeads, LogObjects, LogWork, Timeline } from '../contract/evidence.ts';
import type { DeliveryId, DispatchId, Thumbprint } from '../contract/ids.ts';
import type { Directory, ReceiptCertificates } from '../contract/ports.ts';
import type { SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { parseCheckpoint } from '../prove/checkpoint.ts';
import { proofText } from '../prove/proof.ts';
import { hashReader } from '../prove/tiles.ts';
import { inclusionPath } from '../prove/tree.ts';

export interface ProvePorts {
  readonly directory: Pick<Directory, 'agency'>;
  readonly work: Pick<LogWork, 'read'>;
  readonly heads: Pick<LogHeads, 'read'>;
  readonly objects: Pick<LogObjects, 'batch' | 'tile'>;
  readonly receiptCertificates: ReceiptCertificates;
}

type Evidence = AnswerOf<'dispatchEvidence'>;

/** The steps of a dispatch itself, from its acceptance: for the system of its sender. */
export async function proveDispatch(
  caller: SystemRecord,
  id: DispatchId,
  ports: ProvePorts,
): Promise<Outcome<Evidence>> {
  const [timeline] = await ports.work.read([id]);
  if (!timeline || !(await isSenders(caller, timeline, ports))) return refuse('dispatch-not-found');
  return accept(await evidenceOf(timeline, ports));
}

/** The steps of one delivery: for the system whose inbox it is in, and for that of the sender. */
export async function proveDelivery(
  caller: SystemRecord,
  id: DeliveryId,
  ports: ProvePorts,
): Promise<Outcome<Evidence>> {
  const [timeline] = await ports.work.read([id]);
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
  const batches = new Map<number, LogBatch>();
  for (const { start } of published) batches.set(start, await ports.objects.batch(start));
  const steps = published.flatMap((run, at) => {
    const from = published[at - 1]?.to ?? 0;
    const records = batches.get(run.start)?.items.find((item) => item.id === id)?.records ?? [];
    return records.map((record, step) => ({ n: from + step + 1, index: run.index + step, record }));
  });
  const read = hashReader(size, (path) => ports.objects.tile(path));
  const certificates = new Map<Thumbprint, Promise<string>>();
  const records = await Promise.all(
    steps.map(async ({ n, index, record }) => ({
      n,
      index,
      record,
      certificate: await certificateOf(record, certificates, ports),
      proof: proofText({ index, path: await inclusionPath({ index, size }, read), note: note ?? '' }),
    })),
  );
  return { of: id, dispatchId, records, waiting: timeline.timeline.length - records.length };
}

/** DER, base64, of the certificate that a record names; each is asked for once. */
function certificateOf(
  record: string,
  known: Map<Thumbprint, Promise<string>>,
  { receiptCertificates }: ProvePorts,
): Promise<string> {
  const header: { readonly 'x5t#S256': Thumbprint } = JSON.parse(
    Buffer.from(record.split('.')[0] ?? '', 'base64url').toString(),
  );
  const thumbprint = header['x5t#S256'];
  const certificate =
    known.get(thumbprint) ??
    receiptCertificates.find(thumbprint).then((der) => {
      if (der === undefined) throw new Error(`no certificate of the axis has the thumbprint ${thumbprint}`);
      return der;
    });
  known.set(thumbprint, certificate);
  return certificate;
}
