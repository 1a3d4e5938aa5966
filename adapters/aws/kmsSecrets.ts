import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { SystemId } from '../../core/contract/ids.ts';
import type { SecretOpener, SecretSealer } from '../../core/contract/ports.ts';

/** Secrets that an instance keeps open, each up to 60 bytes. */
const OPEN_SECRETS = 10_000;

/**
 * What every ciphertext is bound to: under another system or stage KMS does not open it, and the functions' roles may ask for no
 * other context. It stands in CloudTrail, so it holds nothing but names.
 */
const contextOf = (stage: string, system: SystemId): Record<string, string> => ({ stage, system });

/** Encrypts secrets directly under the stage's KMS key: they are far below the 4,096 bytes that KMS takes. */
export class KmsSecretSealer implements SecretSealer {
  readonly #kms: KMSClient;
  readonly #keyId: string;
  readonly #stage: string;

  constructor(kms: KMSClient, keyId: string, stage: string) {
    this.#kms = kms;
    this.#keyId = keyId;
    this.#stage = stage;
  }

  async seal(system: SystemId, secret: string): Promise<string> {
    const { CiphertextBlob } = await this.#kms.send(
      new EncryptCommand({
        KeyId: this.#keyId,
        Plaintext: Buffer.from(secret),
        EncryptionContext: contextOf(this.#stage, system),
      }),
    );
    if (!CiphertextBlob) throw new Error('KMS answered without a ciphertext');
    return Buffer.from(CiphertextBlob).toString('base64');
  }
}

/**
 * Opens secrets, each once per instance: a ciphertext never means anything else. Whether a secret still counts is read from the
 * registry at every call.
 */
export class KmsSecretOpener implements SecretOpener {
  readonly #kms: KMSClient;
  readonly #keyId: string;
  readonly #stage: string;
  readonly #open = new Map<string, string>();

  constructor(kms: KMSClient, keyId: string, stage: string) {
    this.#kms = kms;
    this.#keyId = keyId;
    this.#stage = stage;
  }

  async open(system: SystemId, ciphertext: string): Promise<string> {
    const name = `${system} ${ciphertext}`;
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const { Plaintext } = await this.#kms.send(
      new DecryptCommand({
        KeyId: this.#keyId,
        CiphertextBlob: Buffer.from(ciphertext, 'base64'),
        EncryptionContext: contextOf(this.#stage, system),
      }),
    );
    if (!Plaintext) throw new Error('KMS answered without a plaintext');
    const secret = Buffer.from(Plaintext).toString('utf8');
    if (this.#open.size >= OPEN_SECRETS) this.#open.clear();
    this.#open.set(name, secret);
    return secret;
  }
}
