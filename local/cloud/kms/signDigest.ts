import { createECDH, type KeyObject } from 'node:crypto';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SIZE = 32;

/**
 * ECDSA over P-256 of a digest that the caller computed (FIPS 186-5, section 6.4.1), as a DER signature. node:crypto always
 * hashes what it signs, so the two numbers are computed here, on a random point that it makes. Not constant in time: it
 * serves keys of a laptop only.
 */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const secret = numberOf(Buffer.from(d, 'base64url'));
  const hash = numberOf(digest);
  for (;;) {
    const nonce = createECDH('prime256v1');
    const point = nonce.generateKeys();
    const r = numberOf(point.subarray(1, 1 + SIZE)) % ORDER;
    const s = (inverse(numberOf(nonce.getPrivateKey())) * (hash + r * secret)) % ORDER;
    if (r !== 0n && s !== 0n) return derSequence([derInteger(r), derInteger(s)]);
  }
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

/** By Fermat's little theorem: the order is prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % ORDER;
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const isNegative = (bytes[0] ?? 0) >= 0x80;
  const content = isNegative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, content.length]), content]);
}

function derSequence(members: readonly Buffer[]): Buffer {
  const content = Buffer.concat(members);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}
