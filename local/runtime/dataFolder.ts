import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process (or another axis in this one) runs on the same folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly folder: string;

  constructor(folder: string, holder: string) {
    super(`the data folder ${folder} is in use by process ${holder}; stop it, or choose another folder`);
    this.folder = folder;
  }
}

/** The folder that holds the state of one local axis, held exclusively. */
export interface DataFolder {
  readonly path: string;
  /** Where the embedded services keep their state. */
  readonly cloud: string;
  /** Bearer token of the control server: 256 random bits, the same after a restart, readable by the owner only. */
  readonly token: string;
  /** How far the clock was ahead when it last jumped, in milliseconds. */
  readonly clockOffset: number;
  /** Remembers the offset, so that a restart does not travel back before what is already stored. */
  keepClockOffset(ms: number): void;
  release(): void;
}

/**
 * Opens (and creates, if absent) a data folder and takes its lock.
 * @throws DataFolderInUse if somebody holds the lock. The lock is the operating system's, so a dead process holds none.
 */
export function openDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = takeLock(path);
  try {
    const clockFile = join(path, 'clock.json');
    return {
      path,
      cloud: join(path, 'cloud'),
      token: readOrCreateToken(join(path, 'control.token')),
      clockOffset: readClockOffset(clockFile),
      keepClockOffset: (ms) => writeFileSync(clockFile, JSON.stringify({ offset: ms })),
      release: () => lock.close(),
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function takeLock(path: string): DatabaseSync {
  const pidFile = join(path, 'axis.pid');
  const lock = new DatabaseSync(join(path, 'axis.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!/locked/.test(String(cause))) throw cause;
    throw new DataFolderInUse(path, readText(pidFile) ?? 'unknown');
  }
  writeFileSync(pidFile, String(process.pid));
  return lock;
}

function readOrCreateToken(file: string): string {
  const known = readText(file);
  if (known !== undefined && /^[A-Za-z0-9_-]{43}$/.test(known)) return known;
  const token = randomBytes(32).toString('base64url');
  writeFileSync(file, token, { mode: 0o600 });
  return token;
}

function readClockOffset(file: string): number {
  const text = readText(file);
  if (text === undefined) return 0;
  const { offset } = JSON.parse(text) as { offset?: unknown };
  if (typeof offset !== 'number' || !Number.isFinite(offset))
    throw new Error(`${file} holds no clock offset; delete it`);
  return offset;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
