import type { Refusal, RefusalParameters } from '../../core/contract/refusals.ts';
import type { XmlRefusal, XmlRefusalCode } from './refuse.ts';

type Words = readonly [en: string, vi: string];

/** What breaks each rule, for the person who must mend it. Total, so that a new rule without words does not compile. */
const RULE_WORDS: Readonly<Record<XmlRefusalCode, Words>> = {
  'too-large': ['the message is too large', 'thông điệp quá lớn'],
  encoding: ['this is not UTF-8 without a byte order mark', 'không phải UTF-8 không có dấu thứ tự byte'],
  declaration: ['the XML declaration', 'khai báo XML'],
  doctype: ['a document type declaration', 'khai báo DOCTYPE'],
  'processing-instruction': ['a processing instruction', 'chỉ thị xử lý'],
  comment: ['a comment', 'chú thích'],
  cdata: ['a CDATA section', 'khối CDATA'],
  malformed: ['this is not well-formed XML', 'XML không đúng cú pháp'],
  character: ['a character that XML does not allow', 'ký tự mà XML không cho phép'],
  reference: ['a reference to an unknown entity or character', 'tham chiếu thực thể hoặc ký tự không hợp lệ'],
  name: ['a wrong name', 'tên không hợp lệ'],
  'reserved-name': ['a reserved name', 'tên dành riêng'],
  'undeclared-prefix': ['a prefix that is not declared', 'tiền tố chưa khai báo'],
  'namespace-declaration': ['a namespace declaration', 'khai báo không gian tên'],
  'namespace-uri': ['a namespace with characters of no URI', 'không gian tên có ký tự lạ'],
  'duplicate-attribute': ['an attribute twice', 'thuộc tính lặp lại'],
  'xml-id': ['an attribute xml:id', 'thuộc tính xml:id'],
  depth: ['elements nested too deeply', 'phần tử lồng nhau quá sâu'],
  attributes: ['too many attributes', 'quá nhiều thuộc tính'],
  names: ['too many different names', 'quá nhiều tên khác nhau'],
  nodes: ['too many elements', 'quá nhiều phần tử'],
  root: ['the root is not one edXML', 'gốc không phải là một edXML'],
  namespace: ['an edXML element in another namespace', 'phần tử edXML nằm trong không gian tên khác'],
  'duplicate-element': ['an element twice', 'phần tử lặp lại'],
  'mixed-content': ['text between elements', 'chữ nằm giữa các phần tử'],
  'field-structure': ['an element where a text belongs', 'phần tử ở chỗ của văn bản'],
  'field-length': ['a text that is too long', 'nội dung quá dài'],
  'field-count': ['too many entries', 'quá nhiều mục'],
  'attachment-content': ['an attachment that is not base64', 'tệp đính kèm không phải base64'],
  'signature-count': ['more than one signature', 'nhiều hơn một chữ ký'],
  'signature-position': ['not the last child of edXMLHeader', 'không nằm cuối edXMLHeader'],
  'signature-structure': ['its structure', 'cấu trúc chữ ký'],
  'signature-canonicalization': ['its canonicalization', 'phép chuẩn hóa'],
  'signature-algorithm': ['its algorithm', 'thuật toán ký'],
  'signature-reference': ['what it refers to', 'đối tượng được ký'],
  'signature-transform': ['its transforms', 'phép biến đổi'],
  'signature-digest-algorithm': ['its digest algorithm', 'thuật toán băm'],
  'signature-encoding': ['its base64', 'mã hóa base64'],
  'signature-key-info': ['its KeyInfo', 'KeyInfo'],
};

/** What stopped the reading of a message, as a refusal says it; `position` is the byte in the message as received. */
export function brokenRule(
  { code, position: own }: XmlRefusal,
  position = own,
): [parameters: RefusalParameters, more: NonNullable<Refusal['more']>] {
  const [en, vi] = RULE_WORDS[code];
  return [
    { rule: `${code}, ${en}`, ruleVi: vi, position: Math.max(position, 0) },
    { rule: code, position },
  ];
}
