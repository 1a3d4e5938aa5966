import { rm } from 'node:fs/promises';
import type { AnswerOf } from '../core/contract/answers.ts';
import { type DetachedReference, detachedReferences } from '../core/submit/detachedReferences.ts';
import type { AxisClient } from './axisClient.ts';
import { AxisFault } from './axisFault.ts';
import type { CommandContext } from './command.ts';
import { attachmentFile, documentFile, replaceFile, signatureFile, signerFile } from './leaseFile.ts';
import { pemOf } from './pemCertificates.ts';
import { signatureBeside } from './signatureBeside.ts';
import { transferBar } from './transferBar.ts';
import { type DocumentTrust, type DocumentVerdict, verifyDocument } from './verifyDocument.ts';

type Leased = AnswerOf<'receive'>['deliveries'][number];

/** Where a delivery is saved, and by whose certificates it is judged. */
export interface SavePlace {
  readonly folder: string;
  readonly trust: DocumentTrust;
  readonly context: CommandContext;
  readonly client: AxisClient;
  /** Of each lease, in seconds. */
  readonly leaseSeconds: number;
}

/** A delivery as it lies on the disk. */
export interface SavedDelivery {
  readonly file: string;
  /** Files beside the message, in the order of its manifest. */
  readonly attachments: readonly string[];
  /** Absent where nobody signed, and where the profile trusts no certificates to judge by. */
  readonly verdict?: DocumentVerdict;
}

/** Saves the exact bytes, the signature beside them and the files beside them; judges the sender's signature on the way. */
export async function saveDelivery(delivery: Leased, place: SavePlace): Promise<SavedDelivery> {
  const { folder, client, trust } = place;
  const file = documentFile(folder, delivery.deliveryId);
  const bytes = await client.fetchContent(delivery);
  await replaceFile(file, bytes);
  const beside = await signatureBeside(delivery, client);
  if (beside !== undefined) {
    await replaceFile(signatureFile(folder, delivery.deliveryId), beside.jws);
    await replaceFile(signerFile(folder, delivery.deliveryId), pemOf(beside.certificate));
  }
  const at = new Date(delivery.headline.acceptedAt);
  const verdict = verifyDocument(bytes, trust, { at, beside });
  const isJudged = delivery.headline.signed !== 'none' && trust.anchors.length > 0;
  const references = verdict.message === undefined ? [] : detachedReferences(verdict.message);
  const attachments = references.length > 0 ? await saveBeside(delivery, references, place) : [];
  return { file, attachments, ...(isJudged ? { verdict } : {}) };
}

/** Only what the message itself names by its digest, so that nothing else can come under its name. */
async function saveBeside(
  delivery: Leased,
  references: readonly DetachedReference[],
  { folder, client, context, leaseSeconds }: SavePlace,
): Promise<readonly string[]> {
  const { items } = await client.attachments(delivery);
  const holding = new Holding(delivery, client, leaseSeconds);
  const files: string[] = [];
  for (const { sha256, name } of references) {
    const item = items.find((candidate) => candidate.detached && candidate.sha256 === sha256);
    if (!item) throw new AxisFault('mismatch', `the axis has no attachment with the digest ${sha256}`);
    const path = attachmentFile(folder, delivery.deliveryId, item.n);
    const bar = transferBar(name, context);
    const onProgress = (progress: Parameters<typeof bar>[0]) => {
      bar(progress);
      holding.on();
    };
    const { dispatchId, deliveryId } = delivery;
    const saved = await client.saveAttachment({ dispatchId, deliveryId, n: item.n }, path, { onProgress });
    // What was saved is what the axis said; only what the signed message says counts.
    if (saved.sha256 !== sha256) {
      await rm(path, { force: true });
      throw new AxisFault('mismatch', `attachment ${item.n} is not the one that the message names`);
    }
    files.push(path);
  }
  context.progress('');
  return files;
}

/** Holds a lease while large files arrive: extends it at half of its time. */
class Holding {
  readonly #delivery: Leased;
  readonly #client: AxisClient;
  readonly #leaseSeconds: number;
  #since = performance.now();

  constructor(delivery: Leased, client: AxisClient, leaseSeconds: number) {
    this.#delivery = delivery;
    this.#client = client;
    this.#leaseSeconds = leaseSeconds;
  }

  on(): void {
    if (performance.now() - this.#since < this.#leaseSeconds * 500) return;
    this.#since = performance.now();
    // A lease that is lost shows when the next link is asked for, or when the delivery is acknowledged.
    void this.#client
      .extend(this.#delivery.deliveryId, { leaseToken: this.#delivery.lease.token, leaseSeconds: this.#leaseSeconds })
      .catch(() => undefined);
  }
}
