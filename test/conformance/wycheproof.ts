import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isSignedBy, type SignatureScheme } from '../../adapters/trust/certificateSignature.ts';
import { DerReader } from '../../adapters/trust/derReader.ts';
import { fitsKey, type JwsAlgorithm, startVerifying } from '../../adapters/trust/jwsParts.ts';
import { keyWeakness, loadPublicKey, readPublicKeyKind } from '../../adapters/trust/publicKey.ts';
import { type CaseVerdict, countSuite, type SuiteResult } from './suite.ts';

const manifestSchema = z.object({ cases: z.array(z.object({ file: z.string(), tests: z.number() })) });

const vectorsSchema = z.object({
  testGroups: z.array(
    z.object({
      publicKeyDer: z.string(),
      tests: z.array(
        z.object({
          tcId: z.number(),
          msg: z.string(),
          sig: z.string(),
          result: z.enum(['valid', 'invalid', 'acceptable']),
        }),
      ),
    }),
  ),
});

/** How each file is verified: as the signature on a certificate, as that of a JWS, or both. */
const ways: Readonly<Record<string, { readonly scheme?: SignatureScheme; readonly algorithm?: JwsAlgorithm }>> = {
  'ecdsa_secp256r1_sha256_test.json': { scheme: { key: 'ec', hash: 'sha256' } },
  'ecdsa_secp256r1_sha256_p1363_test.json': { algorithm: 'ES256' },
  'rsa_signature_2048_sha256_test.json': { scheme: { key: 'rsa', hash: 'sha256' }, algorithm: 'RS256' },
  'rsa_signature_3072_sha256_test.json': { scheme: { key: 'rsa', hash: 'sha256' }, algorithm: 'RS256' },
  'rsa_pss_2048_sha256_mgf1_32_test.json': { scheme: { key: 'rsa', hash: 'sha256', pssSalt: 32 }, algorithm: 'PS256' },
};

interface Case {
  readonly id: string;
  readonly file: string;
  readonly spki: Buffer;
  readonly bytes: Buffer;
  readonly signature: Buffer;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

/** Wycheproof: signatures of the primitives, by every way in which this project checks them. */
export function judgeWycheproof(folder: string): SuiteResult {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const result = countSuite(
    'Wycheproof',
    manifest.cases.flatMap(({ file }) => casesOf(folder, file)),
    judgeCase,
  );
  return { ...result, cases: manifest.cases.reduce((sum, { tests }) => sum + tests, 0) };
}

function casesOf(folder: string, file: string): readonly Case[] {
  const { testGroups } = vectorsSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return testGroups.flatMap(({ publicKeyDer, tests }) => {
    const spki = Buffer.from(publicKeyDer, 'hex');
    return tests.map(({ tcId, msg, sig, result }) => ({
      id: `${file} ${tcId}`,
      file,
      spki,
      bytes: Buffer.from(msg, 'hex'),
      signature: Buffer.from(sig, 'hex'),
      result,
    }));
  });
}

function judgeCase({ file, spki, bytes, signature, result }: Case): CaseVerdict {
  const { scheme, algorithm } = ways[file] ?? {};
  const key = loadPublicKey(spki);
  const verdicts: boolean[] = [];
  if (scheme !== undefined) verdicts.push(isSignedBy({ scheme, bytes, signature }, key));
  if (algorithm !== undefined) {
    // Some groups have the exponent 3: the mathematics is judged all the same, but such a key fits no algorithm here.
    const isStrong = keyWeakness(readPublicKeyKind(new DerReader(spki).next())) === undefined;
    if (fitsKey(algorithm, key) !== isStrong) return { wrong: 'the key is judged in two ways' };
    const verifier = startVerifying(algorithm, key, signature);
    verifier.update(bytes);
    verdicts.push(verifier.holds());
  }
  const [verdict, other = verdict] = verdicts;
  if (verdict === undefined) return { wrong: 'a file of unknown signatures' };
  if (verdict !== other) return { wrong: 'two ways to check it differ' };
  if (result !== 'acceptable' && verdict !== (result === 'valid')) return { wrong: `${result}, judged otherwise` };
  return verdict ? 'accepted' : 'refused';
}
