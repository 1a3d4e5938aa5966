import { existsSync } from 'node:fs';
import { join } from 'node:path';

const shared = process.env.DOCAXIS_SHARED ?? join(import.meta.dirname, '../../../shared');
const folder = join(shared, 'vectors');

/** The folder of third-party vectors, or null with a loud word when it is not on this machine. */
export function vectorFolder(name: string): string | null {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  console.warn(`SKIPPED: no third-party vectors "${name}" here; set DOCAXIS_SHARED to the folder that holds vectors/`);
  return null;
}
