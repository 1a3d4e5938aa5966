import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder } from '../../../local/runtime/dataFolder.ts';

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'axis-data-'));
});

afterEach(() => rmSync(path, { recursive: true }));

test('only one axis holds a folder, and releasing it lets the next one in', () => {
  const first = openDataFolder(path);
  expect(() => openDataFolder(path)).toThrow(
    expect.objectContaining({ name: 'DataFolderInUse', message: expect.stringContaining(`process ${process.pid}`) }),
  );
  first.release();
  openDataFolder(path).release();
});

test('the lock of a process that was killed is free', async () => {
  const module = join(import.meta.dirname, '../../../local/runtime/dataFolder.ts');
  const script = `const { openDataFolder } = await import(${JSON.stringify(module)}); openDataFolder(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(child.stdout, 'data');
  expect(() => openDataFolder(path)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(`process ${child.pid}`) }),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  openDataFolder(path).release();
});

test('the token and the clock outlive a restart, and only the owner reads the token', () => {
  const first = openDataFolder(path);
  first.keepClockOffset(86_400_000);
  first.release();
  const second = openDataFolder(path);
  expect([second.token, second.clockOffset]).toEqual([first.token, 86_400_000]);
  second.release();
  expect(statSync(join(path, 'control.token')).mode & 0o777).toBe(0o600);
});

test('a clock file that is no clock is refused', () => {
  writeFileSync(join(path, 'clock.json'), '{"offset":"later"}');
  expect(() => openDataFolder(path)).toThrow(/clock\.json/);
});
