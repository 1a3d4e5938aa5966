import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { median } from '../figures.ts';
import type { Shape } from './shapes.ts';

/** CPU in a fresh process, all its threads together, ms, medians. */
export interface ColdFigures {
  readonly import: number;
  /** The first document after the import, its key included. */
  readonly first: number;
  readonly second: number;
  /** With the built-in sample verified first, as functions do: what that takes, and the first document after it. */
  readonly sample: number;
  readonly afterSample: number;
}

/** Runs in the child: arguments are the bundle, the document, its key, and whether a sample comes first. */
const PROBE = `
import { readFileSync } from 'node:fs';
const [, bundle, file, pem, sampled] = process.argv;
const document = readFileSync(file), key = readFileSync(pem, 'utf8');
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const times = [cpu()];
const lap = () => times.push(cpu());
const { verifyOnce, warmUp } = await import(bundle); lap();
if (sampled === 'yes') warmUp(); lap();
verifyOnce(document, key); lap();
verifyOnce(document, key); lap();
process.stdout.write(JSON.stringify(times.slice(1).map((time, k) => time - times[k])));
`;

/** Imports the engine, bundled as a function is, and verifies one document, `runs` times. */
export function coldFigures({ signed, key }: Shape, folder: string, runs: number): ColdFigures {
  const bundle = join(folder, 'cold.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, '../coldVerify.ts')],
    outfile: bundle,
    ...({ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node24' } as const),
  });
  const [document, pem] = [join(folder, 'cold.xml'), join(folder, 'cold.pem')];
  writeFileSync(document, signed);
  writeFileSync(pem, key.export({ type: 'spki', format: 'pem' }));
  const probe = (sampled: 'yes' | 'no'): readonly number[] => {
    const rows = Array.from({ length: runs }, () => {
      const options = ['--input-type=module', '--eval', PROBE, bundle, document, pem, sampled];
      return JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' })) as number[];
    });
    return [0, 1, 2, 3].map((column) => median(rows.map((row) => row[column] ?? Number.NaN)));
  };
  const [plain, sampled] = [probe('no'), probe('yes')];
  const at = (row: readonly number[], column: number): number => row[column] ?? Number.NaN;
  return {
    import: at(plain, 0),
    first: at(plain, 2),
    second: at(plain, 3),
    sample: at(sampled, 1),
    afterSample: at(sampled, 2),
  };
}
