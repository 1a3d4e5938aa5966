import { completeMessage, type EdxmlDraft } from '../../core/edxml/completeMessage.ts';
import { type AttachmentInfo, contentKey } from '../../core/edxml/message.ts';
import { type AnyShape, ATTACHMENT_SHAPE, EDXML_NAMESPACE, MESSAGE_SHAPE } from '../../core/edxml/schema.ts';
import { isXmlCharacter } from './references.ts';
import { XmlRefusal } from './refuse.ts';

/** An attachment to write. ContentId may come with or without `cid:`. */
export interface AttachmentContent extends AttachmentInfo {
  readonly ContentId: string;
  readonly AttachmentName: string;
  readonly ContentType: string;
  readonly content: Uint8Array;
}

const PREFIX = 'edXML:';
const DECLARATION = `xmlns:edXML="${EDXML_NAMESPACE}"`;
const { MessageHeader, TraceHeaderList, edXMLManifest } = MESSAGE_SHAPE;

/**
 * Writes a message as the Java SDK of the national axis does: root and attachments in the default namespace, envelope
 * under the prefix `edXML`, the SDK's order, empty elements left out, `cid:` on both sides of an attachment. The manifest
 * is made from the attachments. A status has neither body nor attachments. Throws XmlRefusal (`character`) for text that
 * XML cannot carry.
 */
export function writeEdxml(draft: EdxmlDraft, attachments: readonly AttachmentContent[] = []): Buffer {
  const message = completeMessage(draft);
  const isDocument = message.kind === 'document';
  const listed = attachments.map(({ ContentId, ContentType, Description, AttachmentName }) => ({
    ContentId: `cid:${contentKey(ContentId)}`,
    ContentType,
    Description,
    AttachmentName,
  }));
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<edXML xmlns="${EDXML_NAMESPACE}">`,
    `  <edXML:edXMLEnvelope ${DECLARATION}>`,
    '    <edXML:edXMLHeader>',
    '      <edXML:MessageHeader>',
    ...elements(message.MessageHeader, MessageHeader.one, { prefix: PREFIX, indent: 8 }),
    '      </edXML:MessageHeader>',
    ...(isDocument ? group('TraceHeaderList', message.TraceHeaderList, TraceHeaderList.one) : []),
    '    </edXML:edXMLHeader>',
    ...(isDocument ? bodyLines({ Reference: listed }) : []),
    '  </edXML:edXMLEnvelope>',
    ...(isDocument ? ['  <AttachmentEncoded>', ...attachments.flatMap(attachmentLines), '  </AttachmentEncoded>'] : []),
    '</edXML>',
    '',
  ];
  return Buffer.from(lines.join('\n'));
}

function group(name: string, value: unknown, shape: AnyShape): string[] {
  return wrapped(`${PREFIX}${name}`, elements(value, shape, { prefix: PREFIX, indent: 8 }), 6);
}

function bodyLines(manifest: unknown): string[] {
  return [
    '    <edXML:edXMLBody>',
    '      <edXML:edXMLManifest version="1.0">',
    ...elements(manifest, edXMLManifest.one, { prefix: PREFIX, indent: 8 }),
    '      </edXML:edXMLManifest>',
    '    </edXML:edXMLBody>',
  ];
}

function attachmentLines(attachment: AttachmentContent): string[] {
  const { content, ...info } = attachment;
  const named = { ...info, ContentId: `cid:${contentKey(info.ContentId)}` };
  const base64 = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64');
  return [
    '    <Attachment>',
    ...elements(named, ATTACHMENT_SHAPE, { prefix: '', indent: 6 }),
    `      <edXML:ContentTransferEncoded ${DECLARATION}>${base64}</edXML:ContentTransferEncoded>`,
    '    </Attachment>',
  ];
}

interface Place {
  readonly prefix: string;
  readonly indent: number;
}

function elements(value: unknown, shape: AnyShape, place: Place): string[] {
  const source: { [name: string]: unknown } = typeof value === 'object' && value !== null ? { ...value } : {};
  return Object.entries(shape).flatMap(([name, rule]) => {
    const tag = place.prefix + name;
    const inner = source[name];
    const entries: readonly unknown[] = Array.isArray(inner) ? inner : inner === undefined ? [] : [inner];
    if (typeof rule === 'string') {
      return entries.map((text) => `${' '.repeat(place.indent)}<${tag}>${escaped(String(text))}</${tag}>`);
    }
    const deeper = { ...place, indent: place.indent + 2 };
    const content = 'one' in rule ? rule.one : rule.many;
    return entries.flatMap((entry) => wrapped(tag, elements(entry, content, deeper), place.indent));
  });
}

/** Nothing when there is nothing inside: an empty element means the same as none. */
function wrapped(tag: string, lines: readonly string[], indent: number): string[] {
  if (lines.length === 0) return [];
  const margin = ' '.repeat(indent);
  return [`${margin}<${tag}>`, ...lines, `${margin}</${tag}>`];
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

function escaped(text: string): string {
  for (const character of text) {
    // A lone half of a surrogate pair iterates as itself and is no character.
    if (!isXmlCharacter(character.codePointAt(0) ?? 0)) throw new XmlRefusal('character', -1);
  }
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? character);
}
