import type { AnswerOf } from '../contract/answers.ts';
import { contentKeyOf, dispatchIdOf, sha256Of } from '../contract/derivedIds.ts';
import type { DispatchId, Sha256, Thumbprint } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Trouble } from '../contract/logEvents.ts';
import type {
  Clock,
  Directory,
  Dispatches,
  FanOutQueue,
  Objects,
  ReceiptCertificates,
  ReceiptSigner,
} from '../contract/ports.ts';
import type { AgencyRecord, DispatchRecord, Recipient, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { type CheckId, passed, type Report, warned } from '../contract/report.ts';
import { DISPATCH_TRANSITIONS } from '../contract/states.ts';
import { bySystem } from '../contract/timeline.ts';
import type { Uploads } from '../contract/transferPorts.ts';
import { unsignedDetail } from '../contract/unsignedMark.ts';
import { fanOutMessages } from '../deliver/fanOut.ts';
import type { Problem } from '../edxml/problem.ts';
import { receiptPayloadOf } from '../prove/receiptPayload.ts';
import { authoriseSender } from '../submit/authoriseSender.ts';
import { checkExpiry } from '../submit/checkExpiry.ts';
import { detachedReferences } from '../submit/detachedReferences.ts';
import {
  checkFields,
  documentIdOf,
  headlineOf,
  isNewDocument,
  recipientCodesOf,
  senderCodeOf,
} from '../submit/readSubmission.ts';
import { resolveRecipients } from '../submit/resolveRecipients.ts';
import type { DocumentReader, OpenedDocument } from '../verify/opened.ts';
import { type VerifyPorts, verifySigner } from '../verify/verifySigner.ts';
import { acceptedAnswer, recipientsView, viewReport } from './acceptedAnswer.ts';
import { type DetachedFile, findDetached, keepDetached } from './detached.ts';
import { openMessage } from './openMessage.ts';
import { possibleDuplicate } from './possibleDuplicate.ts';
import { type ResolvedAct, resolveAct } from './resolveAct.ts';
import { type LaterPorts, submitLater, takesLong } from './submitLater.ts';

export interface SubmitPorts extends VerifyPorts {
  readonly axis: string;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly reader: DocumentReader;
  /** Reads what old systems send outside the strict profile, unsigned; absent where only the profile is taken. */
  readonly lenient?: DocumentReader;
  readonly dispatches: Pick<Dispatches, 'find' | 'findMany' | 'accept' | 'corrections' | 'numbered'>;
  readonly objects: Pick<Objects, 'putOnce' | 'copyOnce'>;
  readonly uploads: Pick<Uploads, 'findMany'>;
  /** Name of the bucket that detached attachments are copied from. */
  readonly uploadsBucket: string;
  readonly fanOut: FanOutQueue;
  readonly receipts: ReceiptSigner;
  readonly receiptCertificates: ReceiptCertificates;
  /** Where a submission goes on that takes long; absent in the background itself, which takes its time. */
  readonly later?: LaterPorts;
  /** Told of what went wrong after acceptance, where the answer is a receipt all the same. */
  readonly trouble: Trouble;
}

export interface SubmitRequest {
  readonly caller: SystemRecord;
  readonly bytes: Buffer;
  readonly documentSignature?: string | undefined;
  /** An OCSP answer about the signer's certificate, DER. */
  readonly documentRevocation?: Buffer | undefined;
  /** When deliveries that nobody collected expire, milliseconds since the epoch. */
  readonly deliveryExpires?: number | undefined;
  readonly dryRun: boolean;
  /** The caller would rather not wait (`Prefer: respond-async`, RFC 7240 section 4.1). */
  readonly background?: boolean | undefined;
  readonly correlationId?: string | undefined;
  /** What news of revocation are judged by, where it is not the time of receipt. */
  readonly newsAt?: Date | undefined;
}

type Answer = AnswerOf<'submit'>;

/** A message that passed every check; nothing is written yet. */
interface Verified {
  readonly dispatchId: DispatchId;
  readonly sha256: Sha256;
  readonly sender: AgencyRecord;
  readonly recipients: readonly Recipient[];
  readonly resolved: ResolvedAct;
  readonly opened: OpenedDocument;
  readonly report: Report;
  readonly detached: readonly DetachedFile[];
  readonly at: number;
}

/** Submitted → verified → kept: the answer carries the signed receipt. */
export async function submit(request: SubmitRequest, ports: SubmitPorts): Promise<Outcome<Answer>> {
  const read = openMessage(request, ports);
  if (!read.ok) return read;
  const { document: opened, strictly } = read.value;
  const { message } = opened;
  const fields = checkFields(message, opened.attachments);
  if (!fields.ok) return fields;
  const senderCode = senderCodeOf(message);
  const sender = authoriseSender(senderCode, await ports.directory.agencyByCode(senderCode), request.caller);
  if (!sender.ok) return sender;
  // Who must sign must keep to the profile, and learns what breaks it.
  if (strictly && sender.value.policy.unsigned === 'refuse') return strictly;

  const sha256 = sha256Of(request.bytes);
  const dispatchId = dispatchIdOf({
    sender: sender.value.agencyId,
    kind: message.kind,
    documentId: documentIdOf(message),
    ...(isNewDocument(message) ? {} : { sha256 }),
  });
  // Asked before anything is judged or written: a repeat gets its first receipt, a conflict leaves no bytes behind.
  const earlier = await ports.dispatches.find(dispatchId);
  if (earlier) return answerEarlier(earlier, sha256, ports);

  const at = ports.clock.now();
  const expiry = checkExpiry(request.deliveryExpires, at, ports.later ? undefined : 0);
  if (expiry) return expiry;
  const report = await verifySigner(
    {
      bytes: request.bytes,
      opened,
      documentSignature: request.documentSignature,
      documentRevocation: request.documentRevocation,
      sender: sender.value,
      attachments: opened.attachments.length + detachedReferences(message).length,
      at: new Date(at),
      newsAt: request.newsAt,
    },
    ports,
  );
  if (!report.ok) return report;
  const codes = recipientCodesOf(message);
  const [agencies, duplicate] = await Promise.all([
    ports.directory.agenciesByCode(codes),
    possibleDuplicate(sender.value.agencyId, message, ports),
  ]);
  const recipients = resolveRecipients(codes, agencies);
  if (!recipients.ok) return recipients;
  const resolved = await resolveAct({ message, sender: sender.value, recipients: recipients.value }, ports);
  if (!resolved.ok) return resolved;
  const detached = await findDetached(request.caller, detachedReferences(message), ports);
  if (!detached.ok) return detached;

  const verified: Verified = {
    dispatchId,
    sha256,
    sender: sender.value,
    recipients: resolved.value.recipients,
    resolved: resolved.value,
    opened,
    report: completeReport(
      { ...report.value, checks: [...report.value.checks, ...duplicate, ...resolved.value.warnings] },
      fields.value.warnings,
    ),
    detached: detached.value,
    at,
  };
  if (request.dryRun) return accept(answerOf(verified, 'would-be-accepted'));
  const { later } = ports;
  return later && (request.background || takesLong(verified.detached))
    ? goOnLater(verified, request, { ...ports, ...later })
    : keep(verified, request, ports);
}

/** Every check holds; the rest is done in the background, and the sender looks there for what came of it. */
async function goOnLater(
  verified: Verified,
  request: SubmitRequest,
  ports: Parameters<typeof submitLater>[1],
): Promise<Outcome<Answer>> {
  const { dispatchId, sha256 } = verified;
  const submissionId = await submitLater({ ...request, dispatchId, sha256 }, ports);
  return submissionId.ok
    ? accept({ ...answerOf(verified, 'working'), submissionId: submissionId.value })
    : submissionId;
}

function completeReport(report: Report, warnings: readonly Problem[]): Report {
  const checkOf = (id: CheckId, found: readonly Problem[]) =>
    found.length > 0 ? warned(id, found.map(({ message }) => message).join('; ')) : passed(id);
  const long = warnings.filter(({ code }) => code === 'too-long');
  const fields = warnings.filter(({ code }) => code !== 'too-long');
  return {
    ...report,
    checks: [
      ...report.checks,
      passed('secrecy'),
      checkOf('message-fields', fields),
      checkOf('lengths', long),
      passed('recipients'),
    ],
  };
}

/** Bytes first, then the record that commits acceptance, then the hint that work waits. */
async function keep(verified: Verified, request: SubmitRequest, ports: SubmitPorts): Promise<Outcome<Answer>> {
  const contentKey = contentKeyOf(verified.dispatchId, verified.sha256);
  const { sha256, at } = verified;
  const { caller, deliveryExpires, documentSignature } = request;
  const facts = { acceptedAt: at, system: caller.systemId, deliveryExpires, documentSignature };
  if ((await ports.objects.putOnce(contentKey, request.bytes, { sha256, facts })) === 'different') {
    throw new Error(`object ${contentKey} holds other bytes than its name says`);
  }
  await keepDetached(verified.dispatchId, verified.detached, ports);
  const { record, certificate } = await recordOf(verified, request, ports);
  if (!(await ports.dispatches.accept(record))) {
    const rival = await ports.dispatches.find(verified.dispatchId);
    return rival ? answerEarlier(rival, verified.sha256, ports) : refuse('busy');
  }
  try {
    await ports.fanOut.enqueue(fanOutMessages(record), record.senderSystem);
  } catch (error) {
    // Accepted all the same: the marker in the record tells the watchman.
    ports.trouble('fan-out-not-queued', error, { about: record.dispatchId });
  }
  return accept({ ...answerOf(verified, 'accepted'), receipt: record.receipt, receiptCertificate: certificate });
}

async function recordOf(
  verified: Verified,
  kept: SubmitRequest,
  ports: SubmitPorts,
): Promise<{ record: DispatchRecord; certificate: string }> {
  const { dispatchId, sender, recipients, resolved, opened, report, at } = verified;
  const headline = headlineOf(opened.message, {
    sha256: verified.sha256,
    bytes: kept.bytes.length,
    signed: report.signed,
    acceptedAt: at,
    senderName: sender.name,
  });
  const payload = receiptPayloadOf({
    axis: ports.axis,
    dispatchId,
    headline,
    sender,
    certificate: report.signer?.thumbprint,
    recipients,
  });
  const receipt = await ports.receipts.sign(payload);
  const { to, event } = DISPATCH_TRANSITIONS.accept;
  const record: DispatchRecord = {
    v: 1,
    dispatchId,
    state: to,
    sender: sender.agencyId,
    senderSystem: kept.caller.systemId,
    headline,
    recipientCount: recipients.length,
    receipt: receipt.jws,
    receiptCertificate: receipt.thumbprint,
    timeline: [
      { ev: event, at, by: bySystem(kept.caller.systemId), from: 'none', to, ...unsignedDetail(report.signed) },
    ],
    details: {
      recipients,
      // Texts of unknown elements were looked through for a secrecy mark. They may hold anything, also somebody's token.
      message: { ...opened.message, unknownTexts: [] },
      attachments: opened.attachments.map(({ AttachmentName, ContentType, from, to }) => ({
        name: AttachmentName ?? '',
        contentType: ContentType ?? '',
        base64Bytes: to - from,
        ...(opened.forgiven ? { from } : {}),
      })),
      ...(verified.detached.length > 0 ? { detached: verified.detached.map(({ upload: _, ...file }) => file) } : {}),
      report,
      ...(resolved.act ? { act: resolved.act } : {}),
      ...(resolved.links.length > 0 ? { links: resolved.links } : {}),
      ...(kept.deliveryExpires === undefined ? {} : { expiresAt: kept.deliveryExpires }),
      ...signatureBeside(kept.documentSignature, ports),
      ...(kept.correlationId === undefined ? {} : { correlationId: kept.correlationId }),
    },
    due: { what: 'fan-out', at: at + LIMITS.overdueSeconds * 1000, attempts: 0 },
  };
  return { record, certificate: receipt.certificate };
}

/** What recipients need to judge a signature beside the document for themselves. */
function signatureBeside(
  documentSignature: string | undefined,
  { detached }: SubmitPorts,
): Pick<DispatchRecord['details'], 'documentSignature' | 'documentSigner'> {
  if (documentSignature === undefined) return {};
  const read = detached.read(documentSignature);
  return { documentSignature, ...(read.ok ? { documentSigner: read.value.thumbprint as Thumbprint } : {}) };
}

const answerOf = (verified: Verified, outcome: Answer['outcome']): Answer => ({
  dispatchId: verified.dispatchId,
  outcome,
  recipients: recipientsView(verified.dispatchId, verified.recipients),
  report: viewReport(verified.report),
});

/** The same bytes get the first receipt, byte for byte; other bytes a conflict. */
async function answerEarlier(earlier: DispatchRecord, sha256: Sha256, ports: SubmitPorts): Promise<Outcome<Answer>> {
  if (earlier.headline.sha256 !== sha256)
    return refuse('document-conflict', { documentId: earlier.headline.documentId });
  return accept(await acceptedAnswer(earlier, 'again', ports.receiptCertificates));
}
