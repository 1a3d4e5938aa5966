import { expect, test } from 'vitest';
import { csvText } from '../../../client/report/csvText.ts';

const lineOf = (...cells: readonly (string | number | undefined)[]): string => [...csvText([], [cells])][1] ?? '';

test('a spreadsheet is told that the text is UTF-8, and lines end as RFC 4180 wants', () => {
  expect([...csvText(['Mã', 'Cơ quan'], [['X92', 'Bộ Minh họa']])].join('')).toBe(
    '\uFEFFMã,Cơ quan\r\nX92,Bộ Minh họa\r\n',
  );
});

test.each([
  ['=HYPERLINK("https://x.example")', `"'=HYPERLINK(""https://x.example"")"`],
  ['+84 24 1234', "'+84 24 1234"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tcmd', "'\tcmd"],
  ['\rcmd', `"'\rcmd"`],
  ['\n=1', `"'\n=1"`],
  ['＝1+1', "'＝1+1"],
])('%j is shown and not computed', (cell, written) => {
  expect(lineOf(cell)).toBe(`${written}\r\n`);
});

test.each([
  ['a "name"', '"a ""name"""'],
  ['one, two', '"one, two"'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['1=1', '1=1'],
  ['', ''],
])('%j is quoted only where it must be', (cell, written) => {
  expect(lineOf(cell)).toBe(`${written}\r\n`);
});

test('numbers stay numbers, what is not known is empty', () => {
  expect(lineOf(1234.5, undefined, 0)).toBe('1234.5,,0\r\n');
});
