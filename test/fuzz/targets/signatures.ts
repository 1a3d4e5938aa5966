import { generateKeyPairSync, sign } from 'node:crypto';
import { signDetached } from '../../../adapters/trust/detachedJws.ts';
import { detachedSignatures } from '../../../adapters/trust/detachedSignatures.ts';
import { createInstanceKey } from '../../../adapters/trust/instanceKey.ts';
import { signReceipt } from '../../../adapters/trust/receipt.ts';
import { AxisFault } from '../../../client/axisFault.ts';
import { checkReceipt, requireReceipt } from '../../../client/checkReceipt.ts';
import { at, makePathKit } from '../../adapters/trust/pathKit.ts';
import { alterDer } from '../alterDer.ts';
import { alterJson } from '../alterJson.ts';
import { alterText } from '../alterText.ts';
import type { Input, Random, Target } from '../input.ts';
import { unlessThrown } from './parsers.ts';

const LIMIT_MS = 500;
const DOCUMENT = Buffer.from('một văn bản');

/** Compact signatures that strangers send: only the very text that was signed is believed. */
export async function signatureTargets(): Promise<readonly Target[]> {
  return [await detached(), await receipts()];
}

async function detached(): Promise<Target> {
  const kit = await makePathKit();
  const { certificate, privateKey: key } = kit.leaf(kit.root);
  const original = await signDetached(DOCUMENT, { algorithm: 'ES256', key, certificate });
  return {
    name: 'document-signature',
    limitMs: LIMIT_MS,
    make: (random) => ({ jws: alterCompact(original, random) }),
    judge: async ({ jws = '' }) =>
      unlessThrown(() => {
        const read = detachedSignatures.read(jws);
        if (!read.ok || !read.value.verify(DOCUMENT, certificate).ok || jws === original) return undefined;
        return `believed: ${jws}`;
      }),
  };
}

async function receipts(): Promise<Target> {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = await createInstanceKey({
    issuer: {
      name: 'axis.example',
      publicKey: issuer.publicKey,
      sign: async (tbs) => sign('sha256', tbs, issuer.privateKey),
    },
    instance: { function: 'submit', version: '1', nonce: 'b6d1' },
    now: at,
    serial: Buffer.alloc(16, 0x5e),
  });
  const dispatchId = `dsp_${'a'.repeat(32)}`;
  const payload = { at: at.toISOString(), id: dispatchId, doc: { hash: '0'.repeat(64) } };
  const receipt = signReceipt(payload, key);
  const jwk = issuer.publicKey.export({ format: 'jwk' });
  const words = JSON.stringify(payload);
  const altered = (random: Random): Input => {
    const alterCertificate = random(3) === 0;
    const certificate = alterCertificate ? alterDer(key.certificate, random) : key.certificate;
    return {
      receipt: alterCertificate && random(2) === 0 ? receipt : alterCompact(receipt, random),
      certificate: random(8) === 0 ? alterText(certificate.toString('base64'), random) : certificate.toString('base64'),
    };
  };
  return {
    name: 'receipt',
    limitMs: LIMIT_MS,
    make: altered,
    judge: async (input) =>
      unlessThrown(() => {
        const evidence = { receipt: input.receipt, receiptCertificate: input.certificate };
        const verdict = checkReceipt(evidence, { ...jwk });
        const isRequired = passes(() => requireReceipt(evidence, { dispatchId }, { ...jwk }));
        if (verdict.ok !== isRequired) return `differing: ${JSON.stringify(verdict.ok)} and ${isRequired}`;
        return verdict.ok && JSON.stringify(verdict.payload) !== words ? 'believed: another payload' : undefined;
      }),
  };
}

/** @throws what is no fault that the client declares. */
function passes(require: () => void): boolean {
  try {
    require();
    return true;
  } catch (error) {
    if (error instanceof AxisFault) return false;
    throw error;
  }
}

/** A compact JWS with one of its parts changed, in its JSON or in its text, or with parts more or less. */
export function alterCompact(jws: string, random: Random): string {
  const parts = jws.split('.');
  const place = random(parts.length);
  const part = parts[place] ?? '';
  const kind = random(6);
  if (kind === 0) return alterText(jws, random);
  if (kind === 1) parts.splice(place, 1);
  else if (kind === 2) parts.splice(place, 0, part);
  else if (kind === 3) parts[place] = alterText(part, random);
  else parts[place] = alterJson(Buffer.from(part, 'base64url').toString(), random).toString('base64url');
  return parts.join('.');
}
