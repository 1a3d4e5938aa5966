import { describe, expect, test } from 'vitest';
import { sha256Of } from '../../../core/contract/derivedIds.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import { completeMessage, type EdxmlDraft } from '../../../core/edxml/completeMessage.ts';
import {
  checkFields,
  documentIdOf,
  headlineOf,
  isNewDocument,
  recipientCodesOf,
  senderCodeOf,
} from '../../../core/submit/readSubmission.ts';

type Header = NonNullable<EdxmlDraft['MessageHeader']>;
const HEADER: Header = {
  From: { OrganId: 'X91.04', OrganName: 'Sở Thử nghiệm' },
  To: [{ OrganId: 'X92' }],
  DocumentId: 'X91.04,2026/03/02,15/STN-VP',
  Code: { CodeNumber: '15', CodeNotation: 'STN-VP' },
  PromulgationInfo: { Place: 'Tỉnh Mẫu', PromulgationDate: '2026/03/02' },
  DocumentType: { TypeName: 'Công văn' },
  Subject: 'V/v góp ý',
  SignerInfo: { FullName: 'Người Ký Mẫu' },
};
const message = (changes: Header = {}, rest: EdxmlDraft = {}) =>
  completeMessage({ MessageHeader: { ...HEADER, ...changes }, ...rest });
const status = (changes: Header = {}) =>
  completeMessage({
    MessageHeader: {
      From: { OrganId: 'X92' },
      ResponseFor: [{ OrganId: 'X91.04', Code: '15/STN-VP', DocumentId: 'earlier', PromulgationDate: '2026/03/02' }],
      StatusCode: '03',
      Timestamp: '2026/03/02 10:05:11',
      ...changes,
    },
  });
const codeOf = (outcome: ReturnType<typeof checkFields>) => (outcome.ok ? 'ok' : outcome.refusal.code);

describe('fields', () => {
  test('of a complete message pass', () => {
    expect(codeOf(checkFields(message(), []))).toBe('ok');
  });

  test('marked secret are refused before anything else is said about them, and nothing is repeated', () => {
    const outcome = checkFields(
      message({ OtherInfo: { SphereOfPromulgation: 'MẬT' }, To: [], Subject: 'Nội dung mật' }),
      [],
    );
    if (outcome.ok) return expect(codeOf(outcome)).toBe('edxml-invalid');
    expect(JSON.stringify(outcome.refusal)).not.toContain('Nội dung mật');
  });

  test('beyond the number of recipients are counted', () => {
    const To = Array.from({ length: LIMITS.recipients + 1 }, (_, index) => ({
      OrganId: `X93.${String(10 + Math.floor(index / 900))}.${String(100 + (index % 900))}`,
    }));
    expect(codeOf(checkFields(message({ To }), []))).toBe('recipients-too-many');
  });
});

test('a code is one code however it is written, and a recipient named twice is one recipient', () => {
  const named = message({
    From: { OrganId: ' x91.04 ' },
    To: [{ OrganId: 'x92' }, { OrganId: 'X92 ' }, { OrganId: 'X92' }],
  });
  expect(senderCodeOf(named)).toBe('X91.04');
  expect(recipientCodesOf(named)).toEqual(['X92']);
});

test('a status is for the party that it answers, and is named by the document that it is about', () => {
  expect(recipientCodesOf(status())).toEqual(['X91.04']);
  expect(documentIdOf(status())).toBe('earlier');
  expect(isNewDocument(status())).toBe(false);
});

describe('the headline', () => {
  const facts = {
    sha256: sha256Of(Buffer.from('x')),
    bytes: 1,
    signed: 'xmldsig',
    acceptedAt: 7,
    senderName: 'Tên đăng ký',
  } as const;

  test('says what a clerk must know, under the name that the operator registered', () => {
    expect(headlineOf(message(), facts)).toMatchObject({
      kind: 'document',
      business: 0,
      senderName: 'Tên đăng ký',
      priority: 0,
    });
    expect(headlineOf(message({ From: { OrganId: 'X91.04' } }), facts).senderName).toBe('Tên đăng ký');
    expect(headlineOf(status(), facts)).toMatchObject({ kind: 'status', statusCode: '03' });
    expect(headlineOf(status(), facts).business).toBeUndefined();
  });

  test.each([
    ['1', 1],
    ['4', 4],
    ['5', 0],
    ['-1', 0],
    ['1.5', 0],
    ['khẩn', 0],
    [undefined, 0],
  ])('priority %j counts as %i', (Priority, expected) => {
    expect(headlineOf(message({ OtherInfo: { Priority } }), facts).priority).toBe(expected);
  });
});
