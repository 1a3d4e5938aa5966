import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeliveryTable } from '../../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../../adapters/aws/dispatchTable.ts';
import { SentScanTable } from '../../../adapters/aws/sentScanTable.ts';
import { deliveryIdOf } from '../../../core/contract/derivedIds.ts';
import type { AgencyId } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { DispatchRecord } from '../../../core/contract/records.ts';
import type { ReportLine } from '../../../core/contract/reportLine.ts';
import { type ReportLinesQuery, reportLines } from '../../../core/walk/reportLines.ts';
import { aDelivery, aDispatch, MINISTRY, RECIPIENT } from './records.ts';
import { startTestCloud, type TestCloud } from './testCloud.ts';

/** Lines that reports are computed from, read page by page from the index of what was sent. */
const FROM = Date.parse('2026-03-01T00:00:00+07:00');
const TO = Date.parse('2026-04-01T00:00:00+07:00');
const MONTH = { from: FROM, to: TO, until: TO, segment: 0, segments: 1 };

let cloud: TestCloud;
let dispatches: DispatchTable;
let deliveries: DeliveryTable;
beforeAll(async () => {
  cloud = await startTestCloud();
  dispatches = new DispatchTable(cloud.dynamo, cloud.dispatches);
  deliveries = new DeliveryTable(cloud.dynamo, cloud.dispatches);
});
afterAll(() => cloud?.stop());

const ports = () => ({
  axis: 'axis-thu',
  clock: { now: () => TO },
  scan: new SentScanTable(cloud.dynamo, cloud.dispatches),
  dispatches,
  deliveries,
});

async function pageOf(query: ReportLinesQuery) {
  const page = await reportLines(query, ports());
  if (!page.ok) throw new Error(page.refusal.code);
  return page.value;
}

/** All lines of one part, with how many pages they took. */
async function linesOf(
  query: ReportLinesQuery,
): Promise<{ readonly lines: readonly ReportLine[]; readonly pages: number }> {
  const lines: ReportLine[] = [];
  let pages = 0;
  let after: string | undefined;
  do {
    const page = await pageOf({ ...query, after });
    lines.push(...page.items);
    after = page.next;
    pages += 1;
  } while (after !== undefined);
  return { lines, pages };
}

async function keep(records: readonly DispatchRecord[]): Promise<void> {
  for (let done = 0; done < records.length; done += 50)
    await Promise.all(records.slice(done, done + 50).map((record) => dispatches.accept(record)));
}

const steered = (record: DispatchRecord, SteeringType: string): DispatchRecord => {
  const { message } = record.details;
  const MessageHeader = { ...message.MessageHeader, SteeringType };
  return { ...record, details: { ...record.details, message: { ...message, MessageHeader } } };
};

describe('many dispatches', () => {
  const inMarch = Array.from({ length: 260 }, (_, n) => aDispatch(FROM + n * 60_000));
  const outside = Array.from({ length: 240 }, (_, n) => aDispatch(n % 2 ? FROM - 1 - n : TO + n));
  const ids = (records: readonly { readonly dispatchId: string }[]) =>
    records.map(({ dispatchId }) => dispatchId).toSorted();
  beforeAll(() => keep([...inMarch, ...outside]));

  test('come in pages, each once, and nothing from outside of the period', async () => {
    const { lines, pages } = await linesOf(MONTH);
    expect(ids(lines)).toEqual(ids(inMarch));
    expect(pages).toBeGreaterThanOrEqual(3);
  });

  test('are the same in parts that are read on their own', async () => {
    const parts = await Promise.all([0, 1, 2, 3, 4].map((segment) => linesOf({ ...MONTH, segment, segments: 5 })));
    expect(ids(parts.flatMap(({ lines }) => lines))).toEqual(ids(inMarch));
  });

  test('a page that finds nothing says where to go on', async () => {
    const page = await pageOf({
      ...MONTH,
      from: FROM - 90 * 86_400_000,
      to: FROM - 80 * 86_400_000,
      until: FROM - 80 * 86_400_000,
    });
    expect(page).toMatchObject({ items: [], axis: 'axis-thu', at: '2026-03-31T17:00:00.000Z' });
  });

  test.each(['x', Buffer.from('{"id":"dsp_a"}').toString('base64url'), Buffer.from('[]').toString('base64url')])(
    'a mark that is none (%j) is refused: a report that began anew would count twice',
    async (after) => {
      expect(await reportLines({ ...MONTH, after }, ports())).toMatchObject({
        ok: false,
        refusal: { code: 'parameter-invalid', parameters: { parameter: 'after' } },
      });
    },
  );

  test('of those after the period only reports on directives are told, without deliveries', async () => {
    const [report, directive] = [steered(aDispatch(TO + 10), '3'), steered(aDispatch(TO + 11), '2')];
    await keep([report, directive]);
    const { lines } = await linesOf({ ...MONTH, until: TO + 86_400_000 });
    const later = lines.filter(({ acceptedAt }) => Date.parse(acceptedAt) >= TO);
    expect(later).toMatchObject([{ dispatchId: report.dispatchId, steering: '3', deliveries: [] }]);
  });
});

describe('a line', () => {
  const dispatch = steered(aDispatch(TO - 3_600_000), '1');
  test('tells every recipient, also one that nothing was delivered to yet, and nothing of what the document says', async () => {
    const stranger = '01970000-0000-7000-8000-000000000099' as AgencyId;
    const [first] = dispatch.details.recipients;
    if (!first) throw new Error('no recipient');
    const recipients = [first, { agencyId: stranger, code: 'X93', name: 'Nơi khác', system: MINISTRY }];
    await dispatches.accept({ ...dispatch, recipientCount: 2, details: { ...dispatch.details, recipients } });
    const at = TO - 3_500_000;
    const deliveryId = deliveryIdOf(dispatch.dispatchId, RECIPIENT);
    await deliveries.consign({ ...aDelivery(at), dispatchId: dispatch.dispatchId, deliveryId });
    const { lines } = await linesOf(MONTH);
    const line = lines.find(({ dispatchId }) => dispatchId === dispatch.dispatchId);
    const moment = new Date(at).toISOString();
    expect(line?.deliveries).toEqual([
      {
        recipient: RECIPIENT,
        code: 'X92',
        name: 'Bộ Minh họa',
        states: [{ state: 'queued', at: moment }],
        deliveredAt: moment,
      },
      { recipient: stranger, code: 'X93', name: 'Nơi khác', states: [] },
    ]);
    expect(line).not.toHaveProperty('steering');
    expect(JSON.stringify(line)).not.toContain(dispatch.headline.subject);
  });

  test('stays small, whatever its sender wrote into it', async () => {
    const start = TO - 50 * 86_400_000;
    const long = 'x'.repeat(30_000);
    const plain = aDispatch(start);
    const { message, report } = plain.details;
    const header = {
      ...message.MessageHeader,
      DueDate: long,
      ResponseForTask: { TaskCode: [long, 'NV-1', ...Array(50).fill('NV-2')] },
    };
    const details = {
      ...plain.details,
      message: { ...message, MessageHeader: header },
      report: { ...report, claimedTime: long },
    };
    const headline = { ...plain.headline, promulgationDate: long, statusCode: long };
    await keep([{ ...plain, headline, details }]);
    const [line] = (await linesOf({ ...MONTH, from: start, to: start + 1000, until: start + 1000 })).lines;
    expect(line?.tasks?.slice(0, 2)).toEqual(['NV-1', 'NV-2']);
    expect(line).not.toHaveProperty('dueDate');
    expect(JSON.stringify(line).length).toBeLessThan(1500);
  });

  test('of many recipients ends a page early', async () => {
    const recipients = Array.from({ length: 900 }, (_, n) => ({
      agencyId: `01970000-0000-7000-8000-${String(n).padStart(12, '0')}` as AgencyId,
      code: `X${String(n).padStart(2, '0')}`,
      name: 'Cơ quan',
      system: MINISTRY,
    }));
    const start = TO - 40 * 86_400_000;
    const circulars = Array.from({ length: 5 }, (_, n) => aDispatch(start + n));
    await keep(circulars.map((one) => ({ ...one, recipientCount: 900, details: { ...one.details, recipients } })));
    const query = { ...MONTH, from: start, to: start + 1000, until: start + 1000 };
    const first = await pageOf(query);
    const counts = first.items.map(({ deliveries: all }) => all.length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(LIMITS.reportPage.deliveries);
    const { lines } = await linesOf(query);
    expect(lines.map(({ dispatchId }) => dispatchId).toSorted()).toEqual(
      circulars.map(({ dispatchId }) => dispatchId).toSorted(),
    );
  });
});
