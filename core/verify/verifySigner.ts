import { CHECK_NAMES_VI } from '../contract/checkNames.ts';
import { isOver } from '../contract/claimPeriod.ts';
import { thumbprintOf } from '../contract/derivedIds.ts';
import type { Thumbprint } from '../contract/ids.ts';
import type { Directory, TrustLists } from '../contract/ports.ts';
import type { AgencyRecord, CertificateClaim, Signed } from '../contract/records.ts';
import { accept, type Outcome, type RefusalCode, refuse } from '../contract/refusals.ts';
import {
  buildReport,
  type Check,
  type CheckId,
  FOREIGN_SIGNATURE,
  failed,
  failuresOf,
  notApplicable,
  passed,
  type Report,
  type Signer,
  warned,
} from '../contract/report.ts';
import type { RevocationLibrary, RevocationNews } from '../contract/revocation.ts';
import type { PublishedTrust, SignatureAlgorithmName } from '../contract/trustList.ts';
import { UNSIGNED_MARK } from '../contract/unsignedMark.ts';
import type { CertificateJudge, CertificateVerdict } from './certificateJudge.ts';
import type { CoreResult, DetachedSignatures, OpenedDocument, XadesTimeStamp } from './opened.ts';
import { type BrokenRule, brokenSigningRule } from './signingPolicy.ts';
import type { TimeStampJudge, TimeStampVerdict } from './timeStampJudge.ts';
import { signingCertificateChecks, type ValidationTime, validationTimeOf } from './validationTime.ts';

export interface VerifyPorts {
  readonly directory: Pick<Directory, 'certificate'>;
  readonly trust: TrustLists;
  readonly certificates: CertificateJudge;
  readonly detached: DetachedSignatures;
  readonly revocation: RevocationLibrary;
  readonly timeStamps: TimeStampJudge;
}

export interface Submission {
  readonly bytes: Buffer;
  readonly opened: OpenedDocument;
  /** The `Document-Signature` header: a detached JWS over the raw bytes. */
  readonly documentSignature?: string | undefined;
  /** The `Document-Revocation` header: an OCSP answer about the signer's certificate, DER. */
  readonly documentRevocation?: Buffer | undefined;
  readonly sender: AgencyRecord;
  /** Files of the message, inside it and beside it. */
  readonly attachments: number;
  /** Time of receipt: what certificates are judged by where no time-stamp says another. */
  readonly at: Date;
  /** When news of revocation are judged, where that is not the time of receipt: a record that is rebuilt is judged by those of today. */
  readonly newsAt?: Date | undefined;
}

interface Finding {
  readonly checks: readonly Check[];
  readonly signer?: Signer;
  readonly algorithmName?: SignatureAlgorithmName;
  /** What the signer's certificate was judged at, where it was not the time of receipt. */
  readonly time?: ValidationTime;
}

/** A submission with the trust list that it is judged by, if one was ever published. */
interface Judged extends Submission {
  readonly trust: PublishedTrust | undefined;
}

/** Which refusal a failed check becomes; total, so that a new check without one does not compile. */
const REFUSAL_OF: Readonly<Record<CheckId, RefusalCode>> = {
  'xml-profile': 'edxml-malformed',
  leniency: 'edxml-malformed',
  'signature-structure': 'signature-invalid',
  'signing-policy': 'trust-rule-broken',
  'signing-certificate': 'signature-invalid',
  'time-stamp': 'signature-invalid',
  algorithm: 'signature-invalid',
  'signature-value': 'signature-invalid',
  digest: 'signature-invalid',
  'certificate-registered': 'certificate-not-registered',
  'certificate-path': 'certificate-invalid',
  'certificate-algorithm': 'certificate-invalid',
  'certificate-validity': 'certificate-invalid',
  'key-usage': 'certificate-invalid',
  revocation: 'certificate-invalid',
  'sender-match': 'certificate-not-registered',
  secrecy: 'secret-marked',
  'message-fields': 'edxml-invalid',
  lengths: 'edxml-invalid',
  recipients: 'recipient-unknown',
};

/**
 * Judges who signed a message: certificate registered for the sender, path to the operator's anchors at the time of
 * receipt or of a time-stamp that holds, signature, digest. Every signature that is there must hold; one suffices. Without
 * any, the operator's policy for the sender decides, and the report says so.
 */
export async function verifySigner(submission: Submission, ports: VerifyPorts): Promise<Outcome<Report>> {
  const judged: Judged = { ...submission, trust: await ports.trust.current() };
  const { opened, documentSignature, sender, at, trust } = judged;
  const xml = opened.signature ? await verifyXmlSignature(judged, opened.signature, ports) : undefined;
  const jws =
    documentSignature === undefined ? undefined : await verifyDocumentSignature(judged, documentSignature, ports);
  const broken = brokenRule(judged, jws?.algorithmName);
  if (!xml && !jws) return verifyUnsigned(judged, broken);
  const signed: Signed = xml && jws ? 'both' : xml ? 'xmldsig' : 'jws';
  const signer = xml?.signer ?? jws?.signer;
  const report = buildReport({
    at: xml?.time?.at ?? at,
    timeStamp: xml?.time?.timeStamp,
    claimedTime: opened.signature?.xades?.signingTime,
    signed,
    trust: trust?.version,
    checks: [...remarksOn(opened), ...(xml?.checks ?? []), ...(jws?.checks ?? []), policyCheck(trust, broken)],
    ...(signer ? { signer } : {}),
  });
  return judge(report, sender, broken);
}

function brokenRule({ opened, sender, attachments, trust }: Judged, jws: SignatureAlgorithmName | undefined) {
  const signing = { agency: sender.code, xml: opened.signature?.algorithmName, jws, attachments };
  return trust && brokenSigningRule(signing, trust);
}

function policyCheck(trust: PublishedTrust | undefined, broken: BrokenRule | undefined): Check {
  if (!trust) return notApplicable('signing-policy');
  return broken ? failed('signing-policy', broken.reason) : passed('signing-policy');
}

function judge(report: Report, sender: AgencyRecord, broken: BrokenRule | undefined): Outcome<Report> {
  const [first] = failuresOf(report);
  if (!first) return accept(report);
  return refuse(
    REFUSAL_OF[first.id],
    {
      rule: `${first.id}: ${first.reason ?? 'does not hold'}`,
      ruleVi: first.id === 'signing-policy' && broken ? broken.reasonVi : CHECK_NAMES_VI[first.id],
      sender: sender.code,
      ...(report.trust === undefined ? {} : { version: report.trust }),
    },
    { report },
  );
}

function verifyUnsigned({ sender, at, opened, trust }: Judged, broken: BrokenRule | undefined): Outcome<Report> {
  if (sender.policy.unsigned === 'refuse') return refuse('signature-required', { sender: sender.code });
  const reason = `${UNSIGNED_MARK.en}; accepted by the policy for the sender, bound only to the authenticated request`;
  const profile = opened.forgiven
    ? warned('xml-profile', 'outside the strict profile: read by the lenient reader')
    : passed('xml-profile');
  const checks = [
    profile,
    ...remarksOn(opened),
    warned('signature-value', reason),
    notApplicable('digest'),
    policyCheck(trust, broken),
  ];
  return judge(buildReport({ at, signed: 'none', trust: trust?.version, checks }), sender, broken);
}

/** What a person should know about how the message was read. */
const remarksOn = ({ forgiven, hasForeignSignature }: OpenedDocument): readonly Check[] => [
  ...(forgiven ?? []).map((what) => warned('leniency', what)),
  ...(hasForeignSignature ? [FOREIGN_SIGNATURE] : []),
];

async function verifyXmlSignature(
  submission: Judged,
  { certificates, xades }: NonNullable<OpenedDocument['signature']>,
  ports: VerifyPorts,
): Promise<Finding> {
  const start = [passed('xml-profile'), passed('signature-structure')];
  const claims = await findClaims(certificates, submission.sender, ports);
  const claim = claims.find((found) => found?.agencyId === submission.sender.agencyId);
  if (!claim) return { checks: [...start, unregistered(certificates.length, claims)] };
  if (isOver(claim, submission.at.getTime())) return { checks: [...start, RETIRED] };
  const news = await ports.revocation.current();
  const time = validationTimeOf(xades, submission.at, (stamp) =>
    judgeTimeStamp(stamp, submission, { news, by: ports.timeStamps }),
  );
  const verdict = judgeCertificate(claim, submission, {
    hints: certificates,
    at: time.at,
    news,
    by: ports.certificates,
  });
  const checks = [
    ...start,
    REGISTERED,
    passed('sender-match'),
    ...signingCertificateChecks(xades, Buffer.from(claim.der, 'base64')),
    ...time.checks,
    ...verdict.checks,
    ...(verdict.ok ? coreChecks(verdict.key ? submission.opened.verify(verdict.key) : NO_KEY) : []),
  ];
  return { ...withSigner(checks, verdict), time };
}

function judgeTimeStamp(
  stamp: XadesTimeStamp,
  { at, trust }: Judged,
  { news, by }: { readonly news: RevocationNews; readonly by: TimeStampJudge },
): TimeStampVerdict {
  return trust ? by.judge(stamp, { now: at, trust, news }) : { ok: false, reason: 'no trust list is published yet' };
}

/**
 * Claims of the certificates that a signature carries. The sender's own list is asked first, so that the issuers that
 * usually come along are not looked up; only when none of it fits are all of them, to tell what is wrong.
 */
async function findClaims(
  certificates: readonly Buffer[],
  sender: AgencyRecord,
  ports: VerifyPorts,
): Promise<readonly (CertificateClaim | undefined)[]> {
  const thumbprints = certificates.map(thumbprintOf);
  const own = thumbprints.filter((thumbprint) => sender.certificates.includes(thumbprint));
  const claims = await Promise.all(own.map((thumbprint) => ports.directory.certificate(thumbprint)));
  if (claims.some((claim) => claim?.agencyId === sender.agencyId)) return claims;
  return Promise.all(thumbprints.map((thumbprint) => ports.directory.certificate(thumbprint)));
}

async function verifyDocumentSignature(submission: Judged, jws: string, ports: VerifyPorts): Promise<Finding> {
  const read = ports.detached.read(jws);
  if (!read.ok)
    return {
      checks: [failed('signature-structure', `Document-Signature: ${read.refusal.parameters.rule ?? 'malformed'}`)],
    };
  const { algorithmName } = read.value;
  const claim = await ports.directory.certificate(read.value.thumbprint as Thumbprint);
  if (claim?.agencyId !== submission.sender.agencyId)
    return { checks: [passed('signature-structure'), unregistered(1, [claim])], algorithmName };
  if (isOver(claim, submission.at.getTime()))
    return { checks: [passed('signature-structure'), RETIRED], algorithmName };
  const news = await ports.revocation.current();
  const verdict = judgeCertificate(claim, submission, { hints: [], at: submission.at, news, by: ports.certificates });
  const checks = [passed('signature-structure'), REGISTERED, passed('sender-match'), ...verdict.checks];
  if (!verdict.ok) return { ...withSigner(checks, verdict), algorithmName };
  const result = read.value.verify(submission.bytes, Buffer.from(claim.der, 'base64'));
  const signed = withSigner(
    [
      ...checks,
      result.ok ? passed('signature-value') : failed('signature-value', `Document-Signature: ${result.message}`),
    ],
    verdict,
  );
  return { ...signed, algorithmName };
}

/** A good certificate whose key nobody handed over verifies nothing. */
const NO_KEY: CoreResult = { ok: false, code: 'algorithm' };
const REGISTERED = passed('certificate-registered');
const RETIRED = failed('certificate-registered', 'retired by the operator for this agency');

/** Says which of the two it is: nobody registered the certificate, or it belongs to another agency. */
function unregistered(offered: number, claims: readonly (CertificateClaim | undefined)[]): Check {
  if (offered === 0) return failed('certificate-registered', 'the signature carries no X509Certificate');
  if (claims.every((claim) => claim === undefined))
    return failed('certificate-registered', 'not registered for any agency');
  return failed('sender-match', 'registered for another agency than the one in From');
}

/** What a certificate is judged with beside the submission. */
interface Judging {
  readonly hints: readonly Buffer[];
  readonly at: Date;
  readonly news: RevocationNews;
  readonly by: CertificateJudge;
}

function judgeCertificate(
  claim: CertificateClaim,
  { sender, at: receivedAt, newsAt = receivedAt, trust, documentRevocation }: Judged,
  { hints, at, news, by }: Judging,
): CertificateVerdict {
  if (!trust)
    return { ok: false, checks: [failed('certificate-path', 'the operator has published no trust list yet')] };
  return by.judge({
    leaf: Buffer.from(claim.der, 'base64'),
    intermediates: hints.filter((der) => thumbprintOf(der) !== claim.thumbprint),
    at,
    agency: sender.code,
    trust,
    revocation: { news, brought: documentRevocation, at: newsAt },
  });
}

/** The checks that core validation (XMLDSig 1.1 section 3.2) stands for, up to the one that failed. */
function coreChecks(result: CoreResult): readonly Check[] {
  if (result.ok) return [passed('algorithm'), passed('signature-value'), passed('digest')];
  switch (result.code) {
    case 'unsigned':
      return [failed('signature-structure', 'the message has no signature')];
    case 'algorithm':
      return [failed('algorithm', "the signature's algorithm does not fit the certificate's key")];
    case 'weak-key':
      return [failed('algorithm', "the certificate's key is too weak")];
    case 'signature-mismatch':
      return [passed('algorithm'), failed('signature-value', 'the signature over SignedInfo does not hold')];
    case 'digest-mismatch':
      return [
        passed('algorithm'),
        passed('signature-value'),
        failed('digest', 'the document was altered after it was signed'),
      ];
  }
}

const withSigner = (checks: readonly Check[], verdict: CertificateVerdict): Finding =>
  verdict.signer ? { checks, signer: verdict.signer } : { checks };
