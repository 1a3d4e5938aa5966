import { type PublishedTrust, type SignatureAlgorithmName, xmlSignatureOf } from '../contract/trustList.ts';

/** How a message is signed, as far as the operator's rules are about it. */
export interface Signing {
  /** Code of the sender. */
  readonly agency: string;
  /** Algorithm of the signature in the XML; absent where there is none. */
  readonly xml?: SignatureAlgorithmName | undefined;
  /** Algorithm of the detached JWS. */
  readonly jws?: SignatureAlgorithmName | undefined;
  /** Files of the message, inside it and beside it. A signature always covers all of them: their bytes, or their digests. */
  readonly attachments: number;
}

/** A rule of the trust list that a message breaks, by the name that it has in the list. */
export interface BrokenRule {
  readonly rule: 'xmlSignature' | 'attachments' | 'signatureAlgorithms';
  readonly reason: string;
  readonly reasonVi: string;
}

/** The first of the operator's rules that a message breaks. */
export function brokenSigningRule(signing: Signing, { list }: PublishedTrust): BrokenRule | undefined {
  const { agency, xml, jws, attachments } = signing;
  if (xml === undefined && xmlSignatureOf(list, agency) === 'required') {
    return {
      rule: 'xmlSignature',
      reason: `xmlSignature: messages of ${agency} need a signature in the XML`,
      reasonVi: `xmlSignature: văn bản của ${agency} phải có chữ ký số trong XML`,
    };
  }
  if (xml === undefined && jws === undefined && attachments > 0 && list.attachments === 'signed') {
    return {
      rule: 'attachments',
      reason: 'attachments: no signature covers the attached files',
      reasonVi: 'attachments: tệp đính kèm chưa được ký số',
    };
  }
  const foreign = [xml, jws].find((used) => used !== undefined && !list.signatureAlgorithms.includes(used));
  if (foreign === undefined) return undefined;
  return {
    rule: 'signatureAlgorithms',
    reason: `signatureAlgorithms: ${foreign} is not allowed`,
    reasonVi: `signatureAlgorithms: không cho phép ${foreign}`,
  };
}
