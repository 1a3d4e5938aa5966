import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgencyView, Report } from '../../core/report/reportValue.ts';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { type Desk, openDesk } from '../client/commandRun.ts';
import { deliveriesOf } from '../kit/reception.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

/** A small known month, sent, received and reported on, and what `docaxis ops report` makes of it. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Tuesday, 3 March 2026, nine in the morning in Vietnam. */
const TUESDAY = Date.parse('2026-03-03T09:00:00+07:00');

interface ReportFile extends Omit<Report, 'agencies'> {
  readonly agencies: readonly AgencyView[];
}

let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  town = await startTestAxis({ at: TUESDAY, schedulesOnDemand: true });
  desk = await openDesk(() => Date.now());
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
  await aMonth();
}, 120_000);
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

let number = 700;
const draft = (given: Partial<SampleDocument> = {}): SampleDocument => ({
  from: 'X91.04',
  to: ['X92'],
  number: ++number,
  date: '2026/03/03',
  subject: `Công văn mật danh ${number}`,
  ...given,
});

async function send(letter: SampleDocument) {
  const { answer } = await town.submitLetter(letter);
  await town.settle();
  return { about: earlierOf(letter), dispatchId: answer.dispatchId };
}

/** The ministry's system takes the delivery to one of its agencies. */
async function take(dispatchId: string, code: string): Promise<void> {
  const ministry = town.clients['bo-minh-hoa'];
  const delivery = (await deliveriesOf(town, 'bo-minh-hoa', dispatchId)).find(({ recipient }) => recipient === code);
  if (!delivery) throw new Error(`nothing was delivered to ${code}`);
  const { deliveryId, lease } = await ministry.lease(delivery.deliveryId);
  await ministry.acknowledge(deliveryId, { leaseToken: lease.token });
}

async function report(from: 'X92' | 'X92.03', about: ReturnType<typeof earlierOf>, code: '01' | '03' | '06' | '02') {
  const timestamp = '2026/03/03 10:00:00';
  await town.submit(await town.status({ from, about, code, timestamp, description: 'Theo quy trình' }), 'bo-minh-hoa');
  await town.settle();
}

async function aMonth(): Promise<void> {
  // Registered and finished within the hour, well before its due date.
  const first = await send(draft({ due: '2026/03/06' }));
  await take(first.dispatchId, 'X92');
  town.advance(HOUR);
  await report('X92', first.about, '03');
  await report('X92', first.about, '06');
  // To one in the own province and to the ministry, which nobody takes; withdrawn at the ministry.
  const second = await send(draft({ to: ['X91.05', 'X92'] }));
  await send(draft({ business: { kind: 'recall', of: second.about, reason: 'gửi nhầm' } }));
  // A directive, on which the department reports a day later.
  const directive = await send(draft({ from: 'X92', to: ['X92.03', 'X91.04'], steering: '2', due: '2026/03/06' }));
  await take(directive.dispatchId, 'X92.03');
  town.advance(DAY);
  await send(draft({ from: 'X92.03', to: ['X92'], date: '2026/03/04', steering: '3', answers: [directive.about] }));
  // Returned by its recipient.
  const returned = await send(draft({ to: ['X92.03'], date: '2026/03/04', priority: 1 }));
  await take(returned.dispatchId, 'X92.03');
  await report('X92.03', returned.about, '02');
  await town.clients['trung-tam-mau'].submit(Buffer.from('<no-edxml/>')).catch(() => undefined);
  town.advance(4 * DAY);
}

const files = (folder: string): readonly string[] => readdirSync(join(desk.cwd, folder)).toSorted();
const read = (folder: string, name: string): string => readFileSync(join(desk.cwd, folder, name), 'utf8');

async function made(folder: string, ...options: readonly string[]): Promise<ReportFile> {
  const formats = ['html', 'csv', 'json'].flatMap((format) => ['--format', format]);
  const run = await desk.run('ops', 'report', '--month', '2026-03', ...formats, '--out', folder, ...options);
  expect(run).toMatchObject({ code: 0, err: '' });
  const [json = ''] = files(folder).filter((name) => name.endsWith('.json'));
  return JSON.parse(read(folder, json));
}

describe('the report on the month', () => {
  let whole: ReportFile;
  beforeAll(async () => {
    whole = await made('vi', '--lang', 'vi');
  });

  test('counts what was sent and received, inside and outside of an organisation', () => {
    expect(whole.total.sent).toEqual({
      documents: 6,
      deliveries: 8,
      internal: 3,
      external: 5,
      signed: 6,
      referenceOnly: 0,
      urgent: 1,
      new: 5,
      recalls: 1,
      updates: 0,
      replacements: 0,
      statuses: 3,
    });
    expect(whole.total.received).toMatchObject({ deliveries: 8, internal: 3, external: 5, returned: 1, signed: 8 });
    expect(whole.days.filter(({ documents }) => documents > 0)).toEqual([
      { day: '2026-03-03', documents: 4, deliveries: 6 },
      { day: '2026-03-04', documents: 2, deliveries: 2 },
    ]);
  });

  test('tells how the deliveries stand', () => {
    expect(whole.total.states).toMatchObject({ acknowledged: 3, withdrawn: 1, waiting: 4, notDelivered: 0 });
  });

  test('judges by the legal clocks', () => {
    const { confirmation, registration, processing, sendingClaimed } = whole.total.clocks;
    // The recall has no clocks; what was withdrawn or returned in time is void.
    expect(confirmation).toMatchObject({ onTime: 3, late: 0, overdue: 3, running: 0, void: 1 });
    expect(registration).toMatchObject({ onTime: 1, late: 0, overdue: 4, running: 0, void: 2, share: 0.2 });
    expect(processing).toMatchObject({ onTime: 1, overdue: 2 });
    expect(sendingClaimed).toMatchObject({ onTime: 5, late: 0 });
  });

  test('says how long things took', () => {
    const { toRegistered, toFinished, toPickedUp } = whole.total.durations;
    expect([toRegistered.count, toFinished.count, toPickedUp.count]).toEqual([1, 1, 3]);
    expect(Math.abs((toRegistered.medianSeconds ?? 0) - 3600)).toBeLessThan(180);
  });

  test('follows the directive to both who were asked', () => {
    expect(whole.total.directives.given).toMatchObject({ inTime: 1, overdue: 1, late: 0, open: 0 });
    expect(whole.directives.overdue).toMatchObject([
      { sender: 'X92', recipient: 'X91.04', dueAt: '2026-03-06T16:59:59.999Z' },
    ]);
  });

  test('names every agency with its own figures', () => {
    expect(
      whole.agencies.map(({ code, name, sent, received }) => [code, name, sent.documents, received.deliveries]),
    ).toEqual([
      ['X91.04', 'Sở Thử nghiệm', 4, 1],
      ['X91.05', 'Sở Giả định', 0, 1],
      ['X92', 'Bộ Minh họa', 1, 4],
      ['X92.03', 'Cục Thí dụ', 1, 2],
    ]);
  });

  test('counts the refusals that are on record', () => {
    expect(whole.refusals).toEqual({
      counts: [{ system: 'trung-tam-mau', code: expect.any(String), count: 1 }],
      perSystem: 200,
      keptDays: 7,
    });
  });

  test('says what it was made from, and that it is early', () => {
    expect(whole.provisional).toBe(true);
    expect(whole.basis).toMatchObject({ dispatches: 9, deliveries: 8, clocks: 1, relativeError: 0.01 });
  });

  test('lies in three files, in Vietnamese; nothing of what the documents say is in them', () => {
    expect(files('vi')).toEqual(['docaxis-2026-03.json', 'docaxis-2026-03.vi.csv', 'docaxis-2026-03.vi.html']);
    const page = read('vi', 'docaxis-2026-03.vi.html');
    for (const words of [
      '<b>6</b><span>văn bản đã gửi</span>',
      '<b>20,0%</b><span>vào sổ đúng hạn</span>',
      'Số liệu tạm tính',
    ])
      expect(page.includes(words)).toBe(true);
    const [titles, row] = read('vi', 'docaxis-2026-03.vi.csv').split('\r\n');
    expect(titles?.startsWith('\uFEFFMã,Cơ quan,Văn bản gửi')).toBe(true);
    expect(row?.startsWith('X91.04,Sở Thử nghiệm,4,5,')).toBe(true);
    for (const name of files('vi')) expect(read('vi', name).includes('mật danh')).toBe(false);
  });

  test('is the same in English', async () => {
    const english = await made('en', '--lang', 'en');
    expect(english.total).toEqual(whole.total);
    const page = read('en', 'docaxis-2026-03.en.html');
    for (const words of [
      '<b>6</b><span>documents sent</span>',
      '<b>20.0%</b><span>registered on time</span>',
      'Provisional',
    ])
      expect(page.includes(words)).toBe(true);
  });

  test('on one agency is about it and what lies below it', async () => {
    const ministry = await made('ministry', '--agency', 'x92');
    expect(files('ministry')).toContain('docaxis-2026-03-X92.json');
    expect(ministry.agencies.map(({ code }) => code)).toEqual(['X92', 'X92.03']);
    expect([ministry.total.sent.documents, ministry.total.received.deliveries]).toEqual([2, 6]);
  });
});

test('the same month to the same day makes the same bytes, whatever happened since', async () => {
  await made('before', '--as-of', '2026-03-07');
  const centre = town.clients['trung-tam-mau'];
  const { deliveries } = await centre.receive({ max: 10 });
  expect(deliveries.length).toBeGreaterThan(0);
  for (const { deliveryId, lease } of deliveries) await centre.acknowledge(deliveryId, { leaseToken: lease.token });
  const after = await made('after', '--as-of', '2026-03-07');
  expect(files('after')).toEqual(files('before'));
  for (const name of files('before')) expect(read('after', name) === read('before', name)).toBe(true);
  // Records of refusals are gone after a week; everything else is as it was.
  town.advance(60 * DAY);
  const later = await made('later', '--as-of', '2026-03-07');
  expect(later).toEqual({ ...after, refusals: { ...after.refusals, counts: [] } });
  // Without a day it is cut off ten days after the month, and is not early any more.
  expect(await made('whole')).toMatchObject({ provisional: false, asOf: '2026-04-10T16:59:59.999Z' });
});

describe('what is asked for wrongly is told', () => {
  test.each([
    [[], 'give one of --month and --quarter'],
    [['--month', '2026-03', '--quarter', '2026-Q1'], 'give one of --month and --quarter'],
    [['--month', '2026-Q1'], '--month is like 2026-10'],
    [['--quarter', '2026-5'], '--quarter is like 2026-Q4'],
    [['--month', '2026-03', '--format', 'pdf'], '--format is one of html, csv, json'],
    [['--month', '2026-03', '--as-of', '2025-01-01'], '--as-of is a day of the period'],
    [['--month', '2026-03', '--agency', ' '], '--agency is the code of an agency'],
  ])('%j', async (options, says) => {
    const run = await desk.run('ops', 'report', ...options);
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });
});
