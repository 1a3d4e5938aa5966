import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithmName } from '../../core/contract/trustList.ts';
import type { EdxmlMessage } from '../../core/edxml/message.ts';
import { keyObjection, verifyValue } from './algorithms.ts';
import { Canonicalizer, type Extent, type Method } from './canon.ts';
import { type AttachmentRange, type ReadFields, readFields } from './fields.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type Digest, Octets } from './octets.ts';
import { Scanner } from './scan.ts';
import { prefixNumbers, readSignature, type SignatureParts } from './signature.ts';
import * as tp from './tape.ts';

/** Things worth telling the sender that do not stop a message. */
export type OpenWarning =
  | { readonly code: 'unknown-elements'; readonly count: number }
  | { readonly code: 'signature-not-xmldsig'; readonly position: number };

/** What the Signature says about itself; nothing here is to be believed before `verify` with a key chosen elsewhere. */
export interface SignatureHint {
  /** Algorithm URI of SignatureMethod. */
  readonly algorithm: string;
  /** The same as a trust list names it. */
  readonly algorithmName: SignatureAlgorithmName;
  readonly digest: Digest;
  /** DER of the certificates in KeyInfo, in document order. */
  readonly certificates: readonly Buffer[];
  /** What a XAdES signature says beside that; believed only after `verify`, but for the time-stamps. */
  readonly xades?: XadesHint;
}

export interface XadesHint {
  /** The digest that the signer's certificate must have. */
  readonly certificateDigest: { readonly hash: Digest; readonly digest: Buffer };
  /** When the signer says that it signed: a claim, without effect. */
  readonly signingTime?: string;
  readonly timeStamps: readonly {
    /** DER of an RFC 3161 token. */
    readonly token: Buffer;
    /** Digest of ds:SignatureValue, which the token must be made over (ETSI EN 319 132-1 section 5.3). */
    imprint(hash: Digest): Buffer;
  }[];
}

/**
 * Why a signature does not hold: there is none; the algorithm does not fit the key; the key is too weak; the value is
 * not the key's signature over SignedInfo; the document is not what was signed.
 */
export type CoreFailure = 'unsigned' | 'algorithm' | 'weak-key' | 'signature-mismatch' | 'digest-mismatch';
export type CoreResult = { readonly ok: true } | { readonly ok: false; readonly code: CoreFailure };

/** A document inside the strict profile. Valid until its engine opens the next one. */
export interface OpenedMessage {
  readonly message: EdxmlMessage;
  readonly attachments: readonly AttachmentRange[];
  readonly warnings: readonly OpenWarning[];
  /** Null when the document has no ds:Signature. */
  readonly signature: SignatureHint | null;
  /**
   * Core validation (XMLDSig 1.1 section 3.2) with this key: first the value over SignedInfo, then the digest of the
   * document. Says no by its result; throws only when the engine has opened another document since.
   */
  verify(key: KeyObject): CoreResult;
}

/** Options of `canonicalize`, which exists so that tests can compare octets with other implementations. */
export interface CanonicalizeOptions {
  readonly inclusive?: boolean;
  readonly prefixes?: readonly string[];
  /** The apex as child indexes from the root; the whole document without it. */
  readonly path?: readonly number[];
  readonly withoutSignature?: boolean;
}

/** One reader of signed messages. It keeps its tables between documents, so it must not be used re-entrantly. */
export interface Engine {
  /** Reads a document; throws XmlRefusal for whatever is outside the strict profile. The bytes must not change afterwards. */
  open(bytes: Buffer): OpenedMessage;
  canonicalize(bytes: Buffer, options?: CanonicalizeOptions): Buffer;
}

/** Makes an engine of its own state; engines share nothing that changes. */
export function createEngine(overrides: Partial<Limits> = {}): Engine {
  return new StrictEngine({ ...DEFAULT_LIMITS, ...overrides });
}

class StrictEngine implements Engine {
  private readonly limits: Limits;
  private readonly scanner: Scanner;
  private readonly octets = new Octets();
  private readonly canonicalizer: Canonicalizer;
  /** Counts documents, so that a message knows when the tape is no longer its own. */
  private opened = 0;

  constructor(limits: Limits) {
    this.limits = limits;
    this.scanner = new Scanner(limits);
    this.canonicalizer = new Canonicalizer(this.scanner, this.octets, limits);
  }

  open(bytes: Buffer): OpenedMessage {
    const ticket = ++this.opened;
    this.scanner.scan(bytes);
    const parts = readSignature(this.scanner);
    const { message, attachments, ...observed } = readFields(this.scanner, this.limits);
    const requireOpen = (): void => {
      if (ticket !== this.opened) throw new Error('this message was closed when its engine opened another document');
    };
    const imprint = (extent: Omit<Extent, 'skip'>, method: Method, hash: Digest): Buffer => {
      requireOpen();
      return this.digestOf({ ...extent, skip: null }, method, hash);
    };
    const signature = parts && hintOf(parts, imprint);
    const verify = (key: KeyObject): CoreResult => {
      requireOpen();
      return parts === null ? { ok: false, code: 'unsigned' } : this.verify(parts, key);
    };
    return { message, attachments, warnings: warningsOf(observed), signature, verify };
  }

  canonicalize(bytes: Buffer, options: CanonicalizeOptions = {}): Buffer {
    this.opened++;
    const { scanner, octets } = this;
    scanner.scan(bytes);
    const from = apexOf(scanner.tape, options.path ?? []);
    const prefixes = options.prefixes?.length ? prefixNumbers(scanner, options.prefixes) : null;
    const skips = options.withoutSignature === true && scanner.signature >= 0;
    octets.start(null);
    this.canonicalizer.emit(
      { from, to: scanner.tape.after(from), skip: skips ? this.signatureExtent() : null },
      { inclusive: options.inclusive ?? false, prefixes },
    );
    return octets.collected();
  }

  private verify(parts: SignatureParts, key: KeyObject): CoreResult {
    const objection = keyObjection(key, parts.algorithm, parts.value.length);
    if (objection !== null) return { ok: false, code: objection };
    this.octets.start(null);
    this.canonicalizer.emit({ ...parts.signedInfo, skip: null }, parts.signedInfoMethod);
    const signed = verifyValue(this.octets.collected(), parts.value, { key, algorithm: parts.algorithm });
    if (!signed) return { ok: false, code: 'signature-mismatch' };
    const whole: Extent = { from: 0, to: this.scanner.tape.length, skip: this.signatureExtent() };
    const holds =
      this.digestOf(whole, parts.referenceMethod, parts.digest).equals(parts.digestValue) &&
      this.holdsProperties(parts);
    return holds ? { ok: true } : { ok: false, code: 'digest-mismatch' };
  }

  private holdsProperties({ xades }: SignatureParts): boolean {
    if (xades === undefined) return true;
    const { method, digest, digestValue } = xades.reference;
    return this.digestOf({ ...xades.signedProperties, skip: null }, method, digest).equals(digestValue);
  }

  private digestOf(extent: Extent, method: Method, hash: Digest): Buffer {
    this.octets.start(hash);
    this.canonicalizer.emit(extent, method);
    return this.octets.digested();
  }

  private signatureExtent(): { from: number; to: number } {
    return { from: this.scanner.signature, to: this.scanner.signatureEnd };
  }
}

function hintOf(
  { algorithm, digest, certificates, valueExtent, xades }: SignatureParts,
  imprint: (extent: Omit<Extent, 'skip'>, method: Method, hash: Digest) => Buffer,
): SignatureHint {
  const algorithmName = `${algorithm.family}-${algorithm.digest}` as const;
  const hint = { algorithm: algorithm.uri, algorithmName, digest, certificates };
  if (xades === undefined) return hint;
  const { certificateDigest, signingTime, timeStamps } = xades;
  return {
    ...hint,
    xades: {
      certificateDigest,
      ...(signingTime === undefined ? {} : { signingTime }),
      timeStamps: timeStamps.map(({ token, method }) => ({
        token,
        imprint: (hash) => imprint(valueExtent, method, hash),
      })),
    },
  };
}

function warningsOf(fields: Pick<ReadFields, 'unknownElements' | 'foreignSignature'>): OpenWarning[] {
  const warnings: OpenWarning[] = [];
  if (fields.unknownElements > 0) warnings.push({ code: 'unknown-elements', count: fields.unknownElements });
  if (fields.foreignSignature >= 0) warnings.push({ code: 'signature-not-xmldsig', position: fields.foreignSignature });
  return warnings;
}

/** The start record that a path of child indexes leads to. */
function apexOf(tape: tp.Tape, path: readonly number[]): number {
  let apex = 0;
  for (const index of path) {
    let at = tape.content(apex);
    for (let left = index; ; ) {
      const kind = tape.cells[at]! & tp.KIND;
      if (kind === tp.END) throw new RangeError(`no child ${index} on the path`);
      if (kind === tp.START && left-- === 0) break;
      at = kind === tp.START ? tape.after(at) : at + tp.PATCH_SIZE;
    }
    apex = at;
  }
  return apex;
}
