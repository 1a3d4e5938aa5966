import type { AttachmentInfo, MessageParts } from './message.ts';

/**
 * The shape of a group of elements: `text` is a leaf, `texts` a repeated leaf, `one` a group, `many` a repeated group.
 * The type is total, so a property without a rule does not compile.
 */
export type Shape<T> = { readonly [K in keyof T]-?: Rule<NonNullable<T[K]>> };
type Rule<V> = V extends string
  ? 'text'
  : V extends readonly string[]
    ? 'texts'
    : V extends readonly (infer E)[]
      ? { readonly many: Shape<E> }
      : { readonly one: Shape<V> };

/** A shape whose type was forgotten: what generic readers and writers walk. */
export type AnyShape = { readonly [name: string]: AnyRule };
export type AnyRule = 'text' | 'texts' | { readonly one: AnyShape } | { readonly many: AnyShape };

const organization = {
  OrganId: 'text',
  OrganizationInCharge: 'text',
  OrganName: 'text',
  OrganAdd: 'text',
  Email: 'text',
  Telephone: 'text',
  Fax: 'text',
  Website: 'text',
} as const;

const staff = {
  Department: 'text',
  DepartmentId: 'text',
  Staff: 'text',
  StaffId: 'text',
  Email: 'text',
  Mobile: 'text',
} as const;

const otherInfo = {
  Priority: 'text',
  SphereOfPromulgation: 'text',
  TyperNotation: 'text',
  PromulgationAmount: 'text',
  PageAmount: 'text',
  Direction: 'text',
  Appendixes: { one: { Appendix: 'texts' } },
} as const;

const bussiness = {
  DocumentId: 'text',
  BussinessDocType: 'text',
  BussinessDocReason: 'text',
  Paper: 'text',
  BussinessDocumentInfo: {
    one: {
      DocumentInfo: 'text',
      DocumentReceiver: 'text',
      ReceiverList: { one: { Receiver: { many: { OrganId: 'text', ReceiverType: 'text' } } } },
    },
  },
  ReplacementInfoList: {
    one: { ReplacementInfo: { many: { DocumentId: 'text', OrganIdList: { one: { OrganId: 'texts' } } } } },
  },
  StaffInfo: { one: staff },
} as const;

/** Every element of a message, in the order in which the Java SDK of the national axis writes them. */
export const MESSAGE_SHAPE: Shape<MessageParts> = {
  MessageHeader: {
    one: {
      From: { one: organization },
      To: { many: organization },
      DocumentId: 'text',
      Code: { one: { CodeNumber: 'text', CodeNotation: 'text' } },
      PromulgationInfo: { one: { Place: 'text', PromulgationDate: 'text' } },
      DocumentType: { one: { Type: 'text', TypeDetail: 'text', TypeName: 'text' } },
      Subject: 'text',
      Content: 'text',
      SignerInfo: { one: { Competence: 'text', Position: 'text', FullName: 'text' } },
      DueDate: 'text',
      OtherInfo: { one: otherInfo },
      ResponseFor: { many: { OrganId: 'text', Code: 'text', DocumentId: 'text', PromulgationDate: 'text' } },
      StaffInfo: { one: staff },
      StatusCode: 'text',
      Description: 'text',
      Timestamp: 'text',
      SteeringType: 'text',
      ResponseForTask: { one: { TaskCode: 'texts' } },
      ApplicationType: 'text',
      ToPlaces: { one: { Place: 'texts' } },
    },
  },
  TraceHeaderList: {
    one: { Bussiness: { one: bussiness }, TraceHeader: { many: { OrganId: 'text', Timestamp: 'text' } } },
  },
  edXMLManifest: {
    one: {
      Reference: { many: { ContentId: 'text', ContentType: 'text', Description: 'text', AttachmentName: 'text' } },
    },
  },
};

/** The elements of an attachment, without its content. */
export const ATTACHMENT_SHAPE: Shape<AttachmentInfo> = {
  ContentId: 'text',
  AttachmentName: 'text',
  Description: 'text',
  FieldName: 'text',
  MimeType: 'text',
  ContentType: 'text',
};

/** The one namespace of QCVN 102:2016; Amendment 1:2022 kept it. */
export const EDXML_NAMESPACE = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';
