import { describe, expect, test } from 'vitest';
import { createEngine } from '../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../adapters/xml/refuse.ts';
import { type NamedDocument, recallMessage, type StatusReport, statusMessage } from '../../client/statusMessage.ts';
import { checkMessage } from '../../core/edxml/checkMessage.ts';
import { STATUS_CODES, type StatusCode } from '../../core/edxml/statusCode.ts';

const letter: NamedDocument = {
  headline: {
    kind: 'document',
    documentId: 'X91.04,2026/11/16,15/STN-VP',
    senderCode: 'X91.04',
    codeNumber: '15',
    codeNotation: 'STN-VP',
    promulgationDate: '2026/11/16',
  },
};
/** Half past midnight of the next day in Vietnam. */
const AT = new Date('2026-11-26T17:30:05Z');

const read = (bytes: Buffer) => createEngine().open(bytes).message;
const headerOf = (report: StatusReport) => read(statusMessage(letter, { at: AT, ...report })).MessageHeader;

describe('the status of a document', () => {
  test('names the document as its sender does, and tells the time of a clock in Vietnam', () => {
    const staff = { name: 'Cán Bộ Mẫu', department: 'Văn thư' };
    expect(headerOf({ from: 'X92', code: '03', description: ' Số đến 120 & <mật> ', staff })).toMatchObject({
      From: { OrganId: 'X92' },
      To: [],
      ResponseFor: [
        {
          OrganId: 'X91.04',
          Code: '15/STN-VP',
          DocumentId: 'X91.04,2026/11/16,15/STN-VP',
          PromulgationDate: '2026/11/16',
        },
      ],
      StaffInfo: { Staff: 'Cán Bộ Mẫu', Department: 'Văn thư' },
      StatusCode: '03',
      Description: 'Số đến 120 & <mật>',
      Timestamp: '2026/11/27 00:30:05',
    });
  });

  test.each(Object.keys(STATUS_CODES) as StatusCode[])('%s is one that the axis finds nothing wrong with', (code) => {
    const message = read(statusMessage(letter, { from: 'X92', to: 'X91.04', code, description: 'vì thế' }));
    expect(message.kind).toBe('status');
    expect(checkMessage(message, { as: 'sender' })).toEqual([]);
  });

  test('a take-back is from the sender to the recipient', () => {
    const { From, ResponseFor, StatusCode, Description } = read(
      recallMessage(letter, { to: 'X92', reason: 'Gửi nhầm phụ lục' }),
    ).MessageHeader;
    expect([From.OrganId, ResponseFor[0]?.OrganId]).toEqual(['X91.04', 'X92']);
    expect([StatusCode, Description]).toEqual(['13', 'Gửi nhầm phụ lục']);
  });
});

describe('is not written', () => {
  test.each<[report: Partial<StatusReport>, says: string]>([
    [{ code: '02' }, 'a status 02 needs a description'],
    [{ code: '16', description: '  ' }, 'a status 16 needs a description'],
    [{ code: '13', to: 'X92' }, 'a status 13 needs a description'],
    [{ code: '13', description: 'nhầm' }, 'names the recipient'],
    [{ code: '07' as StatusCode }, 'no status is known by the code 07'],
    [{ code: 'toString' as StatusCode }, 'no status is known by the code toString'],
  ])('%o', (report, says) => {
    expect(() => statusMessage(letter, { from: 'X92', code: '03', ...report })).toThrow(says);
  });

  test('about another status', () => {
    const status = { headline: { ...letter.headline, kind: 'status' as const } };
    expect(() => statusMessage(status, { from: 'X92', code: '03' })).toThrow('not about another status');
  });

  test('with text that XML cannot carry', () => {
    expect(() => statusMessage(letter, { from: 'X92', code: '03', description: 'a\u0000b' })).toThrow(XmlRefusal);
  });
});
