import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { LIMITS } from '../../core/contract/limits.ts';
import { ROOT } from './stock.ts';
import { until } from './until.ts';

const NOT_COPIED = ['node_modules', '.git', '.docaxis', 'cdk.out', 'test'];
const LOG = 'docaxis-evaluation-log';
const CLOCK = z.object({ now: z.number() });
const LINES = z.object({ lines: z.array(z.object({ line: z.string() })) });
const run = promisify(execFile);

/** Somebody who follows the pages word by word, in a copy of the project; the axis only gets another port. */
export class Newcomer {
  readonly folder = mkdtempSync(join(tmpdir(), 'docaxis-newcomer-'));
  /** Where the axis is, once it runs. */
  url = '';
  #control = '';
  #axis: ChildProcess | undefined;

  constructor() {
    for (const name of readdirSync(ROOT)) {
      if (!NOT_COPIED.includes(name)) cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Runs lines as a shell does, up to the first that fails. @returns what they print. */
  async shell(lines: string): Promise<string> {
    const { stdout, stderr } = await run('sh', ['-ec', lines], {
      cwd: this.folder,
      env: { ...process.env, AXIS: this.url },
      // A process for each command, beside every other suite.
      timeout: 180_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    return `${stdout}${stderr}`;
  }

  /** `npm start`, and waits until the axis has said how to go on. */
  async start(): Promise<void> {
    // Every other suite may run its own axis meanwhile, so this one takes a free port. A group of its own: npm
    // hands no signal on to what it started.
    this.#axis = spawn('npm', ['start', '--', '--port', '0'], {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = await started(this.#axis);
    this.url = /docaxis runs at (\S+)/.exec(printed)?.[1] ?? '';
    this.#control = /control +(\S+)/.exec(printed)?.[1] ?? '';
  }

  /** Moves the axis's clock on and waits until what has happened is in the evidence log. */
  async letEverythingBeLogged(): Promise<void> {
    const { now } = CLOCK.parse(await this.#ask('clock', { advanceMs: LIMITS.log.seconds * 1000 }));
    await until(async () => {
      const { lines } = LINES.parse(await this.#ask(`logs?function=${LOG}&since=${now}`));
      return lines.some(({ line }) => line.includes('"logged"'));
    }, 'a round of the evidence log');
  }

  /** Asks the control server; with a body it is told. */
  async #ask(path: string, body?: unknown): Promise<unknown> {
    const token = readFileSync(join(this.folder, '.docaxis/control.token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}` };
    const told = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await fetch(`${this.#control}/${path}`, { headers, ...told })).json();
  }

  /** Stops the axis and removes the copy. */
  async leave(): Promise<void> {
    const axis = this.#axis;
    if (axis?.pid !== undefined && axis.exitCode === null) {
      const closed = new Promise((resolve) => axis.once('close', resolve));
      process.kill(-axis.pid, 'SIGTERM');
      await closed;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function started(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Ctrl-C stops it')) resolve(printed);
      });
    }
    child.once('error', reject);
    child.once('close', () => reject(new Error(`npm start ended:\n${printed}`)));
  });
}
