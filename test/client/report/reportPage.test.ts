import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reportPage } from '../../../client/report/page/reportPage.ts';
import { reportCsv } from '../../../client/report/reportCsv.ts';
import { reportJson } from '../../../client/report/reportJson.ts';
import { at, lineOf, reportOf, toAgency } from '../../core/report/lines.ts';

const HOSTILE = `</script><img src=x onerror=alert(1)>"'&\u202Egnp`;

/** Commas between quotes separate nothing. */
const cellsOf = (row: string): number => row.replaceAll(/"[^"]*"/g, '').split(',').length;

const many = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    lineOf({
      senderCode: `H${String(10 + (n % 80))}`,
      deliveries: [toAgency('X92', { confirmedAt: at('2026-03-03 10:00'), registeredAt: at('2026-03-03 10:30') })],
    }),
  );
const report = (name = 'Bộ Minh họa') =>
  reportOf([...many(1234), lineOf({ deliveries: [{ ...toAgency('X92'), name, recipient: 'id-last' }] })], {}, [
    { system: 'trung-tam-mau', code: 'signature-invalid', count: 3 },
  ]);

describe('the page', () => {
  test.each(['vi', 'en'] as const)('in %s loads nothing and runs nothing', (language) => {
    const page = reportPage(report(HOSTILE), language);
    const tags = page.match(/<[^>]*>/g) ?? [];
    expect(
      tags.filter((tag) => /^<(?:script|img|link|iframe|object|base)|\s(?:src|href|on\w+)\s*=/i.test(tag)),
    ).toEqual([]);
    expect(/url\(|@import|https?:/i.test(page)).toBe(false);
    expect(page.includes(`default-src 'none'`)).toBe(true);
    expect(page.includes('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; gnp')).toBe(true);
    expect(page.includes(`<html lang="${language}">`)).toBe(true);
  });

  test('speaks Vietnamese with its marks, in one form of Unicode, and writes numbers as Vietnamese do', () => {
    const page = reportPage(report(), 'vi');
    for (const words of ['Báo cáo trao đổi văn bản điện tử', 'Tháng 3 năm 2026', 'toàn trục', 'Chấp hành thời hạn'])
      expect(page.includes(words)).toBe(true);
    expect(page).toBe(page.normalize('NFC'));
    expect(page.includes('<b>1.235</b><span>văn bản đã gửi</span>')).toBe(true);
    expect(page.includes('<b>99,9%</b><span>vào sổ đúng hạn</span>')).toBe(true);
    expect(/<b>1 giờ (?:29|30|31) phút<\/b><span>trung vị đến khi vào sổ<\/span>/.test(page)).toBe(true);
    expect(page.includes('10/04/2026 23:59')).toBe(true);
  });

  test('speaks English and writes numbers as the English do', () => {
    const page = reportPage(report(), 'en');
    expect(page.includes('March 2026 · the whole axis')).toBe(true);
    expect(page.includes('<b>1,235</b><span>documents sent</span>')).toBe(true);
    expect(page.includes('<b>99.9%</b><span>registered on time</span>')).toBe(true);
    expect(/<b>1 h (?:29|30|31) min<\/b><span>median to registration<\/span>/.test(page)).toBe(true);
  });

  test('every table has a caption and titles, every drawing a label, and its figures stand in a table, too', () => {
    const page = reportPage(report(), 'en');
    const tables = page.split('<table').slice(1);
    expect(tables.length).toBeGreaterThan(4);
    for (const table of tables) expect(table).toMatch(/<caption>[^<]+<\/caption><thead><tr><th scope="col">/);
    const drawings = page.split('<svg class="chart"').slice(1);
    expect(drawings).toHaveLength(5);
    for (const drawing of drawings) expect(drawing).toMatch(/^ viewBox="[\d. ]+" role="img" aria-label="[^"]+"/);
    expect(page.match(/<tr><th scope="row">\d\d\/03\/2026<\/th>/g)).toHaveLength(31);
  });

  test('of a month without anything is whole, and has no number that is none', () => {
    for (const language of ['vi', 'en'] as const)
      expect(reportPage(reportOf([]), language)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('says that figures are provisional while documents can still be in time', () => {
    expect(reportPage(reportOf([], { asOf: '2026-03-20 10:00' }), 'vi')).toContain('Số liệu tạm tính');
    expect(reportPage(reportOf([]), 'vi')).not.toContain('Số liệu tạm tính');
  });
});

describe('the tables for programs', () => {
  test('CSV has a column for every title, and an agency a row, whatever it is called', () => {
    const rows = [...reportCsv(reportOf([lineOf({ deliveries: [{ ...toAgency('X92'), name: '=1+1' }] })]), 'vi')];
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('Mã,Cơ quan,Văn bản gửi');
    expect(rows[2]?.startsWith(`X92,'=1+1,0,`)).toBe(true);
    expect(new Set(rows.map((row) => cellsOf(row))).size).toBe(1);
  });

  test('JSON is the report, agency by agency', () => {
    const made = report();
    const read: unknown = JSON.parse([...reportJson(made)].join(''));
    expect(read).toEqual({ ...made, agencies: [...made.agencies] });
  });

  test('every member of the JSON is explained', () => {
    const page = readFileSync(new URL('../../../docs/report.md', import.meta.url), 'utf8');
    const names = new Set<string>();
    JSON.parse(
      [...reportJson(reportOf([lineOf()], { scope: 'X' }, [{ system: 's', code: 'c', count: 1 }]))].join(''),
      (name, value) => {
        if (/^\D/.test(name)) names.add(name);
        return value;
      },
    );
    expect(names.size).toBeGreaterThan(60);
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test('JSON of nothing is JSON', () => {
    expect(JSON.parse([...reportJson(reportOf([]))].join(''))).toMatchObject({
      format: 'docaxis-report',
      agencies: [],
    });
  });
});
