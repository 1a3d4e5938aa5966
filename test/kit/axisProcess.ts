import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { AxisClient } from '../../client/axisClient.ts';
import { type Profile, readProfile } from '../../client/profile.ts';
import type { WorldSystemName } from '../../world/places.ts';
import { ROOT, stockDataFolder } from './stock.ts';
import { until } from './until.ts';

/** A local axis in a process of its own, as `npm start` runs it: it can be killed at any moment and started again. */
export interface AxisProcess {
  readonly data: string;
  readonly url: string;
  readonly profiles: Readonly<Record<WorldSystemName, Profile>>;
  readonly clients: Readonly<Record<WorldSystemName, AxisClient>>;
  /** Moves the clock of the axis by milliseconds. */
  advance(ms: number): Promise<void>;
  /** Ends the process at once, as a power cut would (SIGKILL). */
  kill(): Promise<void>;
  /** Ends the process and removes its folder. */
  remove(): Promise<void>;
}

const CONTROL = z.object({ control: z.object({ url: z.string(), token: z.string() }) });

/** Starts `local/axis.ts` as a child process, on a folder that was used before or on a new one with the sample world. */
export async function startAxisProcess(folder?: string): Promise<AxisProcess> {
  const data = folder ?? mkdtempSync(join(tmpdir(), 'docaxis-process-'));
  await stockDataFolder(data);
  // Profiles of an earlier start name an earlier port.
  rmSync(join(data, 'profiles'), { recursive: true, force: true });
  const child = spawn(process.execPath, ['local/axis.ts', '--port', '0', '--data', data], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await addressOf(child);
  const profileOf = (name: string): string => readFileSync(join(data, 'profiles', `${name}.json`), 'utf8');
  const { control } = z.parse(CONTROL, JSON.parse(profileOf('operator')));
  const profiles = {
    'trung-tam-mau': readProfile(profileOf('trung-tam-mau')),
    'bo-minh-hoa': readProfile(profileOf('bo-minh-hoa')),
  };
  const clientOf = ({ axis: audience, system, key }: Profile) =>
    new AxisClient({ url, audience, system, key, retry: { attempts: 1 } });
  const kill = async (): Promise<void> => {
    const ended = child.exitCode === null ? new Promise((resolve) => child.once('close', resolve)) : undefined;
    child.kill('SIGKILL');
    await ended;
  };
  return {
    data,
    url,
    profiles,
    clients: {
      'trung-tam-mau': clientOf(profiles['trung-tam-mau']),
      'bo-minh-hoa': clientOf(profiles['bo-minh-hoa']),
    },
    advance: async (ms) => {
      const headers = { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ advanceMs: ms });
      const answer = await fetch(new URL('/clock', control.url), { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`the clock did not move: ${answer.status} ${await answer.text()}`);
    },
    kill,
    remove: async () => {
      await kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-8_192);
    });
  }
  return await until(
    () => {
      if (child.exitCode !== null) throw new Error(`the axis ended:\n${printed}`);
      return /docaxis runs at (\S+)/.exec(printed)?.[1];
    },
    'the axis runs',
    60_000,
  );
}
