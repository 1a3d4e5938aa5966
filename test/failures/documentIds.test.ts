import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleDocument } from '../../world/documents.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town.stop());

let number = 7000;
/** An unsigned letter whose DocumentId element reads exactly like this. */
function letterWith(element: string): Buffer {
  number += 1;
  const plain = sampleDocument({
    from: 'X91.04',
    to: ['X92'],
    number,
    date: '2026/03/02',
    subject: 'Mã văn bản',
    documentId: 'ID',
  });
  const text = plain.toString().replace('<edXML:DocumentId>ID</edXML:DocumentId>', element);
  expect(text).not.toContain('>ID<');
  return Buffer.from(text);
}
const named = (id: string): Buffer => letterWith(`<edXML:DocumentId>${id}</edXML:DocumentId>`);
const centre = () => town.clients['trung-tam-mau'];

describe('7: DocumentIds that are none, or look like something else', () => {
  test.each([
    ['missing', letterWith('')],
    ['empty', named('')],
    ['blank', named(' \n\t ')],
  ])('%s: refused, and the field is named', async (_, bytes) => {
    await expect(centre().submit(bytes)).rejects.toMatchObject({ code: 'edxml-invalid' });
    await expect(centre().submit(bytes)).rejects.toThrow(/DocumentId/);
  });

  test.each([
    ['a control character', named('a\u0001b')],
    ['a reference to one', named('a&#1;b')],
    ['more text than any field may hold', named('x'.repeat(70_000))],
  ])('%s: refused before anything is read', async (_, bytes) => {
    await expect(centre().submit(bytes)).rejects.toMatchObject({ code: 'edxml-malformed' });
  });

  test.each(['../../registry/trust', 'dispatches/%2e%2e', 'a\\b:c*?"|', 'dsp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'])(
    'like a path or an id of ours, %s: taken as the text that it is, and no name is made of it',
    async (id) => {
      const bytes = await town.sign(named(id.replaceAll('"', '&quot;')));
      const { dispatchId } = await town.submit(bytes);
      expect(dispatchId).toMatch(/^dsp_[a-z2-7]{32}$/);
      const kept = await centre().dispatch(dispatchId);
      expect(kept.headline.documentId).toBe(id);
      expect((await centre().fetchContent(kept)).equals(bytes)).toBe(true);
      const keys = (await town.stores.objects()).filter((key) => key.includes(dispatchId));
      expect(keys).toEqual([`dispatches/${dispatchId}/${kept.headline.sha256}`]);
    },
  );

  test('longer than the standard allows: taken with a warning', async () => {
    const answer = await town.submit(await town.sign(named('x'.repeat(201))));
    expect(answer.report.checks).toContainEqual(expect.objectContaining({ id: 'lengths', verdict: 'warn' }));
  });
});

describe('9: a document number that its sender used before', () => {
  const draft = { from: 'X91.04', to: ['X92'], date: '2026/03/02', subject: 'Trùng số' } as const;
  const letter = (documentId: string, changes: Partial<Parameters<typeof sampleDocument>[0]> = {}) =>
    town.sign(sampleDocument({ ...draft, number: 8001, documentId, ...changes }));
  const warningsOf = async (bytes: Buffer) => {
    const { outcome, report } = await town.submit(bytes);
    expect(outcome).toBe('accepted');
    return report.checks.filter(({ reason }) => reason?.startsWith('possible duplicate')).map(({ verdict }) => verdict);
  };

  test('under another DocumentId: accepted, and everybody who sees the report is told', async () => {
    expect(await warningsOf(await letter('ID-9-1'))).toEqual([]);
    const again = await letter('ID-9-2', { subject: 'Trùng số, soạn lại' });
    expect(await warningsOf(again)).toEqual(['warn']);
    const { dispatchId } = await town.submit(again);
    expect(JSON.stringify((await centre().dispatch(dispatchId)).report)).toContain('number 8001/');
  });

  test('of another year, or another number that begins alike: nothing to say', async () => {
    expect(await warningsOf(await letter('ID-9-3', { date: '2025/03/02' }))).toEqual([]);
    expect(await warningsOf(await letter('ID-9-4', { number: 800 }))).toEqual([]);
  });

  test('a lookup that fails keeps nobody from sending', async () => {
    town.axis.interfere([
      { service: 'dynamodb', operation: 'Query', principal: 'docaxis-evaluation-submit', fate: 'fail-before' },
    ]);
    try {
      expect(await warningsOf(await letter('ID-9-5'))).toEqual([]);
    } finally {
      town.axis.interfere([]);
    }
  });
});
