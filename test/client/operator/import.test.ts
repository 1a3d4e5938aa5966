import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../client/commandLine.ts';
import { readDirectoryFile } from '../../../client/directoryFile.ts';
import { manyCodes } from '../../kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../../kit/testAxis.ts';
import { type Desk, openDesk } from '../commandRun.ts';

let town: TestAxis;
let desk: Desk;
beforeAll(async () => {
  [town, desk] = await Promise.all([startTestAxis(), openDesk()]);
  await desk.writeProfile('operator', JSON.parse(readFileSync(town.profiles.operator ?? '', 'utf8')));
});
afterAll(() => Promise.all([town?.stop(), desk?.remove()]));

const write = (name: string, lines: readonly string[]) => writeFile(join(desk.cwd, name), lines.join('\n'));
const bringIn = async (...line: readonly string[]) => {
  const { code, out } = await desk.run('import', ...line, '--reason', 'danh bạ', '--json');
  return { code, ...JSON.parse(out) };
};

describe('a directory is brought in', () => {
  test('the dry run prints the difference and writes nothing; the import does what it said; again all is the same', async () => {
    await write('a.csv', [
      'code,name,parent,system',
      'X95,"Tỉnh ""Mới"", thử",,',
      'X95.01,Sở Một,X95,bo-minh-hoa',
      'X92.03,Cục Thí dụ đổi tên,X92,',
    ]);
    const before = (await town.stores.registry()).length;
    const dry = await bringIn('a.csv', '--dry-run');
    expect(dry).toMatchObject({ code: 0, added: 2, changed: 1, same: 0, refused: 0 });
    expect(dry.results[2]).toMatchObject({
      code: 'X92.03',
      changes: expect.arrayContaining(['Cục Thí dụ → Cục Thí dụ đổi tên']),
    });
    expect(await town.stores.registry()).toHaveLength(before);
    expect(await bringIn('a.csv')).toMatchObject({ code: 0, added: 2, changed: 1 });
    expect(await bringIn('a.csv')).toMatchObject({ code: 0, added: 0, changed: 0, same: 3, skipped: 0 });
    const { items } = await town.clients['bo-minh-hoa'].agencies({ parent: 'X95' });
    expect(items).toMatchObject([{ code: 'X95.01', name: 'Sở Một', connected: true }]);
    expect((await desk.run('agency', 'show', 'X95')).out).toContain('Tỉnh "Mới", thử');
  });

  test('a row that is refused leaves the others alone, says why, and the command exits with 1', async () => {
    await write('b.jsonl', [
      '{"code":"X96.W00","name":"Trục"}',
      '{"code":"X96.01","name":"Sở Hai","system":"nobody-has-it"}',
      '{"code":"X96.02","name":"Sở Ba"}',
    ]);
    const outcome = await bringIn('b.jsonl');
    expect(outcome).toMatchObject({ code: 1, added: 1, refused: 2 });
    expect(outcome.results.map((one: { refusal?: { code: string } }) => one.refusal?.code)).toEqual([
      'parameter-invalid',
      'system-not-found',
      undefined,
    ]);
    const text = await desk.run('import', 'b.jsonl', '--reason', 'danh bạ', '--lang', 'vi');
    expect(text.out).toContain('Bị từ chối');
    expect(text.out).toContain('Không có hệ thống nobody-has-it.');
  });

  test('what a system served before moves with what waits for it', async () => {
    await write('c.csv', ['code,name,system', 'X92.03,Cục Thí dụ,trung-tam-mau']);
    const { answer } = await town.submitLetter({ to: ['X92.03'] });
    await town.settle();
    expect(await bringIn('c.csv')).toMatchObject({ code: 0, changed: 1 });
    await town.watch();
    const { items } = await town.clients['trung-tam-mau'].waiting({ limit: 100 });
    expect(items.map(({ deliveryId }) => deliveryId)).toContain(answer.recipients[0]?.deliveryId);
  });

  test('an import that broke off goes on where it was; another file begins at its start', async () => {
    await write(
      'd.jsonl',
      manyCodes('X97', 450).map((code) => JSON.stringify({ code, name: `Cơ quan ${code}` })),
    );
    let calls = 0;
    const lines: string[] = [];
    const process = {
      env: {},
      cwd: desk.cwd,
      now: Date.now,
      pause: async () => undefined,
      out: () => undefined,
      err: () => undefined,
      progress: (line: string) => lines.push(line),
      fetch: async (...call: Parameters<typeof fetch>) => {
        if (String(call[0]).includes('/admin/import')) calls += 1;
        if (calls > 4) throw new TypeError('the line is cut');
        return fetch(...call);
      },
    };
    expect(await runCommandLine(['import', 'd.jsonl', '--reason', 'danh bạ'], process)).toBe(3);
    expect(lines.at(-1)).toContain('400/450');
    expect(await bringIn('d.jsonl')).toMatchObject({ code: 0, skipped: 400, added: 50, same: 0 });
    expect(await readdir(desk.cwd)).not.toContain('d.jsonl.import.json');
    expect(await bringIn('d.jsonl')).toMatchObject({ code: 0, skipped: 0, same: 450 });
  });
});

describe('a file that cannot be read', () => {
  test.each([
    [['name,parent', 'x,y'], 'names its columns'],
    [['code,name', 'X95.01,"a'], 'line 2: quotes'],
    [['code,name', 'X95.01,'], 'line 2: wrong or missing: name'],
    [['{"code":"X95.01"'], 'line 1 is not JSON'],
    [['code,name', `X95.01,${'x'.repeat(5000)}`], 'line 2 is too long'],
  ])('%j sends nothing, exits with 2 and names the line', async (lines, says) => {
    await write('bad.csv', lines);
    const { code, err } = await desk.run('import', 'bad.csv', '--reason', 'danh bạ');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(says) });
  });

  test('what a spreadsheet writes is read: a byte order mark, CRLF, empty lines and columns, other order', async () => {
    await write('sheet.csv', [
      '\u{FEFF}Name,Code,System,Other\r',
      'Sở "A",X95.01,,1\r'.replaceAll('"', ''),
      '\r',
      '"B, C",X95.02,\r',
    ]);
    const read: unknown[] = [];
    for await (const entry of readDirectoryFile(join(desk.cwd, 'sheet.csv'))) read.push(entry);
    expect(read).toEqual([
      { code: 'X95.01', name: 'Sở A' },
      { code: 'X95.02', name: 'B, C' },
    ]);
  });
});
