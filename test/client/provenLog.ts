import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { noteKeyId } from '../../adapters/trust/checkpointKey.ts';
import { createInstanceKey, type InstanceKey } from '../../adapters/trust/instanceKey.ts';
import { EVIDENCE_TYPE, signReceipt } from '../../adapters/trust/receipt.ts';
import type { EvidenceRecord } from '../../client/checkEvidence.ts';
import type { DeliveryId } from '../../core/contract/ids.ts';
import type { DispatchRecord, TimelineEntry } from '../../core/contract/records.ts';
import { checkpointText, signedNote } from '../../core/prove/checkpoint.ts';
import { type EvidencePayload, entryOf, evidencePayloadOf } from '../../core/prove/evidence.ts';
import { proofText } from '../../core/prove/proof.ts';
import { inclusionPath, leafHashOf, rootOver } from '../../core/prove/tree.ts';

/** A log in memory as an axis would write it, and everything in it that somebody could wish to write differently. */

export const AXIS = 'axis.example';
export const NOW = Date.UTC(2026, 5, 1, 8);

interface Issuer {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly instance: InstanceKey;
}

/** The receipt key of an axis, and a key of an instance that it certified. */
export async function anIssuer(): Promise<Issuer> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const instance = await createInstanceKey({
    issuer: { name: AXIS, publicKey: keys.publicKey, sign: async (tbs) => sign('sha256', tbs, keys.privateKey) },
    instance: { function: 'log', version: '1', nonce: 'a1' },
    now: new Date(NOW),
    serial: Buffer.alloc(16, 5),
  });
  return { ...keys, instance };
}

/** The receipt that proves the first step of a dispatch. */
export function receiptOf({ dispatchId }: DispatchRecord, { instance }: Issuer, more: object = {}): string {
  const at = new Date(NOW).toISOString();
  return signReceipt({ v: 1, id: dispatchId, ev: 'SubmissionAcceptance', at, axis: AXIS, ...more }, instance);
}

/** The record of a step of a dispatch, or of a delivery of it. */
export function recordOf(
  { dispatchId, headline }: DispatchRecord,
  step: {
    readonly n: number;
    readonly of?: DeliveryId;
    readonly entry: TimelineEntry;
    /** Place of the step before it. */
    readonly prev?: number;
  },
  { instance }: Issuer,
  change: (payload: EvidencePayload) => Record<string, unknown> & { readonly at: string } = (payload) => payload,
): string {
  const { n, of = dispatchId, entry, prev } = step;
  const subject = { id: of, dispatchId, headline, ...(of === dispatchId ? {} : { recipientCode: 'X92' }) };
  const salt = createHash('sha256').update(`${of} ${n}`).digest().subarray(0, 16).toString('base64url');
  const payload = evidencePayloadOf(subject, entry, { n, prev, axis: AXIS, at: NOW, salt });
  return signReceipt(change(payload), instance, EVIDENCE_TYPE);
}

interface SignedBy {
  readonly origin?: string;
  /** Of the signature; that of the checkpoint if absent. */
  readonly name?: string;
  readonly key?: KeyObject;
  readonly keyId?: Buffer;
  readonly root?: Buffer;
  readonly size?: number;
}

/** What is in a log, in its order. */
export class ProvenLog {
  readonly #records: readonly string[];
  readonly #leaves: readonly Buffer[];
  readonly #issuer: Issuer;

  constructor(records: readonly string[], issuer: Issuer) {
    this.#records = records;
    this.#leaves = records.map((record) => leafHashOf(entryOf(record)));
    this.#issuer = issuer;
  }

  /** The signed checkpoint over everything. */
  note(by: SignedBy = {}): string {
    const { origin = `${AXIS}/log`, key = this.#issuer.privateKey, root = rootOver(this.#leaves) } = by;
    const { name = origin, keyId = noteKeyId(this.#issuer.publicKey), size = this.#leaves.length } = by;
    const text = checkpointText({ origin, size, root });
    return signedNote(text, { name, keyId, signature: sign('sha256', Buffer.from(text), key) });
  }

  async path(index: number): Promise<readonly Buffer[]> {
    const read = async (height: number, at: number) =>
      rootOver(this.#leaves.slice(at * 2 ** height, (at + 1) * 2 ** height));
    return inclusionPath({ index, size: this.#leaves.length }, read);
  }

  async proof(index: number, note = this.note()): Promise<string> {
    return proofText({ index, path: await this.path(index), note });
  }

  /** Records with their proofs, as the axis hands them out. */
  async evidenceOf(records: readonly string[]): Promise<EvidenceRecord[]> {
    const note = this.note();
    const certificate = this.#issuer.instance.certificate.toString('base64');
    return Promise.all(
      records.map(async (record, at) => {
        const index = this.#records.indexOf(record);
        return { n: at + 1, index, record, certificate, proof: await this.proof(index, note) };
      }),
    );
  }
}
