import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { keyObjection, verifyValue } from '../../adapters/xml/algorithms.ts';
import { Canonicalizer } from '../../adapters/xml/canon.ts';
import { DEFAULT_LIMITS } from '../../adapters/xml/limits.ts';
import { Octets } from '../../adapters/xml/octets.ts';
import { XmlRefusal } from '../../adapters/xml/refuse.ts';
import { Scanner } from '../../adapters/xml/scan.ts';
import { readSignatureAnywhere } from '../../adapters/xml/signature.ts';
import { type CaseVerdict, countSuite, type SuiteResult } from './suite.ts';

const caseSchema = z.object({
  id: z.string(),
  file: z.string(),
  algorithms: z.object({
    canonicalization: z.string().nullable().optional(),
    references: z.array(z.object({ uri: z.string().nullable(), transforms: z.array(z.string()) })).optional(),
  }),
  keyInfo: z.array(z.string()),
  key: z
    .object({ file: z.string(), type: z.enum(['certificate', 'spki', 'secret']), size: z.unknown().optional() })
    .nullable(),
  profile: z.enum(['accept', 'refuse']),
});

type Case = z.infer<typeof caseSchema>;

const manifestSchema = z.object({ cases: z.array(caseSchema) });

/**
 * XML signatures of others. They are no edXML, so the place of the Signature and the fields of the message are not asked
 * for; all else is: syntax, the closed profile of the Signature, the key, its value and the digest.
 */
export function judgeXmldsig(folder: string): SuiteResult {
  const { cases } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return countSuite('XMLDSig', cases, (one): CaseVerdict => {
    const bytes = readFileSync(join(folder, one.file));
    const load = () => keyOf(folder, one.key);
    const trouble = troubleOf(bytes, load);
    if (one.profile === 'refuse') return trouble === null ? { wrong: 'accepted' } : 'refused';
    if (trouble === null) return 'accepted';
    const need = needOf(one);
    // KeyInfo is neither signed nor believed: without it the mathematics of such a case are still judged.
    const rest = need === OTHER_KEY_INFO ? troubleOf(withoutKeyInfo(bytes), load) : null;
    if (rest !== null) return { wrong: `refused without KeyInfo: ${rest}` };
    return need === null ? { wrong: `refused: ${trouble}` } : { apart: need };
  });
}

const OTHER_KEY_INFO = 'ECDSAKeyValue';

function withoutKeyInfo(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/<KeyInfo>.*<\/KeyInfo>/s, ''), 'latin1');
}

/** What the profile of the vectors takes and that of docaxis does not. */
function needOf({ algorithms, key, keyInfo }: Case): string | null {
  if (key?.size === 'secp521r1') return 'P-521';
  const used = [algorithms.canonicalization, ...(algorithms.references ?? []).flatMap(({ transforms }) => transforms)];
  if (used.includes('c14n11')) return 'c14n11';
  if (algorithms.references?.some(({ uri }) => uri?.startsWith('#'))) return '#id';
  return keyInfo.includes(OTHER_KEY_INFO) ? OTHER_KEY_INFO : null;
}

/** Null when the first Signature is in the profile and holds with the key. */
function troubleOf(bytes: Buffer, load: () => KeyObject | undefined): string | null {
  const scanner = new Scanner(DEFAULT_LIMITS);
  const octets = new Octets();
  try {
    scanner.scan(bytes);
    const parts = readSignatureAnywhere(scanner);
    const key = load();
    if (key === undefined) return 'no key that can be loaded';
    const objection = keyObjection(key, parts.algorithm, parts.value.length);
    if (objection !== null) return objection;
    const canonicalizer = new Canonicalizer(scanner, octets, DEFAULT_LIMITS);
    octets.start(null);
    canonicalizer.emit({ ...parts.signedInfo, skip: null }, parts.signedInfoMethod);
    if (!verifyValue(octets.collected(), parts.value, { key, algorithm: parts.algorithm })) return 'signature-mismatch';
    octets.start(parts.digest);
    const skip = { from: scanner.signature, to: scanner.signatureEnd };
    canonicalizer.emit({ from: 0, to: scanner.tape.length, skip }, parts.referenceMethod);
    return octets.digested().equals(parts.digestValue) ? null : 'digest-mismatch';
  } catch (error) {
    if (error instanceof XmlRefusal) return error.code;
    throw error;
  }
}

/** Some keys are of kinds that node:crypto does not know. */
function keyOf(folder: string, key: Case['key']): KeyObject | undefined {
  if (key === null) return undefined;
  const bytes = readFileSync(join(folder, key.file));
  try {
    return key.type === 'secret' ? createSecretKey(bytes) : createPublicKey(bytes);
  } catch {
    return undefined;
  }
}
