import { deliveryIdOf, dispatchIdOf } from '../../../core/contract/derivedIds.ts';
import type { AgencyId, Sha256, SystemId, Thumbprint } from '../../../core/contract/ids.ts';
import type {
  AgencyRecord,
  DeliveryRecord,
  DispatchRecord,
  Headline,
  SystemRecord,
} from '../../../core/contract/records.ts';
import { NO_TALLIES } from '../../../core/contract/timeline.ts';
import { completeMessage } from '../../../core/edxml/completeMessage.ts';

export const MINISTRY = 'ministry' as SystemId;
export const SENDER = '01970000-0000-7000-8000-000000000001' as AgencyId;
export const RECIPIENT = '01970000-0000-7000-8000-000000000002' as AgencyId;

let numbers = 0;

const headline = (documentId: string, priority: number, at: number): Headline => ({
  kind: 'document',
  business: 0,
  documentId,
  senderCode: 'X91.04',
  senderName: 'Sở Thử nghiệm',
  codeNumber: '15',
  codeNotation: 'STN-VP',
  promulgationDate: '2026/03/02',
  subject: 'V/v thử',
  priority,
  signed: 'xmldsig',
  sha256: 'a'.repeat(64) as Sha256,
  bytes: 10,
  acceptedAt: at,
});

/** A delivery that was just consigned; each has an id of its own. */
export function aDelivery(
  at: number,
  given: Partial<DeliveryRecord> & { readonly priority?: number } = {},
): DeliveryRecord {
  const { priority = 0, ...rest } = given;
  numbers += 1;
  const documentId = `document ${numbers}`;
  const dispatchId = dispatchIdOf({ sender: SENDER, kind: 'document', documentId });
  return {
    v: 1,
    deliveryId: deliveryIdOf(dispatchId, RECIPIENT),
    dispatchId,
    state: 'queued',
    sender: SENDER,
    recipient: RECIPIENT,
    recipientCode: 'X92',
    system: MINISTRY,
    headline: headline(documentId, priority, at),
    visibleAt: at,
    timeline: [{ ev: 'ContentConsignment', at, by: 'axis', from: 'none', to: 'queued' }],
    tallies: NO_TALLIES,
    fruitless: 0,
    due: { what: 'expire', at: at + 1000, attempts: 0 },
    ...rest,
  };
}

/** A dispatch that was just accepted. */
export function aDispatch(at: number, given: Partial<DispatchRecord> = {}): DispatchRecord {
  numbers += 1;
  const documentId = `document ${numbers}`;
  return {
    v: 1,
    dispatchId: dispatchIdOf({ sender: SENDER, kind: 'document', documentId }),
    state: 'accepted',
    sender: SENDER,
    senderSystem: MINISTRY,
    headline: headline(documentId, 0, at),
    recipientCount: 1,
    receipt: 'a.b.c',
    receiptCertificate: 'thumbprint' as Thumbprint,
    timeline: [{ ev: 'SubmissionAcceptance', at, by: 'system:ministry', from: 'none', to: 'accepted' }],
    details: {
      recipients: [{ agencyId: RECIPIENT, code: 'X92', name: 'Bộ Minh họa', system: MINISTRY }],
      message: completeMessage({ MessageHeader: { From: { OrganId: 'X91.04' } } }),
      attachments: [],
      report: { v: 1, at: new Date(at).toISOString(), signed: 'xmldsig', checks: [] },
    },
    due: { what: 'fan-out', at: at + 120_000, attempts: 0 },
    ...given,
  };
}

/** An agency that a system serves. */
export const anAgency = (code: string, given: Partial<AgencyRecord> = {}): AgencyRecord => ({
  v: 1,
  agencyId: `01970000-0000-7000-8000-${Buffer.from(code).toString('hex').padStart(12, '0').slice(-12)}` as AgencyId,
  code,
  name: `Cơ quan ${code}`,
  revision: 1,
  status: 'active',
  route: { kind: 'system', system: MINISTRY },
  policy: { unsigned: 'refuse' },
  createdAt: 0,
  certificates: [],
  history: [],
  ...given,
});

export const aSystem = (systemId: SystemId, given: Partial<SystemRecord> = {}): SystemRecord => ({
  v: 1,
  systemId,
  name: 'Trung tâm',
  revision: 1,
  status: 'active',
  createdAt: 0,
  keys: [],
  history: [],
  ...given,
});
