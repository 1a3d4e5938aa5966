/**
 * An edXML message (QCVN 102:2016/BTTTT and Amendment 1:2022) as data. Property names are the element names, with the
 * standard's own spelling (`Bussiness`, `TyperNotation`). Absent and empty mean the same on the wire, so every group and
 * list is always there, a text is there only when it is not empty, and order carries no meaning outside lists.
 */
export interface EdxmlMessage {
  /** A `status` has a StatusCode; everything else is a `document`. */
  readonly kind: MessageKind;
  readonly MessageHeader: MessageHeader;
  readonly TraceHeaderList: TraceHeaderList;
  readonly edXMLManifest: EdxmlManifest;
  /** Short texts of elements of the MessageHeader that this version does not know; nothing but a secrecy mark is read from them. */
  readonly unknownTexts: readonly string[];
}

export type MessageKind = 'document' | 'status';

/** The parts of a message that have elements of their own. */
export type MessageParts = Pick<EdxmlMessage, 'MessageHeader' | 'TraceHeaderList' | 'edXMLManifest'>;

export interface Organization {
  readonly OrganId?: string;
  readonly OrganizationInCharge?: string;
  readonly OrganName?: string;
  readonly OrganAdd?: string;
  readonly Email?: string;
  readonly Telephone?: string;
  readonly Fax?: string;
  readonly Website?: string;
}

export interface MessageHeader {
  readonly From: Organization;
  readonly To: readonly Organization[];
  /** The sender's own id, free text. */
  readonly DocumentId?: string;
  readonly Code: { readonly CodeNumber?: string; readonly CodeNotation?: string };
  /** PromulgationDate is `yyyy/MM/dd`, Vietnam time. */
  readonly PromulgationInfo: { readonly Place?: string; readonly PromulgationDate?: string };
  readonly DocumentType: { readonly Type?: string; readonly TypeDetail?: string; readonly TypeName?: string };
  readonly Subject?: string;
  readonly Content?: string;
  readonly SignerInfo: { readonly Competence?: string; readonly Position?: string; readonly FullName?: string };
  readonly DueDate?: string;
  readonly OtherInfo: OtherInfo;
  readonly ResponseFor: readonly ResponseFor[];
  readonly StaffInfo: StaffInfo;
  /** Two digits, only in a status; see `statusCode.ts`. */
  readonly StatusCode?: string;
  readonly Description?: string;
  /** `yyyy/MM/dd HH:mm:ss`, Vietnam time, only in a status. */
  readonly Timestamp?: string;
  readonly SteeringType?: string;
  readonly ResponseForTask: { readonly TaskCode: readonly string[] };
  readonly ApplicationType?: string;
  /** "Nơi nhận" lines for filing; not the routing list, which is `To`. */
  readonly ToPlaces: { readonly Place: readonly string[] };
}

export interface OtherInfo {
  /** 0 normal, 1 to 4 urgent. */
  readonly Priority?: string;
  readonly SphereOfPromulgation?: string;
  readonly TyperNotation?: string;
  readonly PromulgationAmount?: string;
  readonly PageAmount?: string;
  readonly Direction?: string;
  readonly Appendixes: { readonly Appendix: readonly string[] };
}

/** Names an earlier document; in a status, `OrganId` is the party that the status is addressed to. */
export interface ResponseFor {
  readonly OrganId?: string;
  /** "number/notation", not split. */
  readonly Code?: string;
  readonly DocumentId?: string;
  readonly PromulgationDate?: string;
}

export interface StaffInfo {
  readonly Department?: string;
  readonly DepartmentId?: string;
  readonly Staff?: string;
  readonly StaffId?: string;
  readonly Email?: string;
  readonly Mobile?: string;
}

export interface TraceHeaderList {
  readonly Bussiness: Bussiness;
  readonly TraceHeader: readonly TraceHeader[];
}

export interface TraceHeader {
  readonly OrganId?: string;
  readonly Timestamp?: string;
}

export interface Bussiness {
  readonly DocumentId?: string;
  /** 0 new, 1 recall, 2 update, 3 replace; absent means new. */
  readonly BussinessDocType?: string;
  readonly BussinessDocReason?: string;
  readonly Paper?: string;
  readonly BussinessDocumentInfo: BussinessDocumentInfo;
  readonly ReplacementInfoList: { readonly ReplacementInfo: readonly ReplacementInfo[] };
  readonly StaffInfo: StaffInfo;
}

export interface BussinessDocumentInfo {
  readonly DocumentInfo?: string;
  readonly DocumentReceiver?: string;
  /** ReceiverType 0 removed, 1 added. */
  readonly ReceiverList: {
    readonly Receiver: readonly { readonly OrganId?: string; readonly ReceiverType?: string }[];
  };
}

export interface ReplacementInfo {
  readonly DocumentId?: string;
  readonly OrganIdList: { readonly OrganId: readonly string[] };
}

export interface EdxmlManifest {
  readonly Reference: readonly Reference[];
}

export interface Reference {
  /** As written; joins with an attachment's after `contentKey`. */
  readonly ContentId?: string;
  readonly ContentType?: string;
  readonly Description?: string;
  readonly AttachmentName?: string;
}

/** What an attachment says about itself; its bytes are elsewhere. */
export interface AttachmentInfo {
  readonly ContentId?: string;
  readonly AttachmentName?: string;
  readonly Description?: string;
  readonly FieldName?: string;
  readonly MimeType?: string;
  readonly ContentType?: string;
}

/** A ContentId without its `cid:`: writers disagree on the prefix, so both sides are compared without it. */
export function contentKey(contentId: string): string {
  return contentId.replace(/^(?:cid:)+/i, '');
}
