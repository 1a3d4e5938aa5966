import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ROOT } from '../kit/stock.ts';
import { until } from '../kit/until.ts';
import type { Place } from './awsCall.ts';

/** An implementation of AWS's services that is running. */
export interface Implementation {
  readonly name: string;
  readonly place: Place;
  /** Whether its gaps are those that are listed. */
  readonly isKnown: boolean;
  stop(): Promise<void>;
}

const REGION = 'ap-southeast-1';
const CREDENTIALS = { accessKeyId: 'testing', secretAccessKey: 'testing' } as const;
const REQUIREMENTS = join(ROOT, 'test', 'deploy', 'requirements.txt');

/** The Python that DOCAXIS_PYTHON names, or python3; undefined where there is none that makes environments. */
export function findPython(): string | undefined {
  const name = process.env.DOCAXIS_PYTHON ?? 'python3';
  const { status } = spawnSync(name, ['-c', 'import ensurepip, sys; assert sys.version_info >= (3, 10)'], {
    stdio: 'ignore',
  });
  return status === 0 ? name : undefined;
}

/** What listens at an endpoint that somebody else started. */
export async function implementationAt(endpoint: string): Promise<Implementation> {
  return { name: endpoint, place: await placeAt(endpoint), isKnown: false, stop: async () => {} };
}

/** Installs moto from PyPI at its pinned version, once for each list of versions, and starts its server on loopback. */
export async function startMoto(python: string, log: string): Promise<Implementation> {
  const home = installMoto(python);
  const port = await freePort();
  const output = openSync(log, 'a');
  const server = spawn(join(home, 'bin', 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', output, output],
    env: { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' },
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await until(
      () =>
        fetch(`${endpoint}/moto-api/data.json`).then(
          ({ ok }) => ok,
          () => false,
        ),
      'moto answers',
      60_000,
    );
    return { name: versionOf(), place: await placeAt(endpoint), isKnown: true, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function placeAt(endpoint: string): Promise<Place> {
  const sts = new STSClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return { endpoint, region: REGION, account, credentials: CREDENTIALS };
}

const versionOf = (): string => /^moto==.*$/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[0] ?? 'moto';

function installMoto(python: string): string {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  const home = join(ROOT, 'node_modules', '.cache', 'docaxis-deploy', digest);
  const stamp = join(home, 'installed');
  if (existsSync(stamp)) return home;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  run(python, ['-m', 'venv', home]);
  run(join(home, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', REQUIREMENTS]);
  writeFileSync(stamp, '');
  return home;
}

function run(command: string, parameters: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, parameters, { encoding: 'utf8', timeout: 300_000 });
  if (status !== 0)
    throw new Error(`${command} ${parameters.join(' ')} failed: ${error?.message ?? stderr.slice(-2_000)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
