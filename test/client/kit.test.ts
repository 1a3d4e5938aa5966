import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../kit/until.ts';
import { bundledSdkClient, type KitDesk, naiveClient, openKitDesk, writeClient } from './kitDesk.ts';

let desk: KitDesk;
beforeAll(async () => {
  desk = await openKitDesk();
});
afterAll(() => desk.remove());

describe('docaxis kit list', () => {
  test('names every behaviour once, with what is expected, from where, and how it is judged, in both languages', async () => {
    const { out } = await desk.run('kit', 'list', '--json');
    const { behaviours } = JSON.parse(out);
    const names: readonly string[] = behaviours.map(({ name }: { readonly name: string }) => name);
    expect(names.length).toBeGreaterThan(40);
    expect(new Set(names).size).toBe(names.length);
    const english = await desk.run('kit', 'list', 'lost-acknowledgement');
    expect(english.out).toMatch(
      /^lost-acknowledgement\n {2}the axis .+\n {2}a good client .+\n {2}judged by: .+acknowledged again.+\n {2}source: .+failure cases 48, 49$/,
    );
    const vietnamese = await desk.run('kit', 'list', 'lost-acknowledgement', '--lang', 'vi');
    expect(vietnamese.out).toContain('phần mềm tốt xác nhận lại');
  });

  test('a name that is none is told', async () => {
    for (const argv of [
      ['list', 'fly'],
      ['run', '--behaviour', 'fly', 'true'],
    ]) {
      const { code, err } = await desk.run('kit', ...argv);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('there is no behaviour fly') });
    }
  });
});

describe('docaxis kit run', () => {
  test('finds what a hurried client does wrong, and exits with 1', async () => {
    const wrong = ['broken-connection', 'expired-lease', 'forged-receipt', 'hostile-name', 'redirect', 'wrong-content'];
    const { code, named } = await desk.play(naiveClient, 'send-plain', 'receive-plain', 'fault-then-success', ...wrong);
    expect(named('handled')).toEqual(['send-plain', 'receive-plain', 'fault-then-success']);
    expect(named('not-handled').toSorted()).toEqual(wrong);
    expect(code).toBe(1);
  });

  test('finds nothing wrong with the SDK, and exits with 0', async () => {
    const client = await bundledSdkClient(desk.cwd);
    const some = ['forged-receipt', 'lost-answer', 'expired-lease', 'stalled-body', 'wrong-content', 'expired-token'];
    const { code, named } = await desk.play(client, ...some);
    expect(named('handled').toSorted()).toEqual(some.toSorted());
    expect(code).toBe(0);
  });

  test('a client that does nothing and says that all is well is not believed', async () => {
    const client = await writeClient(desk.cwd, 'process.exitCode = 0;');
    const { code, named } = await desk.play(client, 'send-plain', 'receive-plain', 'html-success', 'wrong-content');
    expect(named('not-handled')).toEqual(['send-plain', 'receive-plain']);
    // What fails where nothing is wrong says nothing where something is.
    expect(named('not-met')).toEqual(['html-success', 'wrong-content']);
    expect(code).toBe(1);
    const alone = await desk.play(client, 'html-success');
    expect([alone.code, alone.named('not-met')]).toEqual([1, ['html-success']]);
  });

  test('a client that never ends is ended, with all that it started', async () => {
    const client = await writeClient(
      desk.cwd,
      `import { spawn } from 'node:child_process';
       import { writeFileSync } from 'node:fs';
       const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
       writeFileSync('other.pid', String(other.pid));
       setInterval(() => {}, 1000);`,
    );
    const argv = ['--behaviour', 'send-plain', '--seconds', '2', '--', ...client];
    const { code, out } = await desk.run('kit', 'run', ...argv);
    expect(code).toBe(1);
    expect(out).toContain('expected: it ended by itself; seen: exit -');
    const pid = Number(await readFile(join(desk.cwd, 'other.pid'), 'utf8'));
    await until(() => !isRunning(pid), 'the end of what the client started');
  });

  test('a program that cannot be started is said so', async () => {
    const { code, err } = await desk.run('kit', 'run', '--behaviour', 'send-plain', './no-such-program');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('no-such-program') });
  });

  test('what the client is given opens nothing elsewhere, and nothing of it stays', async () => {
    const client = await writeClient(
      desk.cwd,
      `import { readFileSync, statSync, writeFileSync } from 'node:fs';
       const file = process.env.DOCAXIS_PROFILE;
       const { axis, url, agencies } = JSON.parse(readFileSync(file, 'utf8'));
       const opened = statSync(file).mode & 0o77;
       const here = url === process.env.DOCAXIS_URL;
       writeFileSync('given.json', JSON.stringify({ file, axis, opened, here, signs: 'signingKey' in agencies[0] }));`,
    );
    await desk.play(client, 'send-plain');
    const given = JSON.parse(await readFile(join(desk.cwd, 'given.json'), 'utf8'));
    expect(given).toMatchObject({ axis: 'docaxis-kit', opened: 0, here: true, signs: false });
    await expect(access(given.file)).rejects.toThrow('ENOENT');
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
