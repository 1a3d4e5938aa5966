import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AxisClient } from '../../client/axisClient.ts';
import { readProfile } from '../../client/profile.ts';
import { signDocument } from '../../client/signDocument.ts';
import { sampleDocument } from '../../world/documents.ts';
import { ROOT, stockDataFolder } from '../kit/stock.ts';
import { until } from '../kit/until.ts';

let data: string;
const running = new Set<AxisProcess>();
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'docaxis-start-'));
});
afterEach(async () => {
  for (const axis of running) await axis.end('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

/** `npm start`, as a process of its own. */
class AxisProcess {
  readonly #child: ChildProcess;
  readonly exit: Promise<number | string>;
  printed = '';

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, ['local/axis.ts', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.printed += text.toString();
      });
    }
    this.exit = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        running.delete(this);
        resolve(code ?? signal ?? 'unknown');
      });
    });
    running.add(this);
  }

  /** The URL, as soon as it is printed. */
  async url(): Promise<string> {
    const ready = until(() => /docaxis runs at (\S+)/.exec(this.printed)?.[1], 'the axis says that it runs', 60_000);
    const ended = this.exit.then((code) => Promise.reject(new Error(`ended with ${code}: ${this.printed}`)));
    return Promise.race([ready, ended]);
  }

  async end(signal: NodeJS.Signals): Promise<number | string> {
    this.#child.kill(signal);
    return this.exit;
  }
}

/** A client by a profile that the axis wrote. */
function clientOf(name: string) {
  const profile = readProfile(readFileSync(join(data, 'profiles', `${name}.json`), 'utf8'));
  const { url, axis: audience, system, key } = profile;
  return { profile, client: new AxisClient({ url, audience, system, key }) };
}

async function takenPort(): Promise<{ port: string; free: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  const port = await until(() => {
    const address = server.address();
    return typeof address === 'object' && address?.port;
  }, 'a port is taken');
  return { port: String(port), free: () => server.close() };
}

describe('what is not understood exits with 2, says why, and touches nothing', () => {
  test.each([
    ['an unknown option', ['--fast'], "'--fast'"],
    ['a port that is none', ['--port', '70000'], '--port is a number'],
    ['an argument', ['now'], 'now'],
  ])('%s', async (_, args, expected) => {
    const axis = new AxisProcess('--data', join(data, 'unused'), ...args);
    expect(await axis.exit).toBe(2);
    expect(axis.printed).toContain(expected);
    expect(existsSync(join(data, 'unused'))).toBe(false);
  });

  test('a port that is taken, even with --fresh', async () => {
    const { port, free } = await takenPort();
    writeFileSync(join(data, 'docaxis.json'), '{}');
    writeFileSync(join(data, 'world.json'), '{}');
    const axis = new AxisProcess('--data', data, '--port', port, '--fresh');
    expect(await axis.exit).toBe(2);
    expect(axis.printed).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(existsSync(join(data, 'world.json'))).toBe(true);
    free();
  });

  test.each([[['--fresh']], [[]]])('a folder of somebody else, with %j', async (more) => {
    writeFileSync(join(data, 'precious.txt'), 'mine');
    const axis = new AxisProcess('--data', data, '--port', '0', ...more);
    expect(await axis.exit).toBe(2);
    expect(axis.printed).toContain('is not the data folder of a local axis');
    expect(readFileSync(join(data, 'precious.txt'), 'utf8')).toBe('mine');
  });

  test('--help is not a mistake', async () => {
    const axis = new AxisProcess('--help');
    expect(await axis.exit).toBe(0);
    expect(axis.printed).toContain('--fresh');
  });
});

test('killed and started again, profiles and dispatches are still good; SIGTERM ends it with 0', {
  timeout: 90_000,
}, async () => {
  await stockDataFolder(data);
  const first = new AxisProcess('--data', data, '--port', '0');
  const port = new URL(await first.url()).port;
  const before = clientOf('trung-tam-mau');
  const letter = { from: 'X91.04', to: ['X92'], number: 1, date: '2026/03/02', subject: 'Công văn thử' } as const;
  const bytes = await signDocument(sampleDocument(letter), before.profile);
  const { dispatchId, receipt } = await before.client.submit(bytes);
  if (process.platform !== 'win32') expect(statSync(join(data, 'profiles/operator.json')).mode & 0o077).toBe(0);

  const rival = new AxisProcess('--data', data, '--port', '0', '--fresh');
  expect(await rival.exit).toBe(2);
  expect(rival.printed).toContain('is in use by process');

  await first.end('SIGKILL');
  const second = new AxisProcess('--data', data, '--port', port);
  await second.url();
  // The client of before the kill: its URL, key and axis id must still be those of the axis.
  expect(await before.client.submit(bytes)).toMatchObject({ outcome: 'again', dispatchId, receipt });
  const recipient = clientOf('bo-minh-hoa').client;
  const [delivery] = (await recipient.receive({ waitSeconds: 20 })).deliveries;
  expect(delivery?.dispatchId).toBe(dispatchId);

  expect(await second.end('SIGTERM')).toBe(0);
  expect(second.printed).toContain('stopped');
});
