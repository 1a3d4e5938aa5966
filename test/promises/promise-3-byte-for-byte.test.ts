import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Of } from '../../core/contract/derivedIds.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { sampleDocument } from '../../world/documents.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { submitInOneBody } from '../kit/submitInOneBody.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

describe('Promise 3: Byte for byte. What was verified is what is stored is what the recipient downloads: same SHA-256.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterAll(() => town.stop());

  /** Sends the bytes to X92, takes them there, and gives back the delivery with what was downloaded. */
  async function sendAndFetch(bytes: Buffer) {
    const ministry = town.clients['bo-minh-hoa'];
    const { dispatchId } = await town.submit(bytes);
    const delivery = await until(async () => {
      const { deliveries } = await ministry.receive({ links: true });
      return deliveries.find((candidate) => candidate.dispatchId === dispatchId);
    }, 'the delivery');
    return { delivery, fetched: await ministry.fetchContent(delivery) };
  }

  let numbers = 100;
  const document = (subject: string): string => {
    numbers += 1;
    return sampleDocument({ from: 'X91.04', to: ['X92'], number: numbers, date: '2026/03/02', subject }).toString();
  };

  test.each([
    { what: 'LF line ends', make: () => document('Dòng mới kiểu LF') },
    { what: 'CRLF line ends', make: () => document('Dòng mới kiểu CRLF').replaceAll('\n', '\r\n') },
    { what: 'carriage returns as references', make: () => document('Một KÝ Hai').replace('KÝ', '&#13;&#10;') },
    { what: 'composed Vietnamese (NFC)', make: () => document('Ủy ban nhân dân tỉnh Mẫu'.normalize('NFC')) },
    { what: 'decomposed Vietnamese (NFD)', make: () => document('Ủy ban nhân dân tỉnh Mẫu'.normalize('NFD')) },
    { what: 'trailing white space and single quotes', make: () => `${document("Công văn 'thường'")}\n\n \t\n` },
  ])('a signed document with $what comes out as it went in', async ({ make }) => {
    const bytes = await town.sign(Buffer.from(make()));
    const { delivery, fetched } = await sendAndFetch(bytes);
    expect(fetched.equals(bytes)).toBe(true);
    expect(delivery.headline).toMatchObject({ sha256: sha256Of(bytes), bytes: bytes.length });
    const [key = ''] = (await town.stores.objects()).filter((name) => name.includes(delivery.dispatchId));
    expect((await town.stores.object(key)).equals(bytes)).toBe(true);
  });

  test('the axis adds no TraceHeader: there are as many as the sender wrote', async () => {
    const bytes = await town.sign(Buffer.from(document('Không thêm vết')));
    const { fetched } = await sendAndFetch(bytes);
    const traces = (text: Buffer): number => text.toString().split('TraceHeader>').length;
    expect(traces(fetched)).toBe(traces(bytes));
  });

  test('a document of exactly the limit passes whole, also in ranges; one byte more goes by an upload only', async () => {
    const exact = await letterOf(LIMITS.messageBytes);
    const { delivery, fetched } = await sendAndFetch(exact);
    expect(sha256Of(fetched)).toBe(sha256Of(exact));
    const ministry = town.clients['bo-minh-hoa'];
    const from = LIMITS.messageBytes - 1000;
    const tail = await ministry.fetchContent(delivery, { from, to: LIMITS.messageBytes - 1 });
    expect(tail.equals(exact.subarray(from))).toBe(true);
    const middle = await ministry.fetchContent(delivery, { from: 4096, to: 8191 });
    expect(middle.equals(exact.subarray(4096, 8192))).toBe(true);
    const larger = await letterOf(LIMITS.messageBytes + 1);
    expect(await refusalCodeOf(submitInOneBody(town, larger))).toBe('body-too-large');
    expect(sha256Of((await sendAndFetch(larger)).fetched)).toBe(sha256Of(larger));
  });

  /** A signed letter of exactly so many bytes: an attachment, then white space for the rest. */
  async function letterOf(bytes: number): Promise<Buffer> {
    const attachment = {
      ContentId: 'a1',
      AttachmentName: 'lon.bin',
      ContentType: 'application/octet-stream',
      Description: 'Tệp lớn',
      content: Buffer.alloc(Math.floor((bytes - 40_000) * 0.74), 7),
    };
    numbers += 1;
    const draft = sampleDocument({
      ...{ from: 'X91.04', to: ['X92'], number: numbers, date: '2026/03/02', subject: 'Văn bản lớn' },
      attachments: [attachment],
    });
    const missing = bytes - (await town.sign(draft)).length;
    const end = draft.lastIndexOf('</');
    const padded = Buffer.concat([draft.subarray(0, end), Buffer.alloc(missing, ' '), draft.subarray(end)]);
    return await town.sign(padded);
  }
});
