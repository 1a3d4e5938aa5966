import { createPublicKey, KeyObject, randomBytes, sign } from 'node:crypto';
import { z } from 'zod';
import { jsonRefusal } from '../gate/jsonRefusal.ts';
import type { Answer, GatedService, GateRequest, Operation } from '../gate/service.ts';
import { ServiceError } from '../gate/serviceError.ts';
import type { ConditionContext } from '../iam/condition.ts';
import { keyIdOfBlob, openBlob, sealBlob } from './envelope.ts';
import type { KeyStore, StoredKey } from './keyStore.ts';
import { signDigest } from './signDigest.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const BODY_LIMIT = 64 * 1_024;
const PLAINTEXT_LIMIT = 4_096;
const RAW_MESSAGE_LIMIT = 4_096;
const DIGEST_BYTES = 32;

const base64 = z
  .string()
  .max(BODY_LIMIT)
  .transform((text) => Buffer.from(text, 'base64'));
const context = z.record(z.string(), z.string()).default({});
const keyId = z.string().min(1).max(2_048);
const INPUTS = {
  DescribeKey: z.looseObject({ KeyId: keyId }),
  GetPublicKey: z.looseObject({ KeyId: keyId }),
  Sign: z.looseObject({
    KeyId: keyId,
    Message: base64,
    MessageType: z.enum(['RAW', 'DIGEST']).default('RAW'),
    SigningAlgorithm: z.literal('ECDSA_SHA_256'),
  }),
  Encrypt: z.looseObject({ KeyId: keyId, Plaintext: base64, EncryptionContext: context }),
  Decrypt: z.looseObject({ KeyId: keyId.optional(), CiphertextBlob: base64, EncryptionContext: context }),
  GenerateDataKey: z.looseObject({
    KeyId: keyId,
    EncryptionContext: context,
    KeySpec: z.enum(['AES_128', 'AES_256']).optional(),
    NumberOfBytes: z.number().int().min(1).max(1_024).optional(),
  }),
} as const;
type Inputs = { [Name in keyof typeof INPUTS]: z.infer<(typeof INPUTS)[Name]> };
type Work = { [Name in keyof Inputs]: (key: StoredKey, input: Inputs[Name]) => Record<string, unknown> };

interface KmsOperation extends Operation {
  readonly run: () => Record<string, unknown>;
}

/** KMS behind the gate: P-256 signing keys and symmetric keys; anything else answers `UnsupportedOperationException`. */
export function createKmsService(
  keys: KeyStore,
  place: { account: string; region: string },
): GatedService<KmsOperation> {
  const prefix = `arn:aws:kms:${place.region}:${place.account}:`;
  const arnOf = (key: StoredKey) => `${prefix}key/${key.keyId}`;
  const work = createWork(arnOf, place.account);

  function operationFor<Name extends keyof Inputs>(name: Name, body: unknown): KmsOperation {
    const parsed = INPUTS[name].safeParse(body);
    if (!parsed.success) throw new ServiceError('ValidationException', 400, z.prettifyError(parsed.error));
    // The schema is the one of this very name, which TypeScript cannot follow through the lookup.
    const input = parsed.data as Inputs[Name];
    const named = 'KeyId' in input && typeof input.KeyId === 'string' ? input.KeyId : undefined;
    const key = keyFor(named, 'CiphertextBlob' in input ? input.CiphertextBlob : undefined);
    const resource = arnOf(key);
    return {
      name,
      resource,
      grants: [{ action: `kms:${name}`, resource, context: conditionContext(input, named) }],
      run: () => work[name](key, input),
    };
  }

  function keyFor(named: string | undefined, blob: unknown): StoredKey {
    const inBlob = blob instanceof Buffer ? keyIdOfBlob(blob) : undefined;
    if (blob instanceof Buffer && inBlob === undefined) throw invalidCiphertext();
    const plain = named?.startsWith(prefix) ? named.slice(prefix.length).replace(/^key\//, '') : named;
    const key = keys.find(plain ?? inBlob ?? '');
    if (!key) throw new ServiceError('NotFoundException', 400, `Key '${named ?? inBlob}' does not exist`);
    if (inBlob !== undefined && inBlob !== key.keyId) {
      throw new ServiceError('IncorrectKeyException', 400, 'The key ID in the request does not identify the CMK.');
    }
    return key;
  }

  return {
    name: 'kms',
    bodyLimit: BODY_LIMIT,
    identify(request: GateRequest) {
      const name = /^TrentService\.([A-Za-z]+)$/.exec(request.headers['x-amz-target'] ?? '')?.[1] ?? '';
      if (!isSupported(name)) {
        throw new ServiceError('UnsupportedOperationException', 400, `${name || 'The operation'} is not supported`);
      }
      return operationFor(name, parseBody(request.body));
    },
    resourcePolicy: (resource) => keys.find(resource.slice(`${prefix}key/`.length))?.policy,
    async perform({ operation }): Promise<Answer> {
      return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: JSON.stringify(operation.run()) };
    },
    refusal: (error) => jsonRefusal(error, 'com.amazonaws.kms', CONTENT_TYPE),
  };
}

function createWork(arnOf: (key: StoredKey) => string, account: string): Work {
  return {
    DescribeKey: (key) => ({ KeyMetadata: metadata(key, arnOf(key), account) }),
    GetPublicKey: (key) => ({
      KeyId: arnOf(key),
      PublicKey: createPublicKey(signingKey(key)).export({ format: 'der', type: 'spki' }).toString('base64'),
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    }),
    Sign(key, { Message, MessageType, SigningAlgorithm }) {
      const privateKey = signingKey(key);
      const isDigest = MessageType === 'DIGEST';
      if (isDigest ? Message.length !== DIGEST_BYTES : Message.length < 1 || Message.length > RAW_MESSAGE_LIMIT) {
        throw new ServiceError('ValidationException', 400, `A message of ${Message.length} bytes cannot be signed.`);
      }
      const signature = isDigest ? signDigest(privateKey, Message) : sign('sha256', Message, privateKey);
      return { KeyId: arnOf(key), Signature: signature.toString('base64'), SigningAlgorithm };
    },
    Encrypt(key, { Plaintext, EncryptionContext }) {
      if (Plaintext.length < 1 || Plaintext.length > PLAINTEXT_LIMIT) {
        throw new ServiceError('ValidationException', 400, 'The plaintext must have 1 to 4096 bytes.');
      }
      const blob = sealBlob(symmetricKey(key), Plaintext, { keyId: key.keyId, context: EncryptionContext });
      return { KeyId: arnOf(key), CiphertextBlob: blob.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    Decrypt(key, { CiphertextBlob, EncryptionContext }) {
      const plaintext = openBlob(symmetricKey(key), CiphertextBlob, EncryptionContext);
      if (!plaintext) throw invalidCiphertext();
      return { KeyId: arnOf(key), Plaintext: plaintext.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
    },
    GenerateDataKey(key, { KeySpec, NumberOfBytes, EncryptionContext }) {
      if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
        throw new ServiceError('ValidationException', 400, 'Please specify either number of bytes or key spec.');
      }
      const plaintext = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32));
      const blob = sealBlob(symmetricKey(key), plaintext, { keyId: key.keyId, context: EncryptionContext });
      return { KeyId: arnOf(key), Plaintext: plaintext.toString('base64'), CiphertextBlob: blob.toString('base64') };
    },
  };
}

function isSupported(name: string): name is keyof Inputs {
  return Object.hasOwn(INPUTS, name);
}

function conditionContext(input: Record<string, unknown>, named: string | undefined): ConditionContext {
  const values: Record<string, string | string[]> = {};
  const { EncryptionContext, SigningAlgorithm, MessageType } = input;
  if (typeof EncryptionContext === 'object' && EncryptionContext !== null) {
    for (const [name, value] of Object.entries(EncryptionContext)) {
      values[`kms:EncryptionContext:${name}`] = String(value);
    }
    values['kms:EncryptionContextKeys'] = Object.keys(EncryptionContext);
  }
  if (typeof SigningAlgorithm === 'string') values['kms:SigningAlgorithm'] = SigningAlgorithm;
  if (typeof MessageType === 'string') values['kms:MessageType'] = MessageType;
  const alias = /alias\/.+$/.exec(named ?? '')?.[0];
  if (alias !== undefined) values['kms:RequestAlias'] = alias;
  return values;
}

function metadata(key: StoredKey, arn: string, account: string): Record<string, unknown> {
  const isSigning = key.spec === 'ECC_NIST_P256';
  return {
    AWSAccountId: account,
    KeyId: key.keyId,
    Arn: arn,
    CreationDate: key.createdAt / 1_000,
    Enabled: key.enabled,
    Description: key.description,
    KeyUsage: isSigning ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT',
    KeyState: key.enabled ? 'Enabled' : 'Disabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    MultiRegion: false,
    ...(isSigning ? { SigningAlgorithms: ['ECDSA_SHA_256'] } : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
  };
}

function signingKey(key: StoredKey): KeyObject {
  refuseDisabled(key);
  if (key.material instanceof KeyObject) return key.material;
  throw new ServiceError('InvalidKeyUsageException', 400, `${key.keyId} key usage is ENCRYPT_DECRYPT.`);
}

function symmetricKey(key: StoredKey): Buffer {
  refuseDisabled(key);
  if (key.material instanceof Buffer) return key.material;
  throw new ServiceError('InvalidKeyUsageException', 400, `${key.keyId} key usage is SIGN_VERIFY.`);
}

function refuseDisabled(key: StoredKey): void {
  if (!key.enabled) throw new ServiceError('DisabledException', 400, `${key.keyId} is disabled.`);
}

function invalidCiphertext(): ServiceError {
  return new ServiceError('InvalidCiphertextException', 400, 'The ciphertext cannot be decrypted.');
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new ServiceError('SerializationException', 400, 'The request body is not JSON.');
  }
}
