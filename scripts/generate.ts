import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alarmsPage } from './contract/alarmsPage.ts';
import { readCalls } from './contract/calls.ts';
import { checkRefusals } from './contract/checkRefusals.ts';
import { errorCodesPage } from './contract/errorCodesPage.ts';
import { limitsPage } from './contract/limitsPage.ts';
import { logEventsPage } from './contract/logEventsPage.ts';
import { openApi } from './contract/openApi.ts';
import { refusalsPage } from './contract/refusalsPage.ts';
import { statesPage } from './contract/statesPage.ts';
import { pagesWithSnippets } from './fillSnippets.ts';

/** What is written from the contract in the code: path from the root, and text. The same sources give the same bytes. */
export function generated(root: string): Readonly<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    'docs/openapi.json': `${JSON.stringify(openApi(version, readCalls(root)), null, 2)}\n`,
    'docs/refusals.md': refusalsPage(),
    'docs/error-codes.md': errorCodesPage(),
    'docs/states.md': statesPage(),
    'docs/log-events.md': logEventsPage(),
    'docs/alarms.md': alarmsPage(),
    'docs/limits.md': limitsPage(readFileSync(join(root, 'core/contract/limits.ts'), 'utf8')),
    ...pagesWithSnippets(root),
  };
}

/** Where the files under `root` differ from what the code says now; one readable paragraph a file. */
export function staleFiles(root: string): readonly string[] {
  return Object.entries(generated(root)).flatMap(([path, text]) => {
    const there = readText(join(root, path));
    return there === text ? [] : [`${path} is not what the code says now:\n${firstDifference(there, text)}`];
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const SHOWN_LINES = 5;

function firstDifference(there: string, text: string): string {
  const [old, now] = [there.split('\n'), text.split('\n')];
  const at = now.findIndex((line, index) => line !== old[index]);
  const from = at === -1 ? now.length : at;
  const shown = (mark: string, lines: readonly string[]): readonly string[] =>
    lines.slice(from, from + SHOWN_LINES).map((line) => `  ${mark} ${line}`);
  return [`  line ${from + 1}:`, ...shown('-', old), ...shown('+', now)].join('\n');
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const check = process.argv.includes('--check');
  const troubles = [...checkRefusals(root), ...(check ? staleFiles(root) : [])];
  if (!check) {
    for (const [path, text] of Object.entries(generated(root))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
      console.log(path);
    }
  }
  for (const trouble of troubles) console.error(trouble);
  if (troubles.length === 0) console.log(check ? 'the generated files are what the code says' : 'written');
  else process.exitCode = 1;
}
