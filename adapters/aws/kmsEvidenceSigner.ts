import type { KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { EvidenceSigner } from '../../core/contract/evidence.ts';
import type { SignedReceipt } from '../../core/contract/ports.ts';
import { originOf, signedNote } from '../../core/prove/checkpoint.ts';
import { noteKeyId } from '../trust/checkpointKey.ts';
import { EVIDENCE_TYPE } from '../trust/receipt.ts';
import { type KmsReceiptSigner, receiptIssuerKey, signWithReceiptKey } from './kmsReceiptSigner.ts';

/** Records by a key of this instance, checkpoints by the axis's receipt key itself: one KMS call a batch. */
export class KmsEvidenceSigner implements EvidenceSigner {
  readonly #of: {
    readonly kms: KMSClient;
    readonly keyId: string;
    readonly axis: string;
    readonly records: KmsReceiptSigner;
  };
  #key: KeyObject | undefined;

  constructor(of: {
    readonly kms: KMSClient;
    readonly keyId: string;
    readonly axis: string;
    readonly records: KmsReceiptSigner;
  }) {
    this.#of = of;
  }

  record(payload: Readonly<Record<string, unknown>> & { readonly at: string }): Promise<SignedReceipt> {
    return this.#of.records.sign(payload, EVIDENCE_TYPE);
  }

  async checkpoint(text: string): Promise<string> {
    const { kms, keyId, axis } = this.#of;
    this.#key ??= await receiptIssuerKey(kms, keyId);
    const signature = await signWithReceiptKey(kms, keyId, Buffer.from(text));
    return signedNote(text, { name: originOf(axis), keyId: noteKeyId(this.#key), signature });
  }
}
