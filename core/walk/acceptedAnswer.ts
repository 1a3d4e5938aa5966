import type { AnswerOf } from '../contract/answers.ts';
import { deliveryIdOf } from '../contract/derivedIds.ts';
import type { DispatchId } from '../contract/ids.ts';
import type { ReceiptCertificates } from '../contract/ports.ts';
import type { DispatchRecord, Recipient } from '../contract/records.ts';
import type { Report } from '../contract/report.ts';

type Answer = AnswerOf<'submit'>;

/** What the sender of a dispatch that was accepted is told, now or then: the first receipt, byte for byte. */
export async function acceptedAnswer(
  dispatch: DispatchRecord,
  outcome: 'accepted' | 'again',
  receiptCertificates: ReceiptCertificates,
): Promise<Answer> {
  const { dispatchId, receipt, details } = dispatch;
  const receiptCertificate = await receiptCertificates.find(dispatch.receiptCertificate);
  if (receiptCertificate === undefined)
    throw new Error(`no certificate ${dispatch.receiptCertificate} for the receipt of ${dispatchId}`);
  return {
    dispatchId,
    outcome,
    receipt,
    receiptCertificate,
    recipients: recipientsView(dispatchId, details.recipients),
    report: viewReport(details.report),
  };
}

export const recipientsView = (dispatchId: DispatchId, recipients: readonly Recipient[]): Answer['recipients'] =>
  recipients.map(({ code, name, agencyId }) => ({ code, name, deliveryId: deliveryIdOf(dispatchId, agencyId) }));

export const viewReport = (report: Report): Answer['report'] => ({ ...report, checks: [...report.checks] });
