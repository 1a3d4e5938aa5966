/**
 * The client of a docaxis axis: what an agency's system needs to sign, submit, take and acknowledge documents. Everything here is
 * kept stable; everything else of the package may change.
 */
export type { AnswerOf, Problem, ReportView } from '../core/contract/answers.ts';
export type { RequestOf } from '../core/contract/requests.ts';
export {
  type AgencyQuery,
  type AttachmentTarget,
  AxisClient,
  type AxisClientOptions,
  type ContentTarget,
  type PageQuery,
  type SaveOptions,
} from './axisClient.ts';
export { AxisFault, type AxisFaultKind } from './axisFault.ts';
export { AxisRefusal, type Language } from './axisRefusal.ts';
export type { SystemKey } from './bearerTokens.ts';
export {
  checkEvidence,
  type Evidence,
  type EvidenceFailure,
  type EvidenceRecord,
  type EvidenceVerdict,
  type ProvenStep,
} from './checkEvidence.ts';
export { checkReceipt, type ReceiptEvidence, type ReceiptIssuerJwk } from './checkReceipt.ts';
export type { ByteRange } from './contentDownload.ts';
export { type EachOptions, Inbox, type InboxOptions } from './inbox.ts';
export { InboxDelivery } from './inboxDelivery.ts';
export { type Profile, readProfile } from './profile.ts';
export { profileTrust } from './profileTrust.ts';
export type { RetryPolicy } from './retryPolicy.ts';
export { type SignOptions, signDetachedDocument, signDocument } from './signDocument.ts';
export { type NamedDocument, recallMessage, type StatusReport, statusMessage } from './statusMessage.ts';
export type { SubmitOptions, SubmitProgress } from './submitMessage.ts';
export type { TransferProgress, UploadOptions } from './uploads.ts';
export {
  type DetachedSignature,
  type DocumentJudging,
  type DocumentTrust,
  type DocumentVerdict,
  verifyDocument,
} from './verifyDocument.ts';
