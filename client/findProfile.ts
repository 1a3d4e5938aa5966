import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type OperatorProfile, readOperatorProfile } from './operatorProfile.ts';
import { PROFILE_BYTES, type Profile, readProfile } from './profile.ts';
import { UsageError } from './usageError.ts';

/** Folder of profiles in the data folder of a local axis. */
export const PROFILE_FOLDER_NAME = 'profiles';
const PROFILE_FOLDER = join('.docaxis', PROFILE_FOLDER_NAME);

export interface ProfileSearch {
  /** What `--profile` or `DOCAXIS_PROFILE` says: a file, or the name of one in the profile folder. */
  readonly wanted: string | undefined;
  readonly cwd: string;
  readonly warn: (sentence: string) => void;
}

/**
 * Finds and reads the profile to use: the one wanted, else the only one of `./.docaxis/profiles`.
 *
 * @throws UsageError saying what to do when there is none, more than one, or one that cannot be read.
 */
export async function findProfile(search: ProfileSearch): Promise<Profile> {
  const file = await profileFile(search);
  return readSafely(file, search, readProfile);
}

/**
 * Finds and reads the profile of an operator.
 *
 * @throws UsageError as `findProfile` does.
 */
export async function findOperatorProfile(
  search: ProfileSearch & { readonly wanted: string },
): Promise<OperatorProfile> {
  return readSafely(await namedProfile(search.wanted, search.cwd), search, readOperatorProfile);
}

async function readSafely<T>(file: string, search: ProfileSearch, read: (json: string) => T): Promise<T> {
  const about = await stat(file);
  if (about.size > PROFILE_BYTES) throw new UsageError(`the profile ${file} is too large to be one`);
  if (process.platform !== 'win32' && (about.mode & 0o077) !== 0) {
    search.warn(`${file} holds private keys and others can read it: chmod 600 ${file}`);
  }
  try {
    return read(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(
      `the profile ${file} cannot be used: ${cause instanceof Error ? cause.message : 'unreadable'}`,
    );
  }
}

/** Where the profile to use lies. @throws UsageError as `findProfile` does */
export function profileFile({ wanted, cwd }: Pick<ProfileSearch, 'wanted' | 'cwd'>): Promise<string> {
  return wanted === undefined ? onlyProfile(cwd) : namedProfile(wanted, cwd);
}

async function namedProfile(wanted: string, cwd: string): Promise<string> {
  // A bare name is a name; anything with a separator or an ending is a file.
  const file = /[\\/.]/.test(wanted) ? resolve(cwd, wanted) : join(cwd, PROFILE_FOLDER, `${wanted}.json`);
  if (await isFile(file)) return file;
  const names = await profileNames(cwd);
  const known = names.length > 0 ? `; there are ${names.join(', ')}` : '';
  throw new UsageError(`there is no profile ${wanted}${known}`);
}

async function onlyProfile(cwd: string): Promise<string> {
  const names = await profileNames(cwd);
  const [name] = names;
  if (name === undefined) {
    throw new UsageError(
      `no profile: name one with --profile or DOCAXIS_PROFILE, or start a local axis with npm start`,
    );
  }
  if (names.length > 1) throw new UsageError(`which profile? --profile ${names.join(' | --profile ')}`);
  return join(cwd, PROFILE_FOLDER, `${name}.json`);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (about) => about.isFile(),
    () => false,
  );
}

/** Names of the systems' profiles; the operator's is of another kind. */
async function profileNames(cwd: string): Promise<readonly string[]> {
  const files = await readdir(join(cwd, PROFILE_FOLDER)).catch(() => []);
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return names.filter((name) => name !== 'operator').toSorted();
}
