import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { isSignedBy, type SignatureScheme } from '../../../adapters/trust/certificateSignature.ts';
import { DerReader } from '../../../adapters/trust/derReader.ts';
import { fitsKey, type JwsAlgorithm, startVerifying } from '../../../adapters/trust/jwsParts.ts';
import { keyWeakness, loadPublicKey, readPublicKeyKind } from '../../../adapters/trust/publicKey.ts';

const shared = process.env.DOCAXIS_SHARED ?? join(import.meta.dirname, '../../../../shared');
const folder = join(shared, 'vectors/wycheproof');

const vectors = z.object({
  numberOfTests: z.number(),
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
const files: readonly (readonly [
  file: string,
  scheme: SignatureScheme | undefined,
  algorithm: JwsAlgorithm | undefined,
])[] = [
  ['ecdsa_secp256r1_sha256_test.json', { key: 'ec', hash: 'sha256' }, undefined],
  ['ecdsa_secp256r1_sha256_p1363_test.json', undefined, 'ES256'],
  ['rsa_signature_2048_sha256_test.json', { key: 'rsa', hash: 'sha256' }, 'RS256'],
  ['rsa_signature_3072_sha256_test.json', { key: 'rsa', hash: 'sha256' }, 'RS256'],
  ['rsa_pss_2048_sha256_mgf1_32_test.json', { key: 'rsa', hash: 'sha256', pssSalt: 32 }, 'PS256'],
];

if (!existsSync(folder)) console.warn('SKIPPED: the Wycheproof vectors are not at hand; set DOCAXIS_SHARED');

test.skipIf(!existsSync(folder)).each(files)('%s: every verdict is the expected one', (file, scheme, algorithm) => {
  const { numberOfTests, testGroups } = vectors.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const wrong: string[] = [];
  let run = 0;
  for (const { publicKeyDer, tests } of testGroups) {
    const spki = Buffer.from(publicKeyDer, 'hex');
    const key = loadPublicKey(spki);
    // Some groups have the exponent 3: the mathematics is judged all the same, but such a key fits no algorithm here.
    const strong = keyWeakness(readPublicKeyKind(new DerReader(spki).next())) === undefined;
    if (algorithm !== undefined) expect(fitsKey(algorithm, key)).toBe(strong);
    for (const { tcId, msg, sig, result } of tests) {
      const bytes = Buffer.from(msg, 'hex');
      const signature = Buffer.from(sig, 'hex');
      const verdicts: boolean[] = [];
      if (scheme !== undefined) verdicts.push(isSignedBy({ scheme, bytes, signature }, key));
      if (algorithm !== undefined) {
        const verifier = startVerifying(algorithm, key, signature);
        verifier.update(bytes);
        verdicts.push(verifier.holds());
      }
      run++;
      if (result !== 'acceptable' && verdicts.some((verdict) => verdict !== (result === 'valid')))
        wrong.push(`${tcId}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(run).toBe(numberOfTests);
});
