import { createPrivateKey } from 'node:crypto';
import { signDetached } from '../adapters/trust/detachedJws.ts';
import { signEdxml } from '../adapters/trust/signEdxml.ts';
import { createEngine } from '../adapters/xml/engine.ts';
import { askTimeStamp } from './askTimeStamp.ts';
import { readPemCertificates } from './pemCertificates.ts';
import type { Profile } from './profile.ts';
import { UsageError } from './usageError.ts';

/**
 * How to sign.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { readProfile, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const signed = await signDocument(await readFile('letter.edxml'), profile, { xades: true });
 * console.log(signed.length, 'bytes, the properties of XAdES included');
 */
export interface SignOptions {
  /** Code of the agency to sign as; the one in From if absent. */
  readonly as?: string | undefined;
  /** Adds the properties of XAdES level B-B (ETSI EN 319 132-1): which certificate signed, and when, as the signer says. */
  readonly xades?: boolean;
  /** Address of a time-stamping authority (RFC 3161): makes it level B-T, which proves when the signature existed. */
  readonly tsa?: string | undefined;
}

/**
 * Signs a document with the key that the profile holds for its sender, and verifies what was signed before it returns it.
 *
 * @throws UsageError when the profile has no key for it; XmlRefusal when the document is outside the strict profile.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { readProfile, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const signed = await signDocument(await readFile('letter.edxml'), profile);
 * console.log(signed.length, 'bytes, signature included');
 */
export async function signDocument(bytes: Buffer, profile: Profile, options: SignOptions = {}): Promise<Buffer> {
  const { as, xades = false, tsa } = options;
  const { key, certificates } = signerOf(bytes, profile, as);
  return signEdxml(bytes, {
    key,
    certificates,
    ...(xades || tsa !== undefined ? { xades: { at: new Date() } } : {}),
    ...(tsa === undefined ? {} : { timeStamp: (imprint) => askTimeStamp(tsa, imprint) }),
  });
}

/**
 * As {@link signDocument}, with the signature beside the document: a detached JWS (RFC 7797).
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, readProfile, signDetachedDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const bytes = await readFile('letter.edxml');
 * const documentSignature = await signDetachedDocument(bytes, profile);
 * const { outcome } = await AxisClient.of(profile).submit(bytes, { documentSignature, dryRun: true });
 * console.log(outcome);
 */
export async function signDetachedDocument(bytes: Buffer, profile: Profile, as?: string): Promise<string> {
  const { key, certificates } = signerOf(bytes, profile, as);
  const [certificate] = certificates;
  if (certificate === undefined) throw new UsageError('the profile has no certificate for the sender');
  const algorithm = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  return signDetached(bytes, { algorithm, key, certificate });
}

function signerOf(bytes: Buffer, profile: Profile, as: string | undefined) {
  const code = as ?? createEngine().open(bytes).message.MessageHeader.From.OrganId;
  const agency = profile.agencies.find((candidate) => candidate.code === code);
  if (agency?.signingKey === undefined || agency.certificates === undefined) {
    throw new UsageError(`the profile has no signing key for ${code ?? 'a document without From'}`);
  }
  return { key: createPrivateKey(agency.signingKey), certificates: agency.certificates.flatMap(readPemCertificates) };
}
