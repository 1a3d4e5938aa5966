import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../client/commands/index.ts';
import type { World } from '../../world/world.ts';
import { type Desk, makeWorld, openDesk, profileOf } from './commandRun.ts';
import { type FakeAxis, problem, startFakeAxis } from './fakeAxis.ts';

const world: World = await makeWorld();
const names = COMMANDS.map(({ name }) => name);
const allNames = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);

let desk: Desk;
let axis: FakeAxis;
beforeEach(async () => {
  [desk, axis] = await Promise.all([openDesk(), startFakeAxis()]);
});
afterEach(() => Promise.all([desk.remove(), axis.stop()]));

describe('help', () => {
  test.each([['--help'], ['help'], ['-h'], []])('docaxis %s names every command', async (...argv) => {
    const { code, out } = await desk.run(...argv);
    expect(code).toBe(0);
    for (const name of names) expect(out).toContain(`  ${name}`);
  });

  test.each(allNames)('docaxis %s --help shows an example and both languages', async (name) => {
    const { code, out } = await desk.run(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toContain('example: docaxis ');
    expect(out).toContain('Exit codes: 0');
    const command = COMMANDS.find((one) => one.name === name || one.aliases.includes(name));
    expect(out).toContain(command?.summary.vi);
  });

  test('names and aliases are used once', () => {
    expect(new Set(allNames).size).toBe(allNames.length);
  });

  test('every example is a command line that would be understood', async () => {
    for (const { example } of COMMANDS) {
      const argv =
        example
          .match(/"[^"]*"|\S+/g)
          ?.slice(1)
          .map((word) => word.replaceAll('"', '')) ?? [];
      const { err } = await desk.run(...argv, '--help');
      expect(err).toBe('');
    }
  });
});

describe('what is not understood exits with 2 and says why', () => {
  test.each([
    ['an unknown command', ['fly'], 'no command fly'],
    ['an unknown option', ['inbox', '--fast'], "'--fast'"],
    ['too few arguments', ['submit'], 'usage: docaxis submit FILE'],
    ['too many arguments', ['inbox', 'now'], 'usage: docaxis inbox'],
    ['a language that is not spoken', ['inbox', '--lang', 'fr'], '--lang is vi or en'],
    ['a number that is none', ['inbox', '--limit', 'many'], '--limit is a whole number from 1 to 100'],
    ['no profile', ['me'], 'no profile'],
    ['a profile that is not there', ['me', '--profile', 'nobody'], 'no profile nobody'],
    ['two searches at once', ['agencies', '--code', 'X92', '--name', 'B'], 'one of --code'],
    ['nothing to verify', ['verify'], 'verify one thing'],
    ['a rejection without a reason', ['reject', 'dlv_a'], '--reason is needed'],
    ['a file that is not there', ['verify', 'no.edxml', '--anchors', 'no.pem'], 'no.edxml'],
    ['an id that is a path', ['acknowledge', '../../etc/passwd'], 'is not a delivery id'],
  ])('%s', async (_, argv, expected) => {
    const { code, err, out } = await desk.run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(expected);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('profiles', () => {
  const me = { systemId: 'test-system', name: 'Hệ thống thử', agencies: { items: [] } };

  test('the only one is used without asking', async () => {
    axis.script({ body: me });
    await desk.writeProfile('one', profileOf(world, axis.url));
    expect(await desk.run('me')).toMatchObject({ code: 0, out: expect.stringContaining('test-system') });
  });

  test('of several, one must be named, by --profile or DOCAXIS_PROFILE', async () => {
    axis.script({ body: me });
    await desk.writeProfile('one', profileOf(world, axis.url));
    await desk.writeProfile('two', profileOf(world, axis.url));
    expect(await desk.run('me')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--profile one | --profile two'),
    });
    expect(await desk.run('me', '--profile', 'two')).toMatchObject({ code: 0 });
    expect(await desk.runWith({ DOCAXIS_PROFILE: '.docaxis/profiles/one.json' }, 'me')).toMatchObject({ code: 0 });
  });

  test('a broken one is named by its members, never by their values', async () => {
    const { key, ...rest } = profileOf(world, axis.url);
    await desk.writeProfile('one', { ...rest, key: { ...key, d: 5 }, extra: 'secret-value' });
    const { code, err } = await desk.run('me');
    expect(code).toBe(2);
    expect(err).toContain('key.d');
    expect(err).not.toContain('secret-value');
  });

  test.skipIf(process.platform === 'win32')('one that others can read is used with a warning', async () => {
    axis.script({ body: me });
    await desk.writeProfile('one', profileOf(world, axis.url));
    await chmod(join(desk.cwd, '.docaxis/profiles/one.json'), 0o644);
    expect(await desk.run('me')).toMatchObject({ code: 0, err: expect.stringContaining('chmod 600') });
  });
});

describe('failures', () => {
  beforeEach(() => desk.writeProfile('one', profileOf(world, axis.url)));

  test.each([
    ['en', 'Refused: Title (recipient-unknown)', 'English detail'],
    ['vi', 'Bị từ chối: Tiêu đề (recipient-unknown)', 'Chi tiết tiếng Việt'],
  ])('a refusal exits with 1 and is explained in %s', async (lang, title, detail) => {
    axis.script(problem('recipient-unknown', 422));
    const { code, err } = await desk.run('me', '--lang', lang);
    expect(code).toBe(1);
    expect(err.split('\n').slice(0, 2)).toEqual([title, detail]);
    expect(err).toContain('correlation-1');
  });

  test('each field that is wrong has a line, in the language asked for', async () => {
    const problems = [
      {
        code: 'missing',
        path: 'MessageHeader.Subject',
        message: 'is missing',
        messageVi: 'còn thiếu',
        severity: 'error',
      },
    ];
    axis.script(problem('edxml-invalid', 422, { problems }));
    expect((await desk.run('me')).err).toContain('  MessageHeader.Subject: is missing');
    expect((await desk.run('me', '--lang', 'vi')).err).toContain('  MessageHeader.Subject: còn thiếu');
  });

  test('the language of the terminal is the usual one', async () => {
    axis.script(problem('recipient-unknown', 422));
    const { err } = await desk.runWith({ LANG: 'vi_VN.UTF-8' }, 'me');
    expect(err).toContain('Chi tiết tiếng Việt');
  });

  test('with --json a refusal is JSON on standard error', async () => {
    axis.script(problem('recipient-unknown', 422));
    const { code, err, out } = await desk.run('me', '--json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: 'refused', code: 'recipient-unknown', whoMustAct: 'sender' });
  });

  test('an axis that fails exits with 3, without a stack trace', async () => {
    axis.script({ status: 500 });
    const { code, err } = await desk.run('me');
    expect(code).toBe(3);
    expect(err).toMatch(/^docaxis: GET \/v1\/me: the axis failed with status 500$/);
  });

  test('an axis that is not there exits with 3', async () => {
    await axis.stop();
    expect(await desk.run('me')).toMatchObject({ code: 3, err: expect.stringContaining('did not answer') });
    axis = await startFakeAxis();
  });

  test('a document outside of the profile exits with 1 and says where', async () => {
    await writeFile(join(desk.cwd, 'bad.edxml'), '<!DOCTYPE x><edXML/>');
    expect(await desk.run('sign', 'bad.edxml')).toMatchObject({ code: 1, err: expect.stringContaining('doctype') });
  });
});
