import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Thumbprint } from '../../core/contract/ids.ts';
import type {
  Clock,
  ReceiptCertificates,
  ReceiptPayload,
  ReceiptSigner,
  SignedReceipt,
} from '../../core/contract/ports.ts';
import { createInstanceKey, type InstanceKey } from '../trust/instanceKey.ts';
import { type StatementType, signReceipt } from '../trust/receipt.ts';
import { fromItem, toItem } from './item.ts';
import { readItem } from './readItem.ts';

const keyOf = (thumbprint: string): string => `instance#${thumbprint}`;

/** The public key of the axis's receipt issuer, from KMS. */
export async function receiptIssuerKey(client: KMSClient, keyId: string): Promise<KeyObject> {
  const answer = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (!answer.PublicKey) throw new Error('KMS answered without a public key');
  return createPublicKey({ key: Buffer.from(answer.PublicKey), format: 'der', type: 'spki' });
}

/** Signs a message of at most 4,096 bytes with the axis's receipt issuer: ECDSA over P-256 and SHA-256, DER. */
export async function signWithReceiptKey(client: KMSClient, keyId: string, message: Buffer): Promise<Buffer> {
  const answer = await client.send(
    new SignCommand({ KeyId: keyId, Message: message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
  );
  if (!answer.Signature) throw new Error('KMS answered without a signature');
  return Buffer.from(answer.Signature);
}

/** Certificates of instance keys, stored before their keys sign anything, in the `dispatches` table. */
export class ReceiptCertificateTable implements ReceiptCertificates {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async find(thumbprint: Thumbprint): Promise<string | undefined> {
    const item = await readItem(this.#client, this.#table, keyOf(thumbprint));
    return item ? fromItem<{ der: string }>(item).der : undefined;
  }

  async store(thumbprint: Thumbprint, der: Buffer): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: toItem({ id: keyOf(thumbprint), v: 1, der: der.toString('base64') }),
      }),
    );
  }
}

/** How long a key that is past half of its life is used before its renewal is tried again. */
const RETRY_MS = 60_000;

export interface ReceiptSignerOptions {
  readonly kms: KMSClient;
  readonly keyId: string;
  readonly certificates: ReceiptCertificateTable;
  readonly axis: string;
  readonly instance: { readonly function: string; readonly version: string };
  readonly clock: Clock;
}

/**
 * Signs receipts with a key of this instance that the axis's KMS key certified: KMS is called once per instance and
 * half life, not per receipt. A certificate is stored before its key signs anything.
 */
export class KmsReceiptSigner implements ReceiptSigner {
  readonly #options: ReceiptSignerOptions;
  #key: InstanceKey | undefined;
  #renewal: Promise<InstanceKey> | undefined;
  #renewAt = 0;

  constructor(options: ReceiptSignerOptions) {
    this.#options = options;
  }

  async sign(payload: ReceiptPayload, type?: StatementType): Promise<SignedReceipt> {
    const key = await this.ready();
    return {
      jws: signReceipt(payload, key, type),
      thumbprint: key.thumbprint as Thumbprint,
      certificate: key.certificate.toString('base64'),
    };
  }

  /** Makes the key, or a new one past half of its life. While KMS fails, the key that is there serves its other half. */
  ready(): Promise<InstanceKey> {
    const now = this.#options.clock.now();
    if (this.#key && now < this.#renewAt) return Promise.resolve(this.#key);
    this.#renewal ??= this.#renew(now).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(now: number): Promise<InstanceKey> {
    const current = this.#key;
    try {
      const key = await this.#certify(now);
      this.#key = key;
      this.#renewAt = (key.notBefore.getTime() + key.notAfter.getTime()) / 2;
      return key;
    } catch (error) {
      if (!current || now >= current.notAfter.getTime()) throw error;
      this.#renewAt = now + RETRY_MS;
      return current;
    }
  }

  async #certify(now: number): Promise<InstanceKey> {
    const { kms, keyId, certificates, axis, instance } = this.#options;
    const publicKey = await receiptIssuerKey(kms, keyId);
    const sign = (tbs: Buffer): Promise<Buffer> => signWithReceiptKey(kms, keyId, tbs);
    const key = await createInstanceKey({
      issuer: { name: axis.slice(0, 64), publicKey, sign },
      instance: { ...instance, nonce: randomBytes(8).toString('hex') },
      now: new Date(now),
      serial: randomBytes(16),
    });
    await certificates.store(key.thumbprint as Thumbprint, key.certificate);
    return key;
  }
}
