import { writeEdxml } from '../../../adapters/xml/write.ts';
import type { EdxmlDraft } from '../../../core/edxml/completeMessage.ts';
import type { Plan, Reference } from '../plan.ts';
import { AGENCIES } from '../town/places.ts';

/** A planned message as edXML, unsigned. The same plan gives the same bytes. */
export function writeMessage(plan: Plan): Buffer {
  return plan.kind === 'status' ? writeEdxml(statusOf(plan)) : writeEdxml(documentOf(plan), [ATTACHMENT]);
}

const ATTACHMENT = {
  ContentId: 'a1',
  AttachmentName: 'van-ban.txt',
  ContentType: 'text/plain',
  content: Buffer.from('Văn bản'),
};

const organization = (code: string) => ({ OrganId: code, OrganName: `Cơ quan ${code}` });

const referenceTo = ({ documentId, number, notation, date }: Reference, organ: string) => ({
  OrganId: organ,
  Code: `${number}/${notation}`,
  DocumentId: documentId,
  PromulgationDate: date,
});

function statusOf({ from, to, about, code, subject }: Plan): EdxmlDraft {
  return {
    MessageHeader: {
      From: organization(from),
      ResponseFor: about.slice(0, 1).map((reference) => referenceTo(reference, to[0] ?? '')),
      StatusCode: code,
      Description: subject,
      Timestamp: '2026/03/02 10:00:00',
    },
  };
}

function documentOf(plan: Plan): EdxmlDraft {
  const { from, to, about, kind, subject } = plan;
  const answers =
    kind === 'recall'
      ? to.flatMap((code) => about.map((one) => referenceTo(one, code)))
      : about.map((one) => referenceTo(one, from));
  return {
    MessageHeader: {
      From: organization(from),
      To: to.map(organization),
      DocumentId: plan.documentId,
      Code: { CodeNumber: plan.number, CodeNotation: AGENCIES[from].notation },
      PromulgationInfo: { Place: 'Tỉnh Mẫu', PromulgationDate: plan.date },
      DocumentType: { Type: '2', TypeDetail: '18', TypeName: 'Công văn' },
      Subject: subject,
      SignerInfo: { FullName: 'Người Ký Mẫu' },
      OtherInfo: { Priority: plan.urgent ? '2' : '0' },
      ResponseFor: answers,
    },
    TraceHeaderList: {
      TraceHeader: [{ OrganId: from, Timestamp: `${plan.date} 08:00:00` }],
      Bussiness: { BussinessDocReason: subject, ...bussinessOf(plan) },
    },
  };
}

function bussinessOf({ kind, about, added, removed, at }: Plan) {
  const [target] = about;
  switch (kind) {
    case 'recall':
      return { BussinessDocType: '1', DocumentId: target?.documentId };
    case 'update':
    case 'amend': {
      const Receiver = [
        ...removed.map((code) => ({ OrganId: code, ReceiverType: '0' })),
        ...added.map((code) => ({ OrganId: code, ReceiverType: '1' })),
      ];
      const info = {
        DocumentInfo: kind === 'amend' ? '0' : '1',
        DocumentReceiver: Receiver.length > 0 ? '1' : '0',
        ReceiverList: { Receiver },
      };
      return { BussinessDocType: '2', DocumentId: target?.documentId, BussinessDocumentInfo: info };
    }
    case 'replace': {
      const ReplacementInfo = about.map(({ documentId }) => ({
        DocumentId: documentId,
        OrganIdList: { OrganId: [...at] },
      }));
      return { BussinessDocType: '3', ReplacementInfoList: { ReplacementInfo } };
    }
    default:
      return { BussinessDocType: '0' };
  }
}
