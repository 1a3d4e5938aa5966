import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfPresent, writeDurably } from './writeDurably.ts';

const SECRET_BYTES = 32;

/** The random secret of a data folder, from which long-lived access keys and receipt handles derive; made on first use. */
export function folderSecret(dir: string): Buffer {
  const path = join(dir, 'secret');
  const present = readIfPresent(path);
  if (present?.length === SECRET_BYTES) return present;
  const secret = randomBytes(SECRET_BYTES);
  writeDurably(path, secret);
  return secret;
}
