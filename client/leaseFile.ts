import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isDeliveryId } from '../core/contract/ids.ts';
import { UsageError } from './usageError.ts';

/** What is kept beside a received document, so that it can be settled later without typing the lease token. */
const LEASE = z.object({
  deliveryId: z.string(),
  dispatchId: z.string(),
  lease: z.object({ token: z.string(), until: z.string() }),
});

export type SavedLease = z.infer<typeof LEASE>;

/** Where received documents and leases are kept when nothing else is said. */
export const RECEIVED_FOLDER = 'received';

/** The file of a received document. The name is made of the delivery's id alone, never of anything that a sender wrote. */
export function documentFile(folder: string, deliveryId: string): string {
  return join(folder, `${checkedId(deliveryId)}.edxml`);
}

/** The file of a detached signature that came with a document. */
export const signatureFile = (folder: string, deliveryId: string): string =>
  join(folder, `${checkedId(deliveryId)}.jws`);

/** The file of the certificate that a detached signature names. */
export const signerFile = (folder: string, deliveryId: string): string =>
  join(folder, `${checkedId(deliveryId)}.signer.pem`);

/** The file of an attachment that came beside a document, by its number. */
export const attachmentFile = (folder: string, deliveryId: string, n: number): string =>
  join(folder, `${checkedId(deliveryId)}.attachment-${n}`);

const leaseFile = (folder: string, deliveryId: string): string => join(folder, `${checkedId(deliveryId)}.lease.json`);

/** A lease token settles a delivery, so only its owner may read the file. */
export async function saveLease(folder: string, { deliveryId, dispatchId, lease }: SavedLease): Promise<void> {
  await replaceFile(leaseFile(folder, deliveryId), JSON.stringify({ deliveryId, dispatchId, lease }, null, 2));
}

/** @throws UsageError when nothing is kept for this delivery. */
export async function readLease(folder: string, deliveryId: string): Promise<SavedLease> {
  const text = await readFile(leaseFile(folder, deliveryId), 'utf8').catch(() => undefined);
  const lease = z.safeParse(LEASE, text === undefined ? undefined : parse(text));
  if (lease.success) return lease.data;
  throw new UsageError(`${folder} holds no lease of ${deliveryId}: receive it first, or name --out or --token`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes a file so that it is there whole or not at all. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, content, { mode: 0o600, flush: true });
  await rename(part, path);
}

function checkedId(deliveryId: string): string {
  if (isDeliveryId(deliveryId)) return deliveryId;
  throw new UsageError(`${deliveryId} is not a delivery id (dlv_ and 32 letters or digits)`);
}
