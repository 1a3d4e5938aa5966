/** A miniature time-stamping authority (RFC 3161), good and bad. */
import { createHash, sign } from 'node:crypto';
import { contextTag, DerReader, enterWhole, Tag } from '../adapters/trust/derReader.ts';
import { der, derExplicit, derOid, derSequence, derUnsigned } from '../adapters/trust/derWriter.ts';
import { Oid } from '../adapters/trust/oids.ts';
import type { Authorities } from './authorities.ts';
import {
  basicConstraints,
  extension,
  type Issued,
  issueCertificate,
  type KeyKind,
  keyUsage,
  makeKeys,
} from './certificates.ts';

export interface TimeStamper extends Issued {
  /** DER of the authority above it: what a token may carry along. */
  readonly issuer: Buffer;
}

const YEAR = 365 * 24 * 60 * 60_000;
const POLICY = '1.3.6.1.4.1.99999.1.1';

/** Critical, one purpose: what RFC 3161 section 2.3 wants; other purposes and no mark of criticality are for tests. */
const purposes = (oids: readonly string[], critical: boolean): Buffer =>
  extension(Oid.extKeyUsage, derSequence(...oids.map(derOid)), critical);

/** Issues the certificate of a time-stamping authority (10 years), below the world's issuing authority. */
export async function issueTimeStamper(
  { issuing }: Authorities,
  at: Date,
  bend: { readonly key?: KeyKind; readonly purposes?: readonly string[]; readonly critical?: boolean } = {},
): Promise<TimeStamper> {
  const issued = issueCertificate({
    name: [
      ['C', 'VN'],
      ['O', 'Cơ quan chứng thực Mẫu'],
      ['CN', 'Cấp dấu thời gian Mẫu'],
    ],
    keys: await makeKeys(bend.key ?? 'p-256'),
    issuer: issuing,
    notBefore: new Date(at.getTime() - YEAR),
    notAfter: new Date(at.getTime() + 9 * YEAR),
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature', 'nonRepudiation'),
      purposes(bend.purposes ?? [Oid.timeStamping], bend.critical ?? true),
    ],
  });
  return { ...issued, issuer: issuing.certificate };
}

/** How a token departs from a good one; each is for a test that must see it refused. */
export interface TokenBend {
  /** Stamps with this certificate in signing-certificate-v2. */
  readonly otherCertificate?: Buffer;
  readonly withoutCertificates?: boolean;
  readonly without?: 'contentType' | 'messageDigest' | 'signingCertificateV2';
  readonly attributeTwice?: boolean;
  readonly wrongContentDigest?: boolean;
  readonly contentType?: string;
  readonly twoSigners?: boolean;
  readonly extensions?: boolean;
}

export interface Stamping {
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly digest: Buffer;
  readonly at: Date;
  readonly nonce?: Buffer;
  readonly accuracySeconds?: number;
  readonly bend?: TokenBend;
}

/** DER of a TimeStampToken. */
export function stampTime(stamper: TimeStamper, stamping: Stamping): Buffer {
  const { bend = {} } = stamping;
  const content = tstInfo(stamping);
  const signer = signerInfo(stamper, content, bend);
  const certificates = bend.withoutCertificates ? [] : [der(contextTag(0, true), stamper.certificate, stamper.issuer)];
  const signedData = derSequence(
    derUnsigned(Buffer.from([3])),
    der(Tag.set, algorithm(Oid.sha256)),
    derSequence(derOid(bend.contentType ?? Oid.tstInfo), derExplicit(0, der(Tag.octetString, content))),
    ...certificates,
    der(Tag.set, signer, ...(bend.twoSigners ? [signer] : [])),
  );
  return derSequence(derOid(Oid.signedData), derExplicit(0, signedData));
}

/** Answers a TimeStampReq with a TimeStampResp, as an authority's server does. */
export function answerTimeStampRequest(stamper: TimeStamper, request: Buffer, at: Date): Buffer {
  const reader = enterWhole(request, Tag.sequence);
  reader.read(Tag.integer);
  const imprint = reader.enter(Tag.sequence);
  imprint.read(Tag.sequence);
  const digest = imprint.read(Tag.octetString).content;
  const hash = ({ 32: 'sha256', 48: 'sha384', 64: 'sha512' } as const)[digest.length];
  if (hash === undefined) return derSequence(derSequence(derUnsigned(Buffer.from([2]))));
  const nonce = new DerReader(reader.read(Tag.integer).encoded).read(Tag.integer).content;
  return derSequence(derSequence(derUnsigned(Buffer.from([0]))), stampTime(stamper, { hash, digest, nonce, at }));
}

function tstInfo({ hash, digest, at, nonce, accuracySeconds, bend = {} }: Stamping): Buffer {
  const time = timeDigits(at);
  return derSequence(
    derUnsigned(Buffer.from([1])),
    derOid(POLICY),
    derSequence(algorithm(Oid[hash]), der(Tag.octetString, digest)),
    derUnsigned(createHash('sha256').update(digest).update(time).digest().subarray(0, 8)),
    der(Tag.generalizedTime, Buffer.from(time)),
    ...(accuracySeconds === undefined ? [] : [derSequence(derUnsigned(Buffer.from([accuracySeconds])))]),
    ...(nonce === undefined ? [] : [derUnsigned(nonce)]),
    ...(bend.extensions ? [der(contextTag(1, true), extension('1.3.6.1.4.1.99999.2', der(Tag.null), true))] : []),
  );
}

/** A fraction of a second ends in no zero, and there is none of whole seconds (RFC 3161 section 2.4.2). */
function timeDigits(at: Date): string {
  const [seconds = '', fraction = ''] = at
    .toISOString()
    .replace(/[-:TZ]/g, '')
    .split('.');
  const cut = fraction.replace(/0+$/, '');
  return `${seconds}${cut === '' ? '' : `.${cut}`}Z`;
}

function signerInfo(stamper: TimeStamper, content: Buffer, bend: TokenBend): Buffer {
  const attributes = der(Tag.set, ...signedAttributes(stamper, content, bend));
  const rsa = stamper.privateKey.asymmetricKeyType === 'rsa';
  return derSequence(
    derUnsigned(Buffer.from([1])),
    issuerAndSerial(stamper.certificate),
    algorithm(Oid.sha256),
    Buffer.concat([Buffer.from([contextTag(0, true)]), attributes.subarray(1)]),
    rsa ? derSequence(derOid(Oid.rsaEncryption), der(Tag.null)) : derSequence(derOid(Oid.ecdsaWithSha256)),
    der(Tag.octetString, sign('sha256', attributes, stamper.privateKey)),
  );
}

function signedAttributes(stamper: TimeStamper, content: Buffer, bend: TokenBend): readonly Buffer[] {
  const digestOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  const attribute = (oid: string, value: Buffer): Buffer => derSequence(derOid(oid), der(Tag.set, value));
  const contentDigest = digestOf(bend.wrongContentDigest ? Buffer.from('something else') : content);
  const certificate = digestOf(bend.otherCertificate ?? stamper.certificate);
  const all = {
    contentType: attribute(Oid.contentType, derOid(Oid.tstInfo)),
    messageDigest: attribute(Oid.messageDigest, der(Tag.octetString, contentDigest)),
    signingCertificateV2: attribute(
      Oid.signingCertificateV2,
      derSequence(derSequence(derSequence(der(Tag.octetString, certificate)))),
    ),
  };
  const kept = Object.entries(all).flatMap(([name, value]) => (name === bend.without ? [] : [value]));
  return [...kept, ...(bend.attributeTwice ? [all.messageDigest] : [])].toSorted(Buffer.compare);
}

const algorithm = (oid: string): Buffer => derSequence(derOid(oid), der(Tag.null));

/** As the certificate writes them (RFC 5280 section 4.1). */
function issuerAndSerial(certificate: Buffer): Buffer {
  const tbs = enterWhole(certificate, Tag.sequence).enter(Tag.sequence);
  tbs.read(contextTag(0, true));
  const serial = tbs.read(Tag.integer).encoded;
  tbs.read(Tag.sequence);
  return derSequence(tbs.read(Tag.sequence).encoded, serial);
}
