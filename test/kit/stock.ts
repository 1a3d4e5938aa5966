import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { startLocalAxis } from '../../local/startLocalAxis.ts';
import { sourcesDigest, synthesize } from '../../local/synthesize.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

const CACHE = join(ROOT, 'node_modules', '.cache', 'docaxis-test');
const KEPT_MS = 3_600_000;
/** Names the stock that a whole test run shares; `test/globalSetup.ts` sets it. */
const STOCK = 'DOCAXIS_TEST_STOCK';
const STAMP = 'docaxis-sources.sha256';

/**
 * The stock of the sources as they are now: `assembly`, the synthesized stack, and `town`, the data folder of an axis that enrolled
 * the sample world and stopped. Both are made once and kept in a folder that is named by the digest of the sources.
 */
export async function stock(): Promise<string> {
  const home = process.env[STOCK] ?? join(CACHE, sourcesDigest(ROOT));
  if (!existsSync(home)) {
    mkdirSync(CACHE, { recursive: true });
    prune();
    const work = join(CACHE, `work-${process.pid}`);
    // A run that failed may have had the same process id.
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    await synthesize({ root: ROOT, data: work });
    const town = join(work, 'town');
    layAssembly(town, join(work, 'assembly'));
    await (await startLocalAxis({ root: ROOT, data: town, port: 0 })).axis.stop();
    rmSync(join(town, 'assembly'), { recursive: true });
    // Another run may have been faster: its stock is made of the same sources.
    if (!existsSync(home)) renameSync(work, home);
    rmSync(work, { recursive: true, force: true });
  }
  process.env[STOCK] = home;
  return home;
}

/** Makes a folder ready to start on without synthesis: an empty one gets the state of an axis with the sample world enrolled. */
export async function stockDataFolder(data: string): Promise<void> {
  const home = await stock();
  if (!existsSync(join(data, 'docaxis.json'))) cpSync(join(home, 'town'), data, { recursive: true });
  layAssembly(data, join(home, 'assembly'));
}

/** Makes an empty folder that of an axis whose clock stands at `at` (milliseconds) and which enrols the world then. */
export async function folderAt(data: string, at: number): Promise<void> {
  layAssembly(data, join(await stock(), 'assembly'));
  writeFileSync(join(data, 'clock.json'), JSON.stringify({ offset: at - Date.now() }));
}

/** All axes of a run use one assembly, also when somebody saves a source meanwhile: hence a stamp of this moment. */
function layAssembly(data: string, assembly: string): void {
  const folder = join(data, 'assembly');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(assembly)) {
    if (name !== STAMP) symlinkSync(join(assembly, name), join(folder, name));
  }
  writeFileSync(join(folder, STAMP), sourcesDigest(ROOT));
  writeFileSync(join(data, 'docaxis.json'), JSON.stringify({ kind: 'data of a local docaxis', version: 1 }));
}

function prune(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}
