import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Every Markdown file of the project, and where its links lead. Addresses elsewhere are nobody's promise here. */
const ROOT = join(import.meta.dirname, '../..');
const OUTSIDE = /^(?:https?|mailto):/;

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((path) => existsSync(join(ROOT, path)));

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const proseOf = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '');
const linksOf = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/\]\(<?([^)>\s]+)>?\)/g)].map(([, link = '']) => link);

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...proseOf(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');
    const anchor = words
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** What is wrong with a link of a page, if anything. */
function brokenLink(page: string, link: string): string | undefined {
  if (OUTSIDE.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (target.startsWith('..') || !existsSync(join(ROOT, target))) return `${page}: ${link} leads nowhere`;
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(textOf(target)).includes(anchor) ? undefined : `${page}: ${link} names no heading`;
}

test('every link inside the project leads to a file, and to a heading where it names one', () => {
  const links = pages.flatMap((page) => linksOf(textOf(page)).map((link) => [page, link] as const));
  expect(links.length).toBeGreaterThan(100);
  expect(links.flatMap(([page, link]) => brokenLink(page, link) ?? [])).toEqual([]);
});

test('a link to no file and a link to no heading are found', () => {
  expect(brokenLink('README.md', 'docs/nowhere.md')).toContain('leads nowhere');
  expect(brokenLink('README.md', '../outside.md')).toContain('leads nowhere');
  expect(brokenLink('README.md', 'CONTRIBUTING.md#no-such-heading')).toContain('names no heading');
  expect(brokenLink('README.md', '#what-it-promises')).toBeUndefined();
});

test('every file and folder of the project that a page names in code is there', () => {
  const named = pages.flatMap((page) =>
    [
      ...textOf(page).matchAll(
        /`((?:test|docs|core|lib|lambdas|adapters|scripts|examples|client|world|local)\/[\w./-]+)`/g,
      ),
    ].map(([, path = '']) => [page, path] as const),
  );
  expect(named.length).toBeGreaterThan(50);
  // `YEAR.json` stands for many.
  const isPattern = (path: string): boolean => /[A-Z]{4}\./.test(path);
  expect(
    named
      .filter(([, path]) => !isPattern(path) && !existsSync(join(ROOT, path)))
      .map(([page, path]) => `${page}: ${path}`),
  ).toEqual([]);
});

test('every page of docs is on its map', () => {
  const mapped = linksOf(textOf('docs/README.md')).map((link) => link.split('#')[0]);
  const own = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md');
  expect(own.filter((page) => !mapped.includes(page.slice('docs/'.length)))).toEqual([]);
});
