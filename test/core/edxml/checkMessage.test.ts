import { describe, expect, test } from 'vitest';
import { checkMessage } from '../../../core/edxml/checkMessage.ts';
import { completeMessage, type EdxmlDraft } from '../../../core/edxml/completeMessage.ts';
import type { ProblemCode } from '../../../core/edxml/problem.ts';

const header = {
  From: { OrganId: 'X91.04', OrganName: 'Sở Thử nghiệm' },
  To: [{ OrganId: 'X92' }, { OrganId: 'X93.01.002' }],
  DocumentId: 'X91.04,2025/03/14,15/STN-VP',
  Code: { CodeNumber: '15', CodeNotation: 'STN-VP' },
  PromulgationInfo: { Place: 'Tỉnh Mẫu', PromulgationDate: '2025/03/14' },
  DocumentType: { TypeName: 'Công văn' },
  Subject: 'V/v góp ý',
  SignerInfo: { FullName: 'Người Ký Mẫu' },
} satisfies EdxmlDraft['MessageHeader'];

const status = {
  From: { OrganId: 'X92' },
  ResponseFor: [
    { OrganId: 'X91.04', Code: '15/STN-VP', DocumentId: 'X91.04,2025/03/14,15/STN-VP', PromulgationDate: '2025/03/14' },
  ],
  StatusCode: '03',
  Timestamp: '2025/03/14 10:05:11',
} satisfies EdxmlDraft['MessageHeader'];

type Header = NonNullable<EdxmlDraft['MessageHeader']>;
const document = (changes: Header = {}, rest: EdxmlDraft = {}) =>
  completeMessage({ MessageHeader: { ...header, ...changes }, ...rest });
const report = (changes: Header = {}, rest: EdxmlDraft = {}) =>
  completeMessage({ MessageHeader: { ...status, ...changes }, ...rest });
const found = (...args: Parameters<typeof checkMessage>) =>
  checkMessage(...args).map(({ code, path, severity }) => `${severity} ${code} ${path}`);

describe('a document', () => {
  test('that is complete has no problem', () => {
    expect(found(document())).toEqual([]);
  });

  test.each<[string, Header, string]>([
    ['sender', { From: {} }, 'error missing-field MessageHeader.From.OrganId'],
    ['recipients', { To: [] }, 'error missing-field MessageHeader.To'],
    ['recipient code', { To: [{ OrganName: 'a' }] }, 'error missing-field MessageHeader.To[0].OrganId'],
    ['DocumentId', { DocumentId: ' ' }, 'error missing-field MessageHeader.DocumentId'],
    ['number', { Code: { CodeNotation: 'a' } }, 'error missing-field MessageHeader.Code.CodeNumber'],
    ['notation', { Code: { CodeNumber: '1' } }, 'error missing-field MessageHeader.Code.CodeNotation'],
    ['date', { PromulgationInfo: {} }, 'error missing-field MessageHeader.PromulgationInfo.PromulgationDate'],
    ['subject', { Subject: '' }, 'error missing-field MessageHeader.Subject'],
  ])('fails without its %s', (_, changes, problem) => {
    expect(found(document(changes))).toContain(problem);
  });

  test.each(['null', 'vxp.saas.03', 'X9'])('fails with a sender or recipient called %s', (OrganId) => {
    expect(found(document({ From: { OrganId } }))).toContain('error invalid-agency-code MessageHeader.From.OrganId');
    expect(found(document({ To: [{ OrganId }] }))).toContain('error invalid-agency-code MessageHeader.To[0].OrganId');
  });

  test('fails when it names a recipient twice, also in other letters, or a hub', () => {
    const To = [{ OrganId: 'X92' }, { OrganId: 'X93' }, { OrganId: 'x92' }, { OrganId: '00.12.W00' }];
    expect(found(document({ To }))).toEqual([
      'error duplicate-recipient MessageHeader.To[2].OrganId',
      'error hub-recipient MessageHeader.To[3].OrganId',
    ]);
  });

  test.each([
    '14/03/2025',
    '2025-03-14',
    '2025/3/14',
    '2025/02/29',
    '2025/13/01',
    '2025/00/10',
    '2025/03/14 '.repeat(2),
    '٢٠٢٥/03/14',
  ])('fails with the date %s', (PromulgationDate) => {
    const path = 'MessageHeader.PromulgationInfo.PromulgationDate';
    expect(found(document({ PromulgationInfo: { Place: 'a', PromulgationDate } }))).toEqual([
      `error invalid-date ${path}`,
    ]);
  });

  test('takes 29 February of a leap year', () => {
    expect(found(document({ PromulgationInfo: { Place: 'a', PromulgationDate: '2024/02/29' } }))).toEqual([]);
  });

  test.each(['1', '2', '3'])(
    'of BussinessDocType %s must name its target, in one of three places',
    (BussinessDocType) => {
      const rest = (Bussiness: object): EdxmlDraft => ({
        TraceHeaderList: { Bussiness: { BussinessDocType, ...Bussiness } },
      });
      const target = 'X91.04,2025/03/14,15/STN-VP';
      expect(found(document({}, rest({})))).toEqual(['error missing-target TraceHeaderList.Bussiness.DocumentId']);
      expect(found(document({}, rest({ DocumentId: target })))).toEqual([]);
      expect(found(document({ ResponseFor: [{ DocumentId: target }] }, rest({})))).toEqual([]);
      expect(found(document({}, rest({ ReplacementInfoList: { ReplacementInfo: [{ DocumentId: target }] } })))).toEqual(
        [],
      );
    },
  );

  test('of a BussinessDocType that nobody defined fails', () => {
    expect(found(document({}, { TraceHeaderList: { Bussiness: { BussinessDocType: '4' } } }))).toEqual([
      'error unknown-bussiness-type TraceHeaderList.Bussiness.BussinessDocType',
    ]);
  });

  test('with a text that is too long warns the receiver and stops the sender', () => {
    const long = document({ Subject: 'ế'.repeat(501), ToPlaces: { Place: ['a', 'b'.repeat(151)] } });
    const overlong = ['too-long MessageHeader.Subject', 'too-long MessageHeader.ToPlaces.Place[1]'];
    expect(found(long)).toEqual(overlong.map((line) => `warning ${line}`));
    expect(found(long, { as: 'sender' })).toEqual(overlong.map((line) => `error ${line}`));
  });

  test('counts characters of composed text: 500 decomposed letters are 500', () => {
    expect(found(document({ Subject: 'ế'.normalize('NFD').repeat(500) }))).toEqual([]);
  });

  test('warns where manifest and attachments do not name each other', () => {
    const message = completeMessage({
      MessageHeader: header,
      edXMLManifest: { Reference: [{ ContentId: 'cid:a1' }, { ContentId: 'cid:a3' }] },
    });
    const attachments = [{ ContentId: 'a1' }, { ContentId: 'cid:a1' }, { ContentId: 'cid:a2' }];
    expect(found(message, { attachments })).toEqual([
      'warning attachment-mismatch edXMLManifest.Reference[1].ContentId',
      'warning attachment-mismatch AttachmentEncoded.Attachment[1].ContentId',
      'warning attachment-mismatch AttachmentEncoded.Attachment[2].ContentId',
    ]);
  });
});

describe('a status', () => {
  test('that is complete has no problem', () => {
    expect(found(report())).toEqual([]);
  });

  test('needs exactly one ResponseFor with its addressee, code and document', () => {
    expect(found(report({ ResponseFor: [] }))).toEqual(['error response-for-count MessageHeader.ResponseFor']);
    expect(found(report({ ResponseFor: [...status.ResponseFor, ...status.ResponseFor] }))).toEqual([
      'error response-for-count MessageHeader.ResponseFor',
    ]);
    expect(found(report({ ResponseFor: [{ OrganId: 'X91' }] }))).toEqual([
      'error missing-field MessageHeader.ResponseFor.Code',
      'error missing-field MessageHeader.ResponseFor.DocumentId',
    ]);
  });

  test.each<[Header, ProblemCode, 'error' | 'warning']>([
    [{ StatusCode: '3' }, 'invalid-status-code', 'error'],
    [{ StatusCode: 'toString' }, 'invalid-status-code', 'error'],
    [{ StatusCode: '07' }, 'unknown-status-code', 'warning'],
    [{ Timestamp: '' }, 'missing-field', 'error'],
    [{ Timestamp: '2025/03/14' }, 'invalid-date-time', 'error'],
    [{ Timestamp: '2025/03/14 24:00:00' }, 'invalid-date-time', 'error'],
    [{ StatusCode: '02' }, 'missing-reason', 'warning'],
    [{ To: [{ OrganId: 'X92' }] }, 'mixed-kind', 'error'],
  ])('with %o has the problem %s', (changes, code, severity) => {
    expect(checkMessage(report(changes))).toMatchObject([{ code, severity }]);
  });

  test('with attachments, a manifest or a Bussiness type is neither kind', () => {
    const stray = report(
      {},
      { TraceHeaderList: { Bussiness: { BussinessDocType: '0' } }, edXMLManifest: { Reference: [{ ContentId: 'a' }] } },
    );
    expect(found(stray, { attachments: [{ ContentId: 'a' }] })).toEqual([
      'error mixed-kind TraceHeaderList.Bussiness.BussinessDocType',
      'error mixed-kind edXMLManifest.Reference',
      'error mixed-kind AttachmentEncoded.Attachment',
    ]);
  });
});

test('every problem speaks English and Vietnamese and names its place', () => {
  const problems = checkMessage(completeMessage({}));
  expect(problems.length).toBeGreaterThan(5);
  for (const { path, message, messageVi } of problems) {
    expect(message.startsWith(`${path} `) && messageVi.startsWith(`${path} `)).toBe(true);
    expect(message).not.toBe(messageVi);
  }
});
