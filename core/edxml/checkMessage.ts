import { parseAgencyCode } from './agencyCode.ts';
import { bussinessType, targetDocumentIds } from './bussinessType.ts';
import { isEdxmlDate, isEdxmlDateTime } from './dates.ts';
import { detachedDigest, isDetachedName } from './detachedName.ts';
import { overlongTexts } from './lengths.ts';
import { type AttachmentInfo, contentKey, type EdxmlMessage } from './message.ts';
import { type Problem, problem } from './problem.ts';
import { knownStatusCode } from './statusCode.ts';

/** Who checks: a sender is held to the length table, a receiver takes longer texts with a warning. */
export interface CheckOptions {
  readonly as?: 'sender' | 'receiver';
  /** When given, manifest and attachments are joined by ContentId. */
  readonly attachments?: readonly AttachmentInfo[];
}

/**
 * What is wrong with a message's content, in document order of the rules; no error means that it may go on. Missing
 * mandatory fields are errors and are never filled with blanks. Values that nobody defined are kept and warned about.
 */
export function checkMessage(message: EdxmlMessage, options: CheckOptions = {}): readonly Problem[] {
  const own = message.kind === 'status' ? checkStatus(message, options) : checkDocument(message);
  const overlong = overlongTexts(message).map(({ path }) =>
    problem('too-long', path, options.as === 'sender' ? 'error' : 'warning'),
  );
  const { attachments } = options;
  const joined = attachments === undefined || message.kind === 'status' ? [] : checkAttachments(message, attachments);
  return [...checkFrom(message), ...own, ...joined, ...overlong];
}

const HEADER = 'MessageHeader';

function checkFrom(message: EdxmlMessage): Problem[] {
  const { From } = message.MessageHeader;
  return [
    ...agency(From.OrganId, `${HEADER}.From.OrganId`),
    ...(message.kind === 'document' ? wanted(From.OrganName, `${HEADER}.From.OrganName`) : []),
  ];
}

function checkDocument(message: EdxmlMessage): Problem[] {
  const { MessageHeader: header } = message;
  return [
    ...checkRecipients(message),
    ...required(header.DocumentId, `${HEADER}.DocumentId`),
    ...required(header.Code.CodeNumber, `${HEADER}.Code.CodeNumber`),
    ...required(header.Code.CodeNotation, `${HEADER}.Code.CodeNotation`),
    ...wanted(header.PromulgationInfo.Place, `${HEADER}.PromulgationInfo.Place`),
    ...required(header.PromulgationInfo.PromulgationDate, `${HEADER}.PromulgationInfo.PromulgationDate`),
    ...date(header.PromulgationInfo.PromulgationDate, `${HEADER}.PromulgationInfo.PromulgationDate`, 'error'),
    ...wanted(header.DocumentType.TypeName, `${HEADER}.DocumentType.TypeName`),
    ...required(header.Subject, `${HEADER}.Subject`),
    ...wanted(header.SignerInfo.FullName, `${HEADER}.SignerInfo.FullName`),
    ...date(header.DueDate, `${HEADER}.DueDate`, 'warning'),
    ...checkBussiness(message),
  ];
}

function checkRecipients(message: EdxmlMessage): Problem[] {
  const { To } = message.MessageHeader;
  if (To.length === 0) return [problem('missing-field', `${HEADER}.To`)];
  const seen = new Set<string>();
  return To.flatMap(({ OrganId }, place) => {
    const path = `${HEADER}.To[${place}].OrganId`;
    const parsed = OrganId === undefined ? null : parseAgencyCode(OrganId);
    if (parsed === null) return agency(OrganId, path);
    if (parsed.isHub) return [problem('hub-recipient', path)];
    if (seen.has(parsed.code)) return [problem('duplicate-recipient', path)];
    seen.add(parsed.code);
    return [];
  });
}

function checkBussiness(message: EdxmlMessage): Problem[] {
  const path = 'TraceHeaderList.Bussiness';
  const type = bussinessType(message);
  if (type === null) return [problem('unknown-bussiness-type', `${path}.BussinessDocType`)];
  if (type === 'new') return [];
  const found: Problem[] =
    targetDocumentIds(message).length === 0 ? [problem('missing-target', `${path}.DocumentId`)] : [];
  const { Bussiness } = message.TraceHeaderList;
  Bussiness.BussinessDocumentInfo.ReceiverList.Receiver.forEach(({ OrganId }, place) => {
    found.push(...agency(OrganId, `${path}.BussinessDocumentInfo.ReceiverList.Receiver[${place}].OrganId`));
  });
  Bussiness.ReplacementInfoList.ReplacementInfo.forEach(({ DocumentId, OrganIdList }, place) => {
    const entry = `${path}.ReplacementInfoList.ReplacementInfo[${place}]`;
    found.push(...required(DocumentId, `${entry}.DocumentId`));
    OrganIdList.OrganId.forEach((organId, at) => {
      found.push(...agency(organId, `${entry}.OrganIdList.OrganId[${at}]`));
    });
  });
  return found;
}

function checkStatus(message: EdxmlMessage, options: CheckOptions): Problem[] {
  const { MessageHeader: header } = message;
  const code = header.StatusCode ?? '';
  const found = [...checkResponseFor(message), ...checkKind(message, options)];
  if (!/^\d{2}$/.test(code)) found.push(problem('invalid-status-code', `${HEADER}.StatusCode`));
  else if (knownStatusCode(code) === null)
    found.push(problem('unknown-status-code', `${HEADER}.StatusCode`, 'warning'));
  if ((code === '02' || code === '16') && header.Description === undefined) {
    found.push(problem('missing-reason', `${HEADER}.Description`, options.as === 'sender' ? 'error' : 'warning'));
  }
  found.push(...required(header.Timestamp, `${HEADER}.Timestamp`));
  if (header.Timestamp !== undefined && !isEdxmlDateTime(header.Timestamp)) {
    found.push(problem('invalid-date-time', `${HEADER}.Timestamp`));
  }
  return found;
}

function checkResponseFor(message: EdxmlMessage): Problem[] {
  const { ResponseFor } = message.MessageHeader;
  const [about] = ResponseFor;
  const path = `${HEADER}.ResponseFor`;
  if (about === undefined || ResponseFor.length !== 1) return [problem('response-for-count', path)];
  return [
    ...agency(about.OrganId, `${path}.OrganId`),
    ...required(about.Code, `${path}.Code`),
    ...required(about.DocumentId, `${path}.DocumentId`),
    ...date(about.PromulgationDate, `${path}.PromulgationDate`, 'warning'),
  ];
}

/** A status with the parts of a document could be read as either, so it is neither. */
function checkKind(message: EdxmlMessage, options: CheckOptions): Problem[] {
  const { MessageHeader, TraceHeaderList, edXMLManifest } = message;
  const strays: readonly (readonly [string, boolean])[] = [
    [`${HEADER}.To`, MessageHeader.To.length > 0],
    ['TraceHeaderList.Bussiness.BussinessDocType', TraceHeaderList.Bussiness.BussinessDocType !== undefined],
    ['edXMLManifest.Reference', edXMLManifest.Reference.length > 0],
    ['AttachmentEncoded.Attachment', (options.attachments?.length ?? 0) > 0],
  ];
  return strays.flatMap(([path, present]) => (present ? [problem('mixed-kind', path)] : []));
}

const MANIFEST = 'edXMLManifest.Reference';

/** Warnings where manifest and attachments do not name each other, or name one id twice. */
function checkAttachments(message: EdxmlMessage, attachments: readonly AttachmentInfo[]): readonly Problem[] {
  const listed = message.edXMLManifest.Reference;
  return [
    ...checkDetached(listed),
    ...unmatched(listed, attachments, MANIFEST),
    ...unmatched(attachments, listed, 'AttachmentEncoded.Attachment'),
  ];
}

/** A reference by digest must be one: what only looks like it would be a file that nobody can find. */
function checkDetached(listed: readonly Identified[]): Problem[] {
  const path = (place: number) => `${MANIFEST}[${place}].ContentId`;
  const seen = new Set<string>();
  return listed.flatMap(({ ContentId }, place) => {
    if (!isDetachedName(ContentId)) return [];
    const digest = detachedDigest(ContentId);
    if (digest === undefined) return [problem('invalid-detached-name', path(place))];
    if (seen.has(digest)) return [problem('attachment-mismatch', path(place))];
    seen.add(digest);
    return [];
  });
}

type Identified = { readonly ContentId?: string };

function unmatched(these: readonly Identified[], those: readonly Identified[], path: string): Problem[] {
  const key = ({ ContentId = '' }: Identified) => contentKey(ContentId);
  const others = new Set(those.map(key));
  const seen = new Set<string>();
  return these.flatMap((entry, place) => {
    // What travels beside the message has no counterpart in it.
    if (path === MANIFEST && isDetachedName(entry.ContentId)) return [];
    const mine = key(entry);
    const fits = mine !== '' && others.has(mine) && !seen.has(mine);
    seen.add(mine);
    return fits ? [] : [problem('attachment-mismatch', `${path}[${place}].ContentId`, 'warning')];
  });
}

function required(value: string | undefined, path: string): Problem[] {
  return value === undefined ? [problem('missing-field', path)] : [];
}

/** Fields that the standard asks for and traffic leaves out. */
function wanted(value: string | undefined, path: string): Problem[] {
  return value === undefined ? [problem('missing-field', path, 'warning')] : [];
}

function agency(value: string | undefined, path: string): Problem[] {
  if (value === undefined) return [problem('missing-field', path)];
  return parseAgencyCode(value) === null ? [problem('invalid-agency-code', path)] : [];
}

function date(value: string | undefined, path: string, severity: Problem['severity']): Problem[] {
  return value === undefined || isEdxmlDate(value) ? [] : [problem('invalid-date', path, severity)];
}
