import { parseCertificate, publicKeyOf } from '../adapters/trust/certificate.ts';
import { readDetachedJws, verifyDetached } from '../adapters/trust/detachedJws.ts';
import { validatePath } from '../adapters/trust/path.ts';
import { createTimeStampValidator } from '../adapters/trust/timeStamp.ts';
import { TrustRefusal } from '../adapters/trust/trustRefusal.ts';
import { createEngine, type OpenedMessage, type SignatureHint } from '../adapters/xml/engine.ts';
import { XmlRefusal } from '../adapters/xml/refuse.ts';
import {
  buildReport,
  type Check,
  FOREIGN_SIGNATURE,
  failed,
  failuresOf,
  notApplicable,
  passed,
  type Report,
} from '../core/contract/report.ts';
import type { EdxmlMessage } from '../core/edxml/message.ts';
import type { XadesTimeStamp } from '../core/verify/opened.ts';
import type { TimeStampVerdict } from '../core/verify/timeStampJudge.ts';
import { signingCertificateChecks, type ValidationTime, validationTimeOf } from '../core/verify/validationTime.ts';

/** Certificates in KeyInfo that are tried as the signer's. */
const CANDIDATES = 6;

/** What a document is verified against, DER. */
export interface DocumentTrust {
  readonly anchors: readonly Buffer[];
  readonly intermediates: readonly Buffer[];
  /** Authorities whose time-stamps count (RFC 3161); none if absent. */
  readonly timeStamps?: readonly Buffer[];
}

/** A signature beside a document, as `dispatch` hands it on. */
export interface DetachedSignature {
  /** Detached JWS over the exact bytes (RFC 7797). */
  readonly jws: string;
  /** DER of the signer's certificate; the JWS only names it. */
  readonly certificate: Buffer;
}

/** As of when a document is judged, and the signature that came beside it. */
export interface DocumentJudging {
  readonly at: Date;
  readonly beside?: DetachedSignature | undefined;
}

/** Whether a document is what its signature says, and why. */
export interface DocumentVerdict {
  readonly ok: boolean;
  readonly report: Report;
  /** What the document says; absent when it is outside the profile. Believe it only when `ok`. */
  readonly message?: EdxmlMessage;
}

/**
 * Verifies a signed edXML document without any network: XML profile, signature, digest and the signer's certificate path at `at`,
 * or at the time of a time-stamp that holds. Whether the certificate is registered for the sender is the axis's knowledge and is
 * not judged. Of a signature in the document and one beside it, each that is there must hold. Never throws for what is in the
 * document or beside it.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { profileTrust, readProfile, signDocument, verifyDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const signed = await signDocument(await readFile('letter.edxml'), profile);
 * const { ok, report } = verifyDocument(signed, profileTrust(profile), new Date());
 * console.log(ok, report.checks.map(({ id, verdict }) => `${id}: ${verdict}`));
 */
export function verifyDocument(bytes: Buffer, trust: DocumentTrust, when: Date | DocumentJudging): DocumentVerdict {
  const { at, beside } = when instanceof Date ? { at: when } : when;
  const opened = open(bytes);
  if (opened instanceof XmlRefusal) {
    const reason = `${opened.code} at byte ${opened.position}`;
    return { ok: false, report: buildReport({ at, signed: 'none', checks: [failed('xml-profile', reason)] }) };
  }
  const { message, signature, warnings } = opened;
  const checks: Check[] = [passed('xml-profile')];
  if (warnings.some(({ code }) => code === 'signature-not-xmldsig')) checks.push(FOREIGN_SIGNATURE);
  if (signature === null && beside === undefined) {
    checks.push(failed('signature-structure', 'the document is not signed'));
    return { ok: false, report: buildReport({ at, signed: 'none', checks }), message };
  }
  const time = validationTimeOf(signature?.xades, at, timeStampJudgeOf(trust, at));
  if (signature !== null) checks.push(...inside(opened, signature, { trust, time }));
  if (beside !== undefined) checks.push(...besideChecks(bytes, beside, { trust, at }));
  checks.push(notApplicable('certificate-registered', 'only the axis knows which certificates are registered'));
  const signed = signature === null ? 'jws' : beside === undefined ? 'xmldsig' : 'both';
  const { timeStamp } = time;
  const claimedTime = signature?.xades?.signingTime;
  const report = buildReport({ at: time.at, timeStamp, claimedTime, signed, checks });
  return { ok: failuresOf(report).length === 0, report, message };
}

interface Judging {
  readonly trust: DocumentTrust;
  readonly at: Date;
}

/** The signature in the document: without a certificate that can be read there is a failure among its checks. */
function inside(
  opened: OpenedMessage,
  { certificates, xades }: SignatureHint,
  { trust, time }: { readonly trust: DocumentTrust; readonly time: ValidationTime },
): readonly Check[] {
  const leaf = signerOf(opened, certificates);
  const checks = [passed('signature-structure'), ...signatureChecks(opened, leaf)];
  if (leaf === undefined) return checks;
  const path = pathChecks(leaf, certificates, { trust, at: time.at });
  return [...checks, ...signingCertificateChecks(xades, leaf), ...time.checks, ...path];
}

/** The signature beside the document. */
function besideChecks(bytes: Buffer, { jws, certificate }: DetachedSignature, judging: Judging): readonly Check[] {
  try {
    const result = verifyDetached(readDetachedJws(jws), bytes, certificate);
    if (!result.ok) return [passed('signature-structure'), failed('signature-value', `beside: ${result.message}`)];
    return [passed('signature-structure'), passed('signature-value'), ...pathChecks(certificate, [], judging)];
  } catch (error) {
    if (!(error instanceof TrustRefusal)) throw error;
    return [failed('signature-structure', `beside: ${error.message}`)];
  }
}

const pathChecks = (leaf: Buffer, intermediates: readonly Buffer[], { trust, at }: Judging): readonly Check[] =>
  validatePath({ leaf, intermediates, anchors: trust.anchors, knownIntermediates: trust.intermediates, at }).checks;

function open(bytes: Buffer): OpenedMessage | XmlRefusal {
  try {
    return createEngine().open(bytes);
  } catch (error) {
    if (error instanceof XmlRefusal) return error;
    throw error;
  }
}

function timeStampJudgeOf({ timeStamps = [] }: DocumentTrust, now: Date) {
  if (timeStamps.length === 0)
    return (): TimeStampVerdict => ({ ok: false, reason: 'no authority for time-stamps is trusted here' });
  const validate = createTimeStampValidator({ anchors: timeStamps });
  return (stamp: XadesTimeStamp): TimeStampVerdict => validate(stamp, { now });
}

/** KeyInfo is only a hint: the signer's certificate is the one whose key made the signature, else the first. */
function signerOf(opened: OpenedMessage, certificates: readonly Buffer[]): Buffer | undefined {
  const readable = certificates.slice(0, CANDIDATES).filter((der) => keyOf(der) !== undefined);
  const fits = readable.find((der) => {
    const key = keyOf(der);
    return key !== undefined && opened.verify(key).ok;
  });
  return fits ?? readable[0];
}

function keyOf(der: Buffer) {
  try {
    return publicKeyOf(parseCertificate(der));
  } catch {
    return undefined;
  }
}

function signatureChecks(opened: OpenedMessage, leaf: Buffer | undefined): readonly Check[] {
  const key = leaf && keyOf(leaf);
  if (key === undefined) return [failed('signature-value', 'the signature carries no certificate that can be read')];
  const result = opened.verify(key);
  if (result.ok) return [passed('algorithm'), passed('signature-value'), passed('digest')];
  if (result.code === 'digest-mismatch') {
    return [passed('algorithm'), passed('signature-value'), failed('digest', 'the document was altered after signing')];
  }
  if (result.code === 'signature-mismatch') {
    return [
      passed('algorithm'),
      failed('signature-value', 'the signature was not made with the key of its certificate'),
    ];
  }
  return [failed('algorithm', result.code)];
}
