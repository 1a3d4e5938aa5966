import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOf } from '../../client/eventWords.ts';
import { CONTENT_TRANSITIONS, RECALL_TRANSITIONS, REVISION_TRANSITIONS } from '../../core/contract/lifeStates.ts';
import { DELIVERY_TRANSITIONS, DISPATCH_TRANSITIONS } from '../../core/contract/states.ts';
import { systemProfile } from '../../local/profiles.ts';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import { leaseAll, take } from '../kit/reception.ts';
import { type Letter, startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { type Desk, openDesk } from './commandRun.ts';

/** The commands by which clerks of two systems report on documents and take them back, on a real axis. */
let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  [town, desk] = await Promise.all([startTestAxis(), openDesk(Date.now, (ms) => sleep(ms))]);
  for (const name of ['trung-tam-mau', 'bo-minh-hoa'] as const)
    await desk.writeProfile(name, systemProfile(name, town.world, town.facts));
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

const centre = (...argv: readonly string[]) => desk.run(...argv, '--profile', 'trung-tam-mau');
const ministry = (...argv: readonly string[]) => desk.run(...argv, '--profile', 'bo-minh-hoa');

async function sent(letter: Letter = {}): Promise<string> {
  const { answer } = await town.submitLetter(letter);
  await town.settle();
  return answer.dispatchId;
}

/** Takes the document for one of its recipients only. */
async function takeFor(code: string, dispatchId: string): Promise<void> {
  const leases = await leaseAll(town, 'bo-minh-hoa', dispatchId);
  for (const { deliveryId, recipient, lease } of leases) {
    const settles = recipient === code ? ('acknowledge' as const) : ('release' as const);
    await town.clients['bo-minh-hoa'][settles](deliveryId, { leaseToken: lease.token });
  }
}

describe('a status', () => {
  test('that a recipient reports is seen by both sides: in show, in the inbox of the sender and by follow', async () => {
    const dispatchId = await sent();
    await take(town, 'bo-minh-hoa', dispatchId);
    const reported = await ministry('status', 'report', dispatchId, '--code', '03', '--description', 'Số đến 120');
    expect(reported).toMatchObject({ code: 0, err: '' });
    expect(reported.out).toMatch(/X92 → X91\.04 {2}03 registered {2}applied/);

    for (const side of [centre, ministry]) {
      const { code, out } = await side('show', dispatchId, '--lang', 'vi');
      expect(code).toBe(0);
      expect(out).toMatch(/^LƯỢT GỬI +dsp_\w+\nLOẠI +văn bản\n/);
      expect(out).toMatch(/\nX92 +đã nhận +03 Đã tiếp nhận\n/);
      expect(out).toMatch(/\nX92 +đăng ký vào sổ +\d{4}.* (?:đúng hạn|trễ hạn)/);
      expect(out).toMatch(
        /\n\d{4}\/\d\d\/\d\d [\d:]{8} {2}X92 {2}trạng thái 03 Đã tiếp nhận {2}system:bo-minh-hoa {2}Số đến 120/,
      );
    }
    const { out } = await centre('inbox');
    expect(out).toMatch(new RegExp(`X91\\.04 +X92 .*${dispatchId} applied +status 03 registered`));
    const followed = await centre('follow', dispatchId);
    expect(followed.out).toMatch(/x-status {2}none → 03 registered {2}system:bo-minh-hoa {2}Số đến 120 {2}dsp_\w+/);
    expect(followed.out).toMatch(/All deliveries are settled\.$/);
  });

  test('about several documents: what one is refused for does not stop the others', async () => {
    const both = await sent({ to: ['X92', 'X92.03'] });
    const other = await sent({ to: ['X92'] });
    const line = ['status', 'report', other, both, '--code', '01', '--as', 'X92.03'];
    const text = await ministry(...line);
    expect(text.code).toBe(1);
    const [refused, applied] = text.out.split('\n');
    expect(refused).toMatch(/Refused: .*\(document-unknown\)$/);
    expect(applied).toContain('X92.03 → X91.04  01 arrived  applied');
    const { code, out } = await ministry(...line, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([
      { about: other, refusal: { code: 'document-unknown' } },
      { about: both, outcome: 'recorded' },
    ]);
  });

  test('unsigned is refused where the policy wants a signature', async () => {
    const dispatchId = await sent();
    const { code, err } = await ministry('status', 'report', dispatchId, '--code', '01', '--unsigned');
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('(signature-required)') });
  });
});

describe('a recall', () => {
  test('withdraws what waits, asks whoever has it, and is followed until the answer', async () => {
    const dispatchId = await sent({ to: ['X92', 'X92.03'] });
    await takeFor('X92', dispatchId);
    const { code, out } = await centre('recall', dispatchId, '--reason', 'Gửi nhầm phụ lục');
    expect(code).toBe(0);
    expect(out).toContain('X91.04 → X92  13 taken back  taken already: they are asked');
    expect(out).toContain('X91.04 → X92.03  13 taken back  withdrawn before anybody took it');
    expect(out).toMatch(new RegExp(`\\ndocaxis follow ${dispatchId}$`));

    const inbox = await ministry('inbox');
    expect(inbox.out).toMatch(new RegExp(`X92 +X91\\.04 .*${dispatchId} requested +status 13 taken back`));
    const page = await centre('show', dispatchId);
    expect(page.out).toMatch(/\nX92 +acknowledged +recall: asked/);
    expect(page.out).toMatch(/\nX92\.03 +withdrawn +recall: done/);

    const following = centre('follow', dispatchId, '--every', '1');
    const unclear = await ministry('status', 'report', dispatchId, '--code', '15');
    expect(unclear).toMatchObject({ code: 2, err: expect.stringContaining('--as X92 | --as X92.03') });
    const answer = await ministry('status', 'report', dispatchId, '--code', '15', '--as', 'X92');
    expect(answer.out).toContain('15 agreed to update or take-back  applied');
    const followed = await following;
    expect(followed.out).toContain('x-recall-agreed');
    expect(followed.out).toMatch(/All deliveries are settled\.$/);
  });

  test('from one recipient leaves the others their document', async () => {
    const dispatchId = await sent({ to: ['X92', 'X92.03'] });
    const recall = ['recall', dispatchId, '--reason', 'Gửi nhầm nơi nhận', '--to', 'X92.03', '--json'];
    const { out } = await centre(...recall);
    expect(JSON.parse(out)).toMatchObject([{ about: dispatchId, to: 'X92.03', outcome: 'withdrawn' }]);
    const { deliveries } = await town.clients['trung-tam-mau'].dispatch(dispatchId);
    expect(deliveries.map(({ recipient, state }) => [recipient, state])).toEqual([
      ['X92', 'queued'],
      ['X92.03', 'withdrawn'],
    ]);
  });

  test('by a message of its own kind shows in the inbox with its outcome, and in the thread of both', async () => {
    const letter: SampleDocument = {
      from: 'X91.04',
      to: ['X92'],
      number: 4711,
      date: '2026/03/02',
      subject: 'Công văn bị thu hồi',
    };
    const dispatchId = await sent(letter);
    const business = { kind: 'recall', of: earlierOf(letter), reason: 'Sai phụ lục' } as const;
    const recall = await sent({ to: ['X92'], documentId: 'thu-hoi-4711', subject: 'Thu hồi', business });
    // More than a page of what else waits may stand before it.
    const inbox = await ministry('inbox', '--limit', '100', '--lang', 'vi');
    expect(inbox.out).toMatch(new RegExp(`${dispatchId} đã thu hồi +thu hồi: Thu hồi`));
    expect((await centre('show', dispatchId)).out).toMatch(
      new RegExp(`\\nTHREAD .*\\nrecalled by +X91\\.04 .*${recall}`),
    );
    const page = await ministry('show', recall);
    expect(page.out).toMatch(new RegExp(`\\nrecalls +X91\\.04 +4711/STN-VP .*${dispatchId}`));
    expect(page.out).toMatch(new RegExp(`\\nX92 +queued +${dispatchId} withdrawn`));
  });

  test('of a dispatch that nothing is known of is refused', async () => {
    const none = `dsp_${'a'.repeat(32)}`;
    const { code, err } = await centre('recall', none, '--reason', 'x');
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('(dispatch-not-found)') });
  });
});

describe('what is not understood is said before anything is sent', () => {
  let dispatchId: string;
  let status: string;
  beforeAll(async () => {
    dispatchId = await sent();
    const { out } = await ministry('status', 'report', dispatchId, '--code', '01', '--json');
    status = JSON.parse(out)[0].dispatchId;
  });

  test.each<[side: 'centre' | 'ministry', says: string, line: () => readonly string[]]>([
    ['ministry', '--code is one of 01, 02', () => ['status', 'report', dispatchId]],
    ['ministry', '--code is one of 01, 02', () => ['status', 'report', dispatchId, '--code', '07']],
    ['ministry', 'needs --description', () => ['status', 'report', dispatchId, '--code', '02']],
    ['ministry', 'needs --description', () => ['status', 'report', dispatchId, '--code', '16', '--description', ' ']],
    ['ministry', '--to is for a take-back', () => ['status', 'report', dispatchId, '--code', '03', '--to', 'X91.04']],
    ['ministry', '--wait is a whole number', () => ['status', 'report', dispatchId, '--code', '03', '--wait', 'long']],
    ['ministry', 'no signing key for X91.04', () => ['status', 'report', dispatchId, '--code', '03', '--as', 'X91.04']],
    ['ministry', 'is a status; it is about dsp_', () => ['status', 'report', status, '--code', '03']],
    ['centre', 'no agency of the profile received', () => ['status', 'report', dispatchId, '--code', '03']],
    ['ministry', 'no agency of the profile sent', () => ['recall', dispatchId, '--reason', 'x']],
    ['centre', '--reason is needed', () => ['recall', dispatchId]],
    ['centre', 'X91.05 is no recipient', () => ['recall', dispatchId, '--reason', 'x', '--to', 'X91.05']],
    ['centre', 'which one? docaxis status report | status list', () => ['status']],
    ['centre', '--expires is a moment or a period', () => ['submit', 'letter.edxml', '--expires', 'soon']],
    ['centre', '--expires is a moment or a period', () => ['submit', 'letter.edxml', '--expires', '90']],
    ['centre', '--expires is a day or a moment', () => ['submit', 'letter.edxml', '--expires', '2026-13-01']],
  ])('%s: %s', async (side, says, line) => {
    const { code, out, err } = await { centre, ministry }[side](...line());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });
});

describe('submit --expires', () => {
  test('takes a period or a moment, and show says when', async () => {
    const before = Date.now();
    await writeFile(join(desk.cwd, 'letter.edxml'), await town.letter());
    const { out } = await centre('submit', 'letter.edxml', '--expires', '36h', '--json');
    const { dispatchId } = JSON.parse(out);
    const { expiresAt = '' } = await town.clients['trung-tam-mau'].dispatch(dispatchId);
    const hours = (Date.parse(expiresAt) - before) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(36);
    expect(hours).toBeLessThan(36.1);

    const day = new Date(before + 5 * 86_400_000).toISOString().slice(0, 10);
    await writeFile(join(desk.cwd, 'letter.edxml'), await town.letter());
    const moment = await centre('submit', 'letter.edxml', '--expires', `${day}T17:00+07:00`, '--json');
    const shown = await centre('show', JSON.parse(moment.out).dispatchId);
    expect(shown.out).toMatch(new RegExp(`\\nEXPIRES +${day.replaceAll('-', '/')} 17:00:00\\n`));
  });

  test('the axis says within which bounds', async () => {
    await writeFile(join(desk.cwd, 'letter.edxml'), await town.letter());
    const { code, err } = await centre('submit', 'letter.edxml', '--expires', '1000d');
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('(delivery-expires-invalid)') });
  });
});

test('an operator holds a dispatch and lets it go, with a reason that stays in its timeline', async () => {
  const dispatchId = await sent();
  const operator = (...argv: readonly string[]) => desk.run('dispatch', ...argv, '--profile', 'operator');
  expect(await operator('hold', dispatchId)).toMatchObject({ code: 2, err: expect.stringContaining('--reason') });
  const held = await operator('hold', dispatchId, '--reason', 'Công văn 7/TTr');
  expect(held).toMatchObject({ code: 0, err: '' });
  expect(held.out).toMatch(/^DISPATCH +dsp_\w+\nLEGAL HOLD +yes$/);
  const page = await centre('show', dispatchId);
  expect(page.out).toMatch(/\nLEGAL HOLD +\d{4}\//);
  expect(page.out).toMatch(/ {2}legal hold {2}operator:\S+ {2}Công văn 7\/TTr/);
  const released = await operator('release', dispatchId, '--reason', 'xong', '--json');
  expect(JSON.parse(released.out)).toEqual({ dispatchId, held: false });
});

test('every event that the state tables write has words in both languages', () => {
  const tables = [
    DISPATCH_TRANSITIONS,
    DELIVERY_TRANSITIONS,
    RECALL_TRANSITIONS,
    REVISION_TRANSITIONS,
    CONTENT_TRANSITIONS,
  ];
  const events = tables.flatMap((table) => Object.values(table).map(({ event }) => event));
  expect(events.length).toBeGreaterThan(20);
  for (const event of [...events, 'x-status', 'x-uncollected', 'x-held', 'x-hold-ended']) {
    expect(eventOf(event, 'en')).not.toBe(event);
    expect(eventOf(event, 'vi')).not.toBe(event);
  }
});
