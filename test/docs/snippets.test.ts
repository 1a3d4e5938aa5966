import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SNIPPETS } from '../../scripts/fillSnippets.ts';
import { Newcomer } from '../kit/newcomer.ts';
import { ROOT } from '../kit/stock.ts';
import { RUNS, WHEN_LOGGED } from './snippetRuns.ts';

let newcomer: Newcomer;

beforeAll(async () => {
  newcomer = new Newcomer();
  expect(readFileSync(join(ROOT, SNIPPETS, 'start.sh'), 'utf8')).toBe('npm start\n');
  await newcomer.start();
  installClient(newcomer.folder);
}, 200_000);
afterAll(() => newcomer?.leave());

/** As if `npm install docaxis-client` had been run: its sources instead of its bundle, which has a suite of its own. */
function installClient(folder: string): void {
  const place = join(folder, 'examples/node_modules/docaxis-client');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"name":"docaxis-client","type":"module","exports":"./index.js"}');
  writeFileSync(join(place, 'index.js'), "export * from '../../../client/index.ts';\n");
  const profile = readFileSync(join(folder, '.docaxis/profiles/trung-tam-mau.json'), 'utf8');
  const { trust }: { trust: { anchors: readonly string[] } } = JSON.parse(profile);
  // What an agency downloads from its certificate authority.
  writeFileSync(join(folder, 'anchors.pem'), trust.anchors.join('\n'));
}

test.each(RUNS)('%s', { timeout: 200_000 }, async (name, says) => {
  if (name === WHEN_LOGGED) await newcomer.letEverythingBeLogged();
  const file = `${SNIPPETS}/${name}`;
  const printed = await newcomer.shell(name.endsWith('.ts') ? `node_modules/.bin/node ${file}` : `. ${file}`);
  expect(printed).toMatch(says);
});
