import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLES = join(import.meta.dirname, '../../samples/edxml');

export const SAMPLE_NAMES: readonly string[] = readdirSync(SAMPLES)
  .filter((file) => file.endsWith('.edxml'))
  .map((file) => file.replace('.edxml', ''))
  .sort();

export function sample(name: string): Buffer {
  return readFileSync(join(SAMPLES, `${name}.edxml`));
}
