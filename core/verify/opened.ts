import type { KeyObject } from 'node:crypto';
import type { Outcome } from '../contract/refusals.ts';
import type { SignatureAlgorithmName } from '../contract/trustList.ts';
import type { AttachmentInfo, EdxmlMessage } from '../edxml/message.ts';

/** What the verifier needs of the XML engine and of detached signatures. */

/** A message that was scanned once: what is read and what is verified come from the same pass over the bytes. */
export interface OpenedDocument {
  /** Believed only after `verify` held, or where policy lets unsigned messages in. */
  readonly message: EdxmlMessage;
  readonly attachments: readonly OpenedAttachment[];
  /** Null when the message has no XML signature. */
  readonly signature: {
    readonly algorithmName: SignatureAlgorithmName;
    readonly certificates: readonly Buffer[];
    readonly xades?: XadesFacts;
  } | null;
  /** Whether a block calls itself a signature outside the XMLDSig namespace: no verifier recognises it, nothing in it is read. */
  readonly hasForeignSignature: boolean;
  /** What only the lenient reader forgives, in English; absent where the strict reader read the message. */
  readonly forgiven?: readonly string[];
  verify(key: KeyObject): CoreResult;
}

/** What a XAdES signature says beside the signature itself (ETSI EN 319 132-1). */
export interface XadesFacts {
  /** The digest that the signer's certificate must have; signed. */
  readonly certificateDigest: { readonly hash: Digest; readonly digest: Buffer };
  /** When the signer says that it signed: a claim, told and never used. */
  readonly signingTime?: string;
  readonly timeStamps: readonly XadesTimeStamp[];
}

export type Digest = 'sha256' | 'sha384' | 'sha512';

export interface XadesTimeStamp {
  /** DER of an RFC 3161 token. */
  readonly token: Buffer;
  /** Digest of what it must have been made over: the signature's own value. */
  imprint(hash: Digest): Buffer;
}

export interface OpenedAttachment extends AttachmentInfo {
  /** Byte range of the base64 text in the message. */
  readonly from: number;
  readonly to: number;
}

export type CoreResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: 'unsigned' | 'algorithm' | 'weak-key' | 'signature-mismatch' | 'digest-mismatch';
    };

export interface DocumentReader {
  /** Refuses with `edxml-malformed` or `signature-invalid` whatever is outside its profile: the strict one, or the lenient one. */
  open(bytes: Buffer): Outcome<OpenedDocument>;
}

export interface DetachedSignatures {
  /** Thumbprint of the signer's certificate, or the rule that the JWS breaks. */
  read(jws: string): Outcome<{
    readonly thumbprint: string;
    readonly algorithmName: SignatureAlgorithmName;
    verify(bytes: Buffer, certificate: Buffer): { ok: true } | { ok: false; message: string };
  }>;
}
