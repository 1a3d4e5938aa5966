/** The documents that `bench/verify.ts` times: signed edXML messages of the sizes and writings that agencies send. */
import type { KeyObject } from 'node:crypto';
import { writeEdxml } from '../../adapters/xml/write.ts';
import type { EdxmlDraft } from '../../core/edxml/completeMessage.ts';
import { P256, RSA, signDocument } from '../../test/adapters/xml/signDocument.ts';

export interface Shape {
  readonly name: string;
  /** What the goal of the project is for this shape: most CPU beside xmlsec1. */
  readonly goal: number;
  /** Signed, without KeyInfo, so that no implementation spends time on certificates. */
  readonly signed: Buffer;
  readonly key: KeyObject;
}

const KB = 1024;
const MB = KB * KB;
const GOAL = 0.4;
/** ECDSA itself is half of the work on a small document. */
const GOAL_SMALL_P256 = 0.5;
const LINE = 76;

/** All shapes; `small` leaves out those above 1 MB. */
export function verifyShapes(small: boolean): readonly Shape[] {
  const rsa = (name: string, document: Buffer): Shape => ({
    name,
    goal: GOAL,
    signed: signDocument(document, { key: RSA.privateKey }),
    key: RSA.publicKey,
  });
  const shapes = [
    rsa('8 KB, RSA-2048', letterOfSize(8 * KB)),
    {
      name: '8 KB, P-256',
      goal: GOAL_SMALL_P256,
      signed: signDocument(letterOfSize(8 * KB), { key: P256.privateKey, family: 'ecdsa' }),
      key: P256.publicKey,
    },
    rsa('100 KB', letterOfSize(100 * KB)),
    rsa('1 MB', letterOfSize(MB)),
    rsa('1 MB, many elements', manyElements(MB)),
    rsa('1 MB, many elements, CRLF', toCrlf(manyElements(MB))),
  ];
  if (small) return shapes;
  return [
    ...shapes,
    rsa('5 MB', letterOfSize(5 * MB)),
    rsa('5 MB, CRLF on each line', toCrlf(inLines(letterOfSize(5 * MB), '\n'))),
    rsa('5 MB, &#13; on each line', inLines(letterOfSize(5 * MB), '&#13;\n')),
  ];
}

const header: EdxmlDraft['MessageHeader'] = {
  From: { OrganId: 'X91.04', OrganName: 'Sở Thử nghiệm', OrganAdd: '1 Đường Mẫu', Email: 'so@mau.example' },
  To: [{ OrganId: 'X92', OrganName: 'Bộ Minh họa', OrganAdd: '2 Phố Ví dụ', Email: 'bo@minhhoa.example' }],
  DocumentId: 'X91.04,2026/11/22,15/STN-VP',
  Code: { CodeNumber: '15', CodeNotation: 'STN-VP' },
  PromulgationInfo: { Place: 'Thành phố Mẫu', PromulgationDate: '2026/11/22' },
  DocumentType: { Type: '2', TypeName: 'Công văn' },
  Subject: 'V/v góp ý dự thảo thử nghiệm',
  Content: 'Góp ý dự thảo quy chế trao đổi văn bản điện tử giữa các cơ quan.',
  SignerInfo: { Competence: 'TM.', Position: 'Giám đốc', FullName: 'Nguyễn Văn Mẫu' },
  OtherInfo: { Priority: '0', PromulgationAmount: '1', PageAmount: '3' },
};

/** A letter with one attachment, about `bytes` long once it is signed. */
export function letterOfSize(bytes: number): Buffer {
  const empty = letterWith(0).length;
  const signature = 1400;
  return letterWith(Math.max(0, Math.floor(((bytes - empty - signature) * 3) / 4)));
}

function letterWith(contentBytes: number): Buffer {
  return writeEdxml({ MessageHeader: header }, [
    {
      ContentId: 'a1',
      AttachmentName: '15-STN-VP.pdf',
      ContentType: 'application/pdf',
      content: Buffer.alloc(contentBytes, 'nội dung thử nghiệm 0123456789 '),
    },
  ]);
}

/** As many filled fields as fit: every one is digested and every one is read. */
function manyElements(bytes: number): Buffer {
  const organization = (k: number) => ({
    OrganId: `X92.${k}`,
    OrganizationInCharge: 'X92',
    OrganName: `Phòng Minh họa số ${k} trực thuộc Bộ Minh họa`,
    OrganAdd: `${k} Phố Ví dụ, phường Ví dụ, thành phố Mẫu`,
    Email: `phong${k}@minhhoa.example`,
    Telephone: '024 1234 5678',
    Fax: '024 1234 5679',
    Website: 'https://minhhoa.example/phong',
  });
  const answered = (k: number) => ({
    OrganId: `X92.${k}`,
    Code: `${k}/BMH-VP`,
    DocumentId: `X92.${k},2026/11/22,${k}/BMH-VP`,
    PromulgationDate: '2026/11/22',
  });
  const passed = (k: number) => ({ OrganId: `X92.${k}`, Timestamp: '2026/11/22 08:30:00' });
  const list = <T>(entry: (k: number) => T): T[] => Array.from({ length: 990 }, (_, k) => entry(k));
  const document = writeEdxml({
    MessageHeader: { ...header, To: list(organization), ResponseFor: list(answered) },
    TraceHeaderList: { TraceHeader: list(passed) },
  });
  if (document.length > bytes * 1.1) throw new Error(`the document of many elements has ${document.length} bytes`);
  return document;
}

function toCrlf(document: Buffer): Buffer {
  return Buffer.from(document.toString().replaceAll('\n', '\r\n'));
}

/** Breaks the attachment's base64 as encoders do: 76 characters, then `end`. */
function inLines(document: Buffer, end: string): Buffer {
  return Buffer.from(document.toString().replaceAll(new RegExp(`[A-Za-z0-9+/]{${LINE}}`, 'g'), `$&${end}`));
}
