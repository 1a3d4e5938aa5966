import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readIfThere } from './replaceFile.ts';

/** What the template and the functions are made of. */
const SOURCES = ['bin', 'lib', 'core', 'adapters', 'lambdas', 'package-lock.json', 'cdk.json'] as const;
const APP = join('bin', 'axis.ts');
const STAMP = 'docaxis-sources.sha256';
const ERROR_LINES = 20;

export interface SynthesisOptions {
  /** The project's folder. */
  readonly root: string;
  /** Where the assembly goes: `<data>/assembly`. */
  readonly data: string;
  /** Ends a synthesis that is running. */
  readonly signal?: AbortSignal | undefined;
  /** Told before the sources are synthesized, which takes seconds. */
  readonly onSynthesis?: (() => void) | undefined;
}

/** The CDK app could not be synthesized; the message holds the end of what it printed. */
export class SynthesisFailed extends Error {
  override readonly name = 'SynthesisFailed';
}

/**
 * Synthesizes the CDK app into the data folder, unless the assembly there was made of exactly these sources.
 *
 * @returns the folder of the assembly.
 * @throws SynthesisFailed
 */
export async function synthesize(options: SynthesisOptions): Promise<string> {
  const { root, data } = options;
  const assembly = join(data, 'assembly');
  const stamp = sourcesDigest(root);
  if (readIfThere(join(assembly, STAMP)) === stamp) return assembly;
  options.onSynthesis?.();
  mkdirSync(data, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(data)) {
    if (name.startsWith('assembly.')) rmSync(join(data, name), { recursive: true, force: true });
  }
  const part = join(data, `assembly.${process.pid}`);
  await runApp(part, options);
  // The stamp goes in before the folder gets its name: an assembly that has one is whole.
  writeFileSync(join(part, STAMP), stamp);
  rmSync(assembly, { recursive: true, force: true });
  renameSync(part, assembly);
  return assembly;
}

/** SHA-256 over names and contents of all sources, hexadecimal. */
export function sourcesDigest(root: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const source of SOURCES) {
    if (!existsSync(join(root, source))) continue;
    for (const path of filesOf(root, source)) {
      const content = readFileSync(join(root, path));
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

function filesOf(root: string, path: string): readonly string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  const entries = readdirSync(join(root, path), { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(root, file)).toSorted();
}

/** Runs the app as the CDK CLI would, with the context of `cdk.json` (without the CLI nobody hands it over). */
async function runApp(outdir: string, { root, signal }: SynthesisOptions): Promise<void> {
  const child = spawn(process.execPath, [APP], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(contextOf(root)) },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-16_384);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new SynthesisFailed(`the CDK app failed:\n${printed.trimEnd().split('\n').slice(-ERROR_LINES).join('\n')}`);
}

function contextOf(root: string): Readonly<Record<string, unknown>> {
  const text = readIfThere(join(root, 'cdk.json'));
  const settings: unknown = text === undefined ? {} : JSON.parse(text);
  const isObject = typeof settings === 'object' && settings !== null && 'context' in settings;
  const context = isObject && typeof settings.context === 'object' ? { ...settings.context } : {};
  // As the CLI does: resources can be found by the path of their construct.
  return { 'aws:cdk:enable-path-metadata': true, ...context };
}
