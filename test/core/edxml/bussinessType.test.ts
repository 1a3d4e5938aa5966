import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { BUSSINESS_DOC_TYPES, bussinessType, isUrgent, targetDocumentIds } from '../../../core/edxml/bussinessType.ts';
import { completeMessage, type EdxmlDraft } from '../../../core/edxml/completeMessage.ts';
import { knownStatusCode, STATUS_CODES } from '../../../core/edxml/statusCode.ts';
import { sample } from '../../adapters/xml/sampleFiles.ts';

const typed = (BussinessDocType?: string) =>
  completeMessage({ TraceHeaderList: { Bussiness: { BussinessDocType } } } satisfies EdxmlDraft);

describe('the type of a document', () => {
  test('is what its number says, new when there is none, unknown for any other', () => {
    for (const [name, number] of Object.entries(BUSSINESS_DOC_TYPES)) expect(bussinessType(typed(number))).toBe(name);
    expect([bussinessType(typed()), bussinessType(typed('')), bussinessType(typed('4'))]).toEqual(['new', 'new', null]);
  });

  test.each([
    ['document-recall', 'recall'],
    ['document-update', 'update'],
    ['document-replace', 'replace'],
  ])('%s of the Java SDK is a %s of the first document', (name, type) => {
    const { message } = createEngine().open(sample(name));
    expect(bussinessType(message)).toBe(type);
    expect(targetDocumentIds(message)).toEqual(['X91.04,2025/03/14,15/STN-VP']);
  });
});

test('priorities 1 to 4 are urgent, everything else is not', () => {
  const urgent = ['0', '1', '2', '3', '4', '5', 'x', '11', ''].filter((Priority) =>
    isUrgent(completeMessage({ MessageHeader: { OtherInfo: { Priority } } })),
  );
  expect(urgent).toEqual(['1', '2', '3', '4']);
});

test('a status code is known only when it stands in the table', () => {
  for (const code of Object.keys(STATUS_CODES)) expect(knownStatusCode(code)).toBe(code);
  for (const code of ['07', '14', '1', 'constructor', undefined]) expect(knownStatusCode(code)).toBeNull();
});
