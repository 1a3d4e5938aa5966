import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesDigest, synthesize } from '../../local/synthesize.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

const CACHE = join(ROOT, 'node_modules', '.cache', 'docaxis-test');
const KEPT_MS = 3_600_000;

/**
 * The cloud assembly of the sources as they are now, synthesized once and shared by every test axis: kept in a folder that is
 * named by the digest of the sources.
 */
export async function sharedAssembly(): Promise<string> {
  const home = join(CACHE, sourcesDigest(ROOT));
  if (!existsSync(home)) {
    mkdirSync(CACHE, { recursive: true });
    prune();
    const work = join(CACHE, `work-${process.pid}`);
    const made = await synthesize({ root: ROOT, data: work });
    // Another run may have been faster: its assembly is made of the same sources.
    if (!existsSync(home)) renameSync(made, home);
    rmSync(work, { recursive: true, force: true });
  }
  return home;
}

/** Prepares a data folder that finds the shared assembly, so that the axis that starts on it need not synthesize. */
export async function prepareDataFolder(data: string): Promise<void> {
  mkdirSync(data, { recursive: true });
  const marker = join(data, 'docaxis.json');
  if (existsSync(marker)) return;
  symlinkSync(await sharedAssembly(), join(data, 'assembly'));
  writeFileSync(marker, JSON.stringify({ kind: 'data of a local docaxis', version: 1 }));
}

function prune(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
