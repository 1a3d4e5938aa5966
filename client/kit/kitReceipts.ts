import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createInstanceKey, type InstanceKey } from '../../adapters/trust/instanceKey.ts';
import { signReceipt } from '../../adapters/trust/receipt.ts';
import type { KitDocument } from './kitDocuments.ts';

/** A receipt, and what it takes to check it. */
export interface KitReceipt {
  readonly receipt: string;
  /** DER, base64. */
  readonly receiptCertificate: string;
}

/** Signs receipts as the axis does, by a key of its own: what the real axis signs cannot be had here. */
export class KitReceipts {
  readonly #axis: string;
  readonly #key: InstanceKey;
  /** Public key, JWK: what a profile calls `receiptIssuer`. */
  readonly issuer: Readonly<Record<string, unknown>>;

  private constructor(axis: string, key: InstanceKey, issuer: Readonly<Record<string, unknown>>) {
    this.#axis = axis;
    this.#key = key;
    this.issuer = issuer;
  }

  static async create(axis: string): Promise<KitReceipts> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = await createInstanceKey({
      issuer: { name: axis, publicKey, sign: async (tbs) => sign('sha256', tbs, privateKey) },
      instance: { function: 'kit', version: '1', nonce: randomBytes(8).toString('hex') },
      now: new Date(),
      serial: randomBytes(16),
    });
    return new KitReceipts(axis, key, { ...publicKey.export({ format: 'jwk' }) });
  }

  of(dispatchId: string, document: KitDocument): KitReceipt {
    const { documentId, sha256, bytes, sender, recipient, signed } = document;
    const payload = {
      v: 1,
      id: dispatchId,
      ev: 'SubmissionAcceptance',
      at: new Date().toISOString(),
      axis: this.#axis,
      doc: { msg: documentId, hash: sha256, size: bytes.length, kind: 'document' },
      from: { code: sender },
      to: [recipient],
      signed,
    };
    const { certificate } = this.#key;
    return { receipt: signReceipt(payload, this.#key), receiptCertificate: certificate.toString('base64') };
  }
}
