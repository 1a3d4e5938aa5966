/** What a fresh process does first: `bench/verify.ts` bundles this file and imports it in processes of their own. */
import { createPublicKey } from 'node:crypto';
import { createEngine } from '../adapters/xml/engine.ts';

const engine = createEngine();

/** Verifies a document with a key in PEM, which is read each time as a first message would need. */
export function verifyOnce(document: Buffer, pem: string): void {
  const result = engine.open(document).verify(createPublicKey(pem));
  if (!result.ok) throw new Error(result.code);
}

export { warmUp } from '../adapters/xml/warmUp.ts';
