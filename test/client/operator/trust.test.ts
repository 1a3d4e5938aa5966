import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleTrust } from '../../../world/sampleTrust.ts';
import { startTestAxis, type TestAxis } from '../../kit/testAxis.ts';
import { type Desk, openDesk } from '../commandRun.ts';

let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  town = await startTestAxis();
  desk = await openDesk(() => town.axis.clock.now());
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
  await writeFile(join(desk.cwd, 'root.pem'), town.world.anchors.join(''));
  await writeFile(join(desk.cwd, 'issuing.pem'), town.world.intermediates.join(''));
  await write('broken.json', { ...sampleTrust(town.world), attachments: 'none' });
  await write('rubbish.json', 'x');
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

const write = (name: string, list: unknown) => writeFile(join(desk.cwd, name), JSON.stringify(list));
const WHY = ['--reason', 'thử lệnh'];

describe('docaxis trust', () => {
  test('new and lint need no axis: what new prints, lint takes', async () => {
    const made = await desk.run('trust', 'new', 'root.pem', '--intermediate', 'issuing.pem', '--json');
    expect(made).toMatchObject({ code: 0, err: '' });
    await writeFile(join(desk.cwd, 'made.json'), made.out);
    expect(await desk.run('trust', 'lint', 'made.json')).toEqual({
      code: 0,
      err: '',
      out: 'The axis would take this list.',
    });
    const broken = await desk.run('trust', 'lint', 'broken.json');
    expect(broken).toMatchObject({
      code: 1,
      out: expect.stringContaining('✗ $.attachments must be one of signed, any'),
    });
    const vi = await desk.run('trust', 'lint', 'broken.json', '--lang', 'vi');
    expect(vi.out).toContain('✗ $.attachments phải là một trong signed, any');
    expect(JSON.parse((await desk.run('trust', 'lint', 'broken.json', '--json')).out)).toMatchObject({
      ok: false,
      problems: [{ code: 'shape', path: '$.attachments' }],
    });
    expect((await desk.run('trust', 'lint', 'rubbish.json')).code).toBe(1);
    expect((await desk.run('trust', 'lint', 'root.pem')).err).toContain('root.pem is not JSON');
  });

  test('show prints the list in force, and as a document that can be changed', async () => {
    const shown = await desk.run('trust', 'show');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/VERSION +1 /);
    expect(shown.out).toContain('Gốc Mẫu');
    const list = await desk.run('trust', 'show', '--list');
    expect(JSON.parse(list.out)).toMatchObject({ v: 1, attachments: 'any' });
    await writeFile(join(desk.cwd, 'trust.json'), list.out);
    expect((await desk.run('trust', 'diff', 'trust.json')).out).toBe('Nothing would change.');
  });

  test('diff tells in words what differs, from what is published or from another file', async () => {
    const list = JSON.parse(await readFile(join(desk.cwd, 'trust.json'), 'utf8'));
    list.anchors[0].agencies = ['X92'];
    await write('narrow.json', { ...list, intermediates: [], attachments: 'signed' });
    const told = await desk.run('trust', 'diff', 'narrow.json');
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(told.out).toMatch(/anchors: ".*Gốc Mẫu.*" \(.*\) for all agencies → X92/);
    expect(told.out).toMatch(/intermediates: gone: ".*Cấp phát Mẫu/);
    expect(told.out).toContain('attachments: "any" → "signed"');
    expect((await desk.run('trust', 'diff', 'narrow.json', 'trust.json')).out).toBe(told.out);
    expect((await desk.run('trust', 'diff', 'broken.json')).err).toContain('$.attachments');
  });

  test('publish tries a list first, naming whom it would hurt, and publishes it with a reason', async () => {
    const trial = await desk.run('trust', 'publish', 'narrow.json', '--dry-run');
    expect(trial).toMatchObject({ code: 0, err: '' });
    expect(trial.out).toMatch(/X91\.04 .*refused.*may not vouch for X91\.04/);
    expect(trial.out).toContain('CERTIFICATES 4, affected 2');
    const { affected } = JSON.parse((await desk.run('trust', 'publish', 'narrow.json', '--dry-run', '--json')).out);
    expect(affected).toHaveLength(2);
    expect((await desk.run('trust', 'show')).out).toMatch(/VERSION +1 /);
    expect((await desk.run('trust', 'publish', 'narrow.json')).code).toBe(2);
    const done = await desk.run('trust', 'publish', 'narrow.json', ...WHY);
    expect(done).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/VERSION +2 /) });
    expect((await desk.run('trust', 'show')).out).toContain('thử lệnh');
  });
});

describe('certificates of an agency', () => {
  test('show how long they last, and are marked when that is not long any more', async () => {
    const far = await desk.run('agency', 'cert', 'list', 'X92.03');
    expect(far).toMatchObject({ code: 0, err: '' });
    expect(far.out).toMatch(/\d{4}-\d\d-\d\d, 7\d\d days left/);
    expect(far.out).not.toContain('!');
    const left = Number(/(\d+) days left/.exec(far.out)?.[1]);
    town.advance((left - 6) * 86_400_000);
    expect((await desk.run('agency', 'show', 'X92.03')).out).toMatch(/! \d{4}-\d\d-\d\d, 6 days left/);
    expect((await desk.run('agency', 'show', 'X92.03', '--lang', 'vi')).out).toContain('6 ngày còn lại');
    town.advance(7 * 86_400_000);
    expect((await desk.run('agency', 'show', 'X92.03')).out).toMatch(/! expired \d{4}/);
    expect((await desk.run('agency', 'cert', 'list', 'X92.03', '--json')).out).toContain('notAfter');
  });
});
