import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { installedNode, judgeNode } from '../../scripts/nodeDigest.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the Node that the install script fetched is the one that was pinned', () => {
  const { bytes, name } = installedNode(ROOT);
  const platform = `${process.platform}-${process.arch}`;
  expect(judgeNode(bytes, name).verdict).toBe(platform === 'linux-x64' ? 'as pinned' : 'not pinned');
});

test('one changed byte shows', () => {
  const changed = Buffer.from('not the Node that was pinned');
  expect(judgeNode(changed, '24.21.0 linux-x64').verdict).toBe('not as pinned');
  expect(judgeNode(changed, '24.21.0 plan9-mips').verdict).toBe('not pinned');
});

test('npm scripts run on Node 24 of the packages, whatever Node the system has', () => {
  // As a person's shell has it: without the folder of commands that npm has put in front for this very test.
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const [version, binary] = execFileSync('npm', ['run', '--silent', 'node:version'], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  })
    .trim()
    .split(' ');
  expect(version).toMatch(/^v24\./);
  expect(binary).toBe(join(ROOT, 'node_modules/node/bin/node'));
});
