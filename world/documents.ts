/** Documents as the agencies of the miniature world would write them: unsigned edXML, ready to be signed. */
import { type AttachmentContent, writeEdxml } from '../adapters/xml/write.ts';
import type { EdxmlDraft } from '../core/edxml/completeMessage.ts';
import { type PlaceCode, placeOf, places } from './places.ts';
import { tinyPdf } from './tinyPdf.ts';

/** An earlier document: what a reply, a status or a recall points at. */
export interface Earlier {
  readonly from: string;
  readonly number: number;
  readonly notation: string;
  /** `yyyy/MM/dd`. */
  readonly date: string;
  readonly documentId: string;
}

/** What a document changes about an earlier one. */
export type SampleBusiness =
  | { readonly kind: 'new' }
  | { readonly kind: 'recall'; readonly of: Earlier; readonly reason: string }
  | {
      readonly kind: 'update';
      readonly of: Earlier;
      readonly removed?: readonly string[];
      readonly added?: readonly string[];
    }
  | { readonly kind: 'replace'; readonly of: Earlier; readonly at: readonly string[] };

export interface SampleDocument {
  readonly from: PlaceCode;
  /** Codes of the recipients; those outside the world are written without a name. */
  readonly to: readonly string[];
  readonly number: number;
  /** Date of promulgation, `yyyy/MM/dd`. */
  readonly date: string;
  readonly subject: string;
  /** 0 normal, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc, 4 hỏa tốc hẹn giờ. */
  readonly priority?: 0 | 1 | 2 | 3 | 4;
  /** Sender's id; by default "code,date,number/notation". */
  readonly documentId?: string;
  readonly answers?: readonly Earlier[];
  readonly business?: SampleBusiness;
  /** By default one PDF that shows number and subject. */
  readonly attachments?: readonly AttachmentContent[];
  /** `yyyy/MM/dd`. */
  readonly due?: string;
  /** 2 directive, 3 report on one; by default 1, neither. */
  readonly steering?: '2' | '3';
  /** Codes of tasks that it is about. */
  readonly tasks?: readonly string[];
}

/** How others refer to a sample document. */
export function earlierOf({ from, number, date, documentId }: SampleDocument): Earlier {
  const { notation } = placeOf(from);
  return { from, number, notation, date, documentId: documentId ?? `${from},${date},${number}/${notation}` };
}

/** Writes a sample document as edXML. Deterministic: the same request gives the same bytes. */
export function sampleDocument(request: SampleDocument): Buffer {
  return writeEdxml(draftOf(request), request.attachments ?? [pdfOf(request)]);
}

/** The PDF that a sample document carries unless told otherwise. */
export function pdfOf(request: SampleDocument): AttachmentContent {
  const { number, notation } = earlierOf(request);
  const { name, seat } = placeOf(request.from);
  const lines = [name.toUpperCase(), `So: ${number}/${notation}`, `${seat}, ${request.date}`, request.subject];
  return {
    ContentId: 'a1',
    AttachmentName: `${number}-${notation}.pdf`,
    ContentType: 'application/pdf',
    Description: 'Văn bản chính',
    content: tinyPdf(lines),
  };
}

export interface SampleStatus {
  /** Who reports. */
  readonly from: PlaceCode;
  /** Whom it is addressed to; by default the sender of the document reported on. */
  readonly to?: string;
  readonly about: Earlier;
  readonly code: '01' | '02' | '03' | '04' | '05' | '06' | '13' | '15' | '16';
  readonly description?: string;
  /** `yyyy/MM/dd HH:mm:ss`, Vietnam time. */
  readonly timestamp: string;
}

/** Writes a status message as edXML. */
export function sampleStatus({ from, to, about, code, description, timestamp }: SampleStatus): Buffer {
  return writeEdxml({
    MessageHeader: {
      From: organizationOf(from),
      ResponseFor: [{ ...responseFor(about), OrganId: to ?? about.from }],
      StaffInfo: { Department: 'Văn thư', Staff: 'Cán Bộ Mẫu' },
      StatusCode: code,
      Description: description,
      Timestamp: timestamp,
    },
  });
}

function draftOf(request: SampleDocument): EdxmlDraft {
  const { from, to, number, date, subject, priority = 0, answers = [], due, steering = '1', tasks = [] } = request;
  const { documentId, notation } = earlierOf(request);
  const business = request.business ?? { kind: 'new' };
  const recalled = business.kind === 'recall' ? to.map((code) => ({ ...responseFor(business.of), OrganId: code })) : [];
  return {
    MessageHeader: {
      From: organizationOf(from),
      To: to.map(organizationOf),
      DocumentId: documentId,
      Code: { CodeNumber: String(number), CodeNotation: notation },
      PromulgationInfo: { Place: placeOf(from).seat, PromulgationDate: date },
      DocumentType: { Type: '2', TypeDetail: '18', TypeName: 'Công văn' },
      Subject: subject,
      SignerInfo: { Position: 'Thủ trưởng', FullName: 'Người Ký Mẫu' },
      DueDate: due,
      OtherInfo: { Priority: String(priority), SphereOfPromulgation: 'Công khai', PageAmount: '1', Direction: 'false' },
      ResponseFor: [...answers.map(responseFor), ...recalled],
      SteeringType: steering,
      ...(tasks.length > 0 ? { ResponseForTask: { TaskCode: [...tasks] } } : {}),
      ToPlaces: { Place: ['Như trên', 'Lưu: VT'] },
    },
    TraceHeaderList: {
      Bussiness: { ...businessDraft(business), Paper: '0', StaffInfo: { Department: 'Văn thư', Staff: 'Cán Bộ Mẫu' } },
      TraceHeader: [{ OrganId: from, Timestamp: `${date} 08:00:00` }],
    },
  };
}

function businessDraft(business: SampleBusiness): NonNullable<NonNullable<EdxmlDraft['TraceHeaderList']>['Bussiness']> {
  switch (business.kind) {
    case 'new':
      return { BussinessDocType: '0', BussinessDocReason: 'Văn bản mới' };
    case 'recall':
      return { DocumentId: business.of.documentId, BussinessDocType: '1', BussinessDocReason: business.reason };
    case 'update': {
      const { of, removed = [], added = [] } = business;
      const receivers = [
        ...removed.map((code) => ({ OrganId: code, ReceiverType: '0' })),
        ...added.map((code) => ({ OrganId: code, ReceiverType: '1' })),
      ];
      const changed = receivers.length > 0 ? '1' : '0';
      return {
        DocumentId: of.documentId,
        BussinessDocType: '2',
        BussinessDocumentInfo: { DocumentInfo: '1', DocumentReceiver: changed, ReceiverList: { Receiver: receivers } },
      };
    }
    case 'replace':
      return {
        BussinessDocType: '3',
        ReplacementInfoList: {
          ReplacementInfo: [{ DocumentId: business.of.documentId, OrganIdList: { OrganId: business.at } }],
        },
      };
  }
}

function responseFor({ from, number, notation, date, documentId }: Earlier) {
  return { OrganId: from, Code: `${number}/${notation}`, DocumentId: documentId, PromulgationDate: date };
}

function organizationOf(code: string) {
  const place = places.find((candidate) => candidate.code === code);
  if (place === undefined) return { OrganId: code };
  const { name, address, email } = place;
  const inCharge = 'inCharge' in place ? place.inCharge : undefined;
  return { OrganId: code, OrganizationInCharge: inCharge, OrganName: name, OrganAdd: address, Email: email };
}
