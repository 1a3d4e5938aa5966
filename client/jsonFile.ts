import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from './command.ts';
import { UsageError } from './usageError.ts';

/** What a file that the person named holds. @throws UsageError where it is no JSON */
export async function jsonFile(file: string, { cwd }: Pick<CommandContext, 'cwd'>): Promise<unknown> {
  const text = await readFile(resolve(cwd, file), 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
}
