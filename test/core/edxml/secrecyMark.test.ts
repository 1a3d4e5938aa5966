import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { completeMessage } from '../../../core/edxml/completeMessage.ts';
import { secrecyMark } from '../../../core/edxml/secrecyMark.ts';
import { sample } from '../../adapters/xml/sampleFiles.ts';

const inSphere = (SphereOfPromulgation: string) =>
  secrecyMark(completeMessage({ MessageHeader: { OtherInfo: { SphereOfPromulgation } } }));

describe('a secrecy mark', () => {
  test.each([
    ['Mật', 'Mật'],
    [' tối  MẬT ', 'Tối mật'],
    ['TUYỆT MẬT', 'Tuyệt mật'],
    ['Tối mật'.normalize('NFD'), 'Tối mật'],
    ['Độ mật: Mật', 'Mật'],
    ['mức độ mật:tuyệt mật', 'Tuyệt mật'],
    ['ĐỘ MẬT - TỐI MẬT'.normalize('NFD'), 'Tối mật'],
  ])('%j is found', (text, mark) => {
    expect(inSphere(text)).toBe(mark);
  });

  test.each([
    'Công khai',
    'Lưu hành nội bộ',
    'V/v bảo vệ bí mật nhà nước',
    'Mật ong',
    'Độ mật: Thường',
    'Không mật',
    'mat',
    'Bí mật',
  ])('%j is none', (text) => {
    expect(inSphere(text)).toBeNull();
  });

  test('is found in every text of the header, lists included', () => {
    expect(secrecyMark(completeMessage({ MessageHeader: { ToPlaces: { Place: ['Lưu: VT', 'Tối mật'] } } }))).toBe(
      'Tối mật',
    );
    expect(secrecyMark(completeMessage({ MessageHeader: { From: { OrganName: 'MẬT' } } }))).toBe('Mật');
  });

  test.each([
    '<Secret>M&#x1EAD;t</Secret>',
    '<a:x xmlns:a="urn:a"><a:y>Tối mật</a:y></a:x>',
    '<edXML:SecurityLevel>Độ mật: Mật</edXML:SecurityLevel>',
  ])('is found in elements that nobody knows: %s', (element) => {
    const text = sample('document-new')
      .toString()
      .replace('</edXML:MessageHeader>', `${element}</edXML:MessageHeader>`);
    expect(secrecyMark(createEngine().open(Buffer.from(text)).message)).not.toBeNull();
  });

  test('is not made up from a document without one', () => {
    expect(secrecyMark(createEngine().open(sample('document-new')).message)).toBeNull();
  });
});
