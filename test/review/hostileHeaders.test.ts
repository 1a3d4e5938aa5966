import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { sampleDocument } from '../../world/documents.ts';
import { refusalOf } from '../kit/outcomes.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** A DynamoDB sort key holds 1,024 bytes. */
const SORT_KEY_BYTES = 1024;

describe('a header that is allowed element by element and too much as a whole', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterAll(() => town.stop());

  /** A signed document whose XML was changed before it was signed. */
  function changed(documentId: string, change: (xml: string) => string): Promise<Buffer> {
    const xml = sampleDocument({
      from: 'X91.04',
      to: ['X92'],
      number: 88,
      date: '2026/03/02',
      subject: 'Công văn thử',
      documentId,
      attachments: [],
    }).toString();
    return town.sign(Buffer.from(change(xml)));
  }

  test('more text than one record can hold is refused before anything is kept', async () => {
    const places = Array.from(
      { length: 150 },
      () => `<edXML:Place>${randomBytes(2000).toString('base64')}</edXML:Place>`,
    );
    const bytes = await changed('dai-1', (xml) =>
      xml.replace(/(<edXML:ToPlaces>).*?(<\/edXML:ToPlaces>)/s, `$1${places.join('')}$2`),
    );
    const refusal = await refusalOf(town.submit(bytes));
    expect(refusal.code).toBe('edxml-invalid');
    expect(await town.stores.objects()).toEqual([]);
    expect(await town.stores.items('dsp_')).toEqual([]);
  });

  test('thousands of problems are refused with a list that fits into an answer', async () => {
    const organs = '<edXML:OrganId>?</edXML:OrganId>'.repeat(990);
    const info = `<edXML:ReplacementInfo><edXML:OrganIdList>${organs}</edXML:OrganIdList></edXML:ReplacementInfo>`;
    const list = `<edXML:ReplacementInfoList>${info.repeat(18)}</edXML:ReplacementInfoList>`;
    const bytes = await changed('dai-2', (xml) =>
      xml
        .replace('BussinessDocType>0<', 'BussinessDocType>3<')
        .replace('</edXML:Bussiness>', `${list}</edXML:Bussiness>`),
    );
    const refusal = await refusalOf(town.submit(bytes));
    expect(refusal.code).toBe('edxml-invalid');
    expect(refusal.problems).toHaveLength(LIMITS.problemsShown);
  });

  test('the report files each warning under what it is about: a missing field is no text too long', async () => {
    const bytes = await changed('dai-4', (xml) => xml.replace(/<edXML:Place>Tỉnh Mẫu<\/edXML:Place>/, ''));
    const { report } = await town.submit(bytes);
    const checkOf = (id: string) => report.checks.find((check) => check.id === id);
    expect(checkOf('message-fields')?.verdict).toBe('warn');
    expect(checkOf('message-fields')?.reason).toContain('PromulgationInfo.Place');
    expect(checkOf('lengths')?.verdict).toBe('pass');
  });

  test('a notation longer than a key of the index is accepted without a place in it', async () => {
    const bytes = await changed('dai-3', (xml) =>
      xml.replace(/(CodeNotation>)[^<]*</, `$1${'A'.repeat(SORT_KEY_BYTES)}<`),
    );
    const { dispatchId } = await town.submit(bytes);
    expect(await town.stores.item(dispatchId)).not.toHaveProperty('numberKey');
    const usual = await town.submitLetter();
    expect(await town.stores.item(usual.answer.dispatchId)).toHaveProperty('numberKey');
  });
});
