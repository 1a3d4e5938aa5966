import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { insertSignature } from '../../../adapters/xml/insertSignature.ts';

export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';

export type Family = 'rsa' | 'pss' | 'ecdsa';
export type Bits = '256' | '384' | '512';

export interface SignOptions {
  readonly key: KeyObject;
  readonly family?: Family;
  readonly bits?: Bits;
  readonly digestBits?: Bits;
  readonly saltLength?: number;
  readonly method?: string;
  /** Changes the finished Signature before it is inserted. */
  readonly alter?: (signature: string) => string;
}

export const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const P256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const P384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

/** Signs an edXML message the way the profile wants it. SignedInfo is written in its canonical form, by hand. */
export function signDocument(document: Buffer, options: SignOptions): Buffer {
  const { family = 'rsa', bits = '256', digestBits = bits, method = EXCLUSIVE } = options;
  const octets = createEngine().canonicalize(document, { inclusive: method === INCLUSIVE });
  const digest = createHash(`sha${digestBits}`).update(octets).digest('base64');
  const signedInfo = [
    `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">`,
    `<CanonicalizationMethod Algorithm="${EXCLUSIVE}"></CanonicalizationMethod>`,
    `<SignatureMethod Algorithm="${signatureUri(family, bits)}"></SignatureMethod>`,
    `<Reference URI=""><Transforms>`,
    `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform>`,
    `<Transform Algorithm="${method}"></Transform></Transforms>`,
    `<DigestMethod Algorithm="${digestUri(digestBits)}"></DigestMethod>`,
    `<DigestValue>${digest}</DigestValue></Reference></SignedInfo>`,
  ].join('');
  const value = signValue(signedInfo, options).toString('base64');
  const signature = `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">${signedInfo}<SignatureValue>${value}</SignatureValue></Signature>`;
  return insertSignature(document, options.alter?.(signature) ?? signature);
}

function signValue(signedInfo: string, { key, family = 'rsa', bits = '256', saltLength }: SignOptions): Buffer {
  const digest = `sha${bits}`;
  const data = Buffer.from(signedInfo);
  if (family === 'ecdsa') return sign(digest, data, { key, dsaEncoding: 'ieee-p1363' });
  if (family === 'rsa') return sign(digest, data, key);
  const salt = saltLength ?? Number(bits) / 8;
  return sign(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt });
}

function signatureUri(family: Family, bits: Bits): string {
  if (family === 'pss') return `http://www.w3.org/2007/05/xmldsig-more#sha${bits}-rsa-MGF1`;
  return `${MORE}${family}-sha${bits}`;
}

function digestUri(bits: Bits): string {
  return bits === '384' ? `${MORE}sha384` : `http://www.w3.org/2001/04/xmlenc#sha${bits}`;
}
