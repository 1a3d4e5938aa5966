import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { parseProperties } from '../admin/parseProperties.ts';
import { openNamedRecords } from '../disk/namedRecords.ts';
import type { ResourcePolicy } from '../iam/evaluate.ts';
import { namesAccount } from '../iam/evaluate.ts';
import { parseResourcePolicy } from '../iam/parsePolicy.ts';

const recordSchema = z.object({
  spec: z.enum(['ECC_NIST_P256', 'SYMMETRIC_DEFAULT']),
  description: z.string(),
  enabled: z.boolean(),
  /** Epoch milliseconds of axis time. */
  createdAt: z.number(),
  /** Base64: PKCS #8 of an elliptic key, or the 32 bytes of a symmetric one. */
  material: z.string(),
  policy: z.unknown(),
});

const keySchema = z.strictObject({
  KeySpec: z.enum(['ECC_NIST_P256', 'SYMMETRIC_DEFAULT']).default('SYMMETRIC_DEFAULT'),
  KeyUsage: z.enum(['SIGN_VERIFY', 'ENCRYPT_DECRYPT']).default('ENCRYPT_DECRYPT'),
  KeyPolicy: z.unknown().optional(),
  Description: z.string().default(''),
  Enabled: z.boolean().default(true),
  MultiRegion: z.literal(false).optional(),
  // Without effect on a laptop.
  EnableKeyRotation: z.unknown().optional(),
  RotationPeriodInDays: z.unknown().optional(),
  PendingWindowInDays: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** A key with its material ready for use. */
export interface StoredKey {
  readonly keyId: string;
  readonly spec: 'ECC_NIST_P256' | 'SYMMETRIC_DEFAULT';
  readonly description: string;
  readonly enabled: boolean;
  readonly createdAt: number;
  /** The elliptic private key, or the 32 bytes. */
  readonly material: KeyObject | Buffer;
  readonly policy: ResourcePolicy;
}

/** Keys and aliases on disk, readable by their owner only. */
export interface KeyStore {
  /** Creates the key if it is absent; its material never changes. */
  create(keyId: string, properties: unknown, now: number): void;
  setAlias(alias: string, keyId: string): void;
  /** Finds by key id or alias name. */
  find(keyIdOrAlias: string): StoredKey | undefined;
  keyIds(): string[];
  aliases(): Record<string, string>;
}

/** Opens the keys kept in `dir`, for keys of `account`. */
export function openKeyStore(dir: string, account: string): KeyStore {
  const records = openNamedRecords(join(dir, 'keys.json'), recordSchema);
  const aliases = openNamedRecords(join(dir, 'key-aliases.json'), z.string());
  const ready = new Map<string, StoredKey>();

  function load(keyId: string): StoredKey | undefined {
    const record = records.get(keyId);
    if (!record) return undefined;
    const bytes = Buffer.from(record.material, 'base64');
    const material =
      record.spec === 'ECC_NIST_P256' ? createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }) : bytes;
    const key = { ...record, keyId, material, policy: keyPolicy(record.policy, keyId, account) };
    ready.set(keyId, key);
    return key;
  }

  return {
    create(keyId, properties, now) {
      const wanted = parseProperties('AWS::KMS::Key', keySchema, properties);
      const usage = wanted.KeySpec === 'ECC_NIST_P256' ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT';
      parseProperties('AWS::KMS::Key KeyUsage', z.literal(usage), wanted.KeyUsage);
      keyPolicy(wanted.KeyPolicy, keyId, account);
      const present = records.get(keyId);
      records.set(keyId, {
        spec: present?.spec ?? wanted.KeySpec,
        createdAt: present?.createdAt ?? now,
        material: present?.material ?? newMaterial(wanted.KeySpec),
        description: wanted.Description,
        enabled: wanted.Enabled,
        policy: wanted.KeyPolicy ?? null,
      });
      ready.delete(keyId);
    },
    setAlias: (alias, keyId) => aliases.set(alias, keyId),
    find(keyIdOrAlias) {
      const keyId = aliases.get(keyIdOrAlias) ?? keyIdOrAlias;
      return ready.get(keyId) ?? load(keyId);
    },
    keyIds: () => Array.from(records.entries(), ([keyId]) => keyId),
    aliases: () => Object.fromEntries(aliases.entries()),
  };
}

function newMaterial(spec: StoredKey['spec']): string {
  if (spec === 'SYMMETRIC_DEFAULT') return randomBytes(32).toString('base64');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

/** Without a policy a key has the default one, which leaves everything to the account's identity policies. */
function keyPolicy(document: unknown, keyId: string, account: string): ResourcePolicy {
  if (document === undefined || document === null) return { statements: [], identityPoliciesCount: true };
  const statements = parseResourcePolicy(document, `policy of key ${keyId}`);
  const identityPoliciesCount = statements.some(
    ({ Effect, Action, principals }) =>
      Effect === 'Allow' && Action.some((action) => action === 'kms:*') && namesAccount(principals, account),
  );
  return { statements, identityPoliciesCount };
}
