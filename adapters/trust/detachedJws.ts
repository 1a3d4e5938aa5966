/**
 * A detached JWS over the raw bytes of a document (RFC 7515 appendix F, RFC 7797 with `b64` false): the bytes are signed as
 * they are, nothing is re-encoded, and any JOSE library that knows RFC 7797 can make or check one.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { parseCertificate, publicKeyOf, thumbprintOf } from './certificate.ts';
import {
  fitsKey,
  isJwsAlgorithm,
  isThumbprint,
  type JwsAlgorithm,
  type JwsVerifier,
  splitCompact,
  startSigning,
  startVerifying,
} from './jwsParts.ts';
import { TrustRefusal } from './trustRefusal.ts';

/** Longest detached JWS, in characters: it travels in a header, of which API gateways take about 10 KB in all. */
export const DETACHED_JWS_LENGTH = 4096;

const members = ['alg', 'b64', 'crit', 'x5t#S256'] as const;

/** The bytes of a document: all at once, or in pieces so that a large one is never held. */
export type DocumentBytes = Buffer | AsyncIterable<Buffer>;

export interface DetachedJws {
  readonly algorithm: JwsAlgorithm;
  /** SHA-256 of the signer's DER certificate, base64url: which registered certificate to take. A hint until verified. */
  readonly thumbprint: string;
  readonly headerText: string;
  readonly signature: Buffer;
}

/**
 * Reads a detached JWS without judging the signature, so that the caller can look up the certificate.
 *
 * @throws TrustRefusal `too-large`, `jws-form`, `jws-header` or `algorithm`.
 */
export function readDetachedJws(jws: string): DetachedJws {
  const { header, headerText, payloadText, signature } = splitCompact(jws, DETACHED_JWS_LENGTH, members);
  if (payloadText !== '') throw new TrustRefusal('jws-form', 'a detached JWS carries no payload');
  const { alg, b64, crit } = header;
  const thumbprint = header['x5t#S256'];
  if (!isJwsAlgorithm(alg)) throw new TrustRefusal('algorithm', 'the algorithm of the JWS is not accepted');
  if (b64 !== false) throw new TrustRefusal('jws-header', 'b64 must be false');
  if (!Array.isArray(crit) || crit.length !== 1 || crit[0] !== 'b64') {
    throw new TrustRefusal('jws-header', 'crit must be exactly ["b64"]');
  }
  if (!isThumbprint(thumbprint)) throw new TrustRefusal('jws-header', 'x5t#S256 is not a SHA-256 thumbprint');
  return { algorithm: alg, thumbprint, headerText, signature };
}

export interface DetachedSigning {
  readonly algorithm: JwsAlgorithm;
  readonly key: KeyObject;
  /** DER of the signer's certificate; it must be the certificate of `key`. */
  readonly certificate: Buffer;
}

/**
 * Signs the bytes of a document.
 *
 * @throws TrustRefusal `algorithm` if the key is not one for the algorithm, `key` if it is not the certificate's, and what
 *   reading the certificate throws.
 */
export async function signDetached(document: DocumentBytes, signing: DetachedSigning): Promise<string> {
  const { algorithm, key, certificate } = signing;
  if (key.type !== 'private' || !createPublicKey(key).equals(publicKeyOf(parseCertificate(certificate)))) {
    throw new TrustRefusal('key', 'the key is not the private key of the certificate');
  }
  const header = { alg: algorithm, b64: false, crit: ['b64'], 'x5t#S256': thumbprintOf(certificate) };
  const headerText = Buffer.from(JSON.stringify(header)).toString('base64url');
  const signer = startSigning(algorithm, key);
  signer.update(signingPrefix(headerText));
  for await (const piece of piecesOf(document)) signer.update(piece);
  return `${headerText}..${signer.finish().toString('base64url')}`;
}

export type DetachedResult =
  | { readonly ok: true; readonly algorithm: JwsAlgorithm; readonly thumbprint: string }
  | { readonly ok: false; readonly code: 'thumbprint' | 'algorithm' | 'signature-mismatch'; readonly message: string };

/** Checks a JWS that was read against a whole document and the DER certificate that was looked up for it. */
export function verifyDetached(jws: DetachedJws, document: Buffer, certificate: Buffer): DetachedResult {
  const started = startDetached(jws, certificate);
  if ('ok' in started) return started;
  started.update(document);
  return finishDetached(jws, started);
}

/** As {@link verifyDetached}, for a document in pieces; nothing is held but the piece at hand. */
export async function verifyDetachedStream(
  jws: DetachedJws,
  document: AsyncIterable<Buffer>,
  certificate: Buffer,
): Promise<DetachedResult> {
  const started = startDetached(jws, certificate);
  if ('ok' in started) return started;
  for await (const piece of document) started.update(piece);
  return finishDetached(jws, started);
}

function startDetached(jws: DetachedJws, certificate: Buffer): JwsVerifier | DetachedResult {
  if (thumbprintOf(certificate) !== jws.thumbprint) {
    return { ok: false, code: 'thumbprint', message: 'the JWS names another certificate' };
  }
  const key = publicKeyOf(parseCertificate(certificate));
  if (!fitsKey(jws.algorithm, key)) {
    return { ok: false, code: 'algorithm', message: `the certificate's key is not one for ${jws.algorithm}` };
  }
  const verifier = startVerifying(jws.algorithm, key, jws.signature);
  verifier.update(signingPrefix(jws.headerText));
  return verifier;
}

function finishDetached(jws: DetachedJws, verifier: JwsVerifier): DetachedResult {
  return verifier.holds()
    ? { ok: true, algorithm: jws.algorithm, thumbprint: jws.thumbprint }
    : { ok: false, code: 'signature-mismatch', message: 'the signature does not hold over these bytes' };
}

/** RFC 7797 section 3: the signing input is the encoded header, a full stop, and the payload's own octets. */
function signingPrefix(headerText: string): Buffer {
  return Buffer.from(`${headerText}.`, 'ascii');
}

async function* piecesOf(document: DocumentBytes): AsyncIterable<Buffer> {
  if (Buffer.isBuffer(document)) yield document;
  else yield* document;
}
