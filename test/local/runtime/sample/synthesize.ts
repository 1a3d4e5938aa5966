import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Synthesizes the sample app into a new temporary folder and returns it: `plain` and `stages` in it are assemblies. */
export async function synthesize(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'axis-assembly-'));
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'app.ts'), folder]);
  return folder;
}
