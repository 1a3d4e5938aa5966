import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pagesWithSnippets, SNIPPETS } from '../../scripts/fillSnippets.ts';
import { ROOT } from '../kit/stock.ts';
import { RUN_OTHERWISE, RUNS } from './snippetRuns.ts';

test('every snippet is run and shown on a page', () => {
  const files = readdirSync(join(ROOT, SNIPPETS)).toSorted();
  expect([...RUNS.map(([name]) => name), ...RUN_OTHERWISE].toSorted()).toEqual(files);
  const shown = Object.values(pagesWithSnippets(ROOT)).join('\n');
  expect(files.filter((name) => !shown.includes(`<!-- snippet ${name} -->`))).toEqual([]);
});

test('no page of the guide shows a command or a program that is not a snippet', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const bare = pages.flatMap((name) => {
    const text = readFileSync(join(ROOT, 'docs', name), 'utf8').replaceAll(
      /<!-- snippet [\s\S]*?<!-- \/snippet -->/g,
      '',
    );
    return /^```(?:sh|ts|js)$/m.test(text) ? [name] : [];
  });
  expect(bare).toEqual([]);
});
