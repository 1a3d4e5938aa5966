import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { readIfThere } from './replaceFile.ts';

/** What the template and the functions are made of. */
const SOURCES = ['bin', 'lib', 'core', 'adapters', 'lambdas', 'stages', 'package-lock.json', 'cdk.json'] as const;
const APP = join('bin', 'axis.ts');
const STAMP = 'docaxis-sources.sha256';
/** Assemblies that the cache keeps: branches are changed back and forth. */
const KEPT = 4;
const ERROR_LINES = 20;

export interface SynthesisOptions {
  /** The project's folder. */
  readonly root: string;
  /** The assembly goes to `<data>/assembly`; nobody else writes there. */
  readonly data: string;
  /** Assemblies by the digest of their sources, shared by everything that runs from this checkout. */
  readonly cache?: string | undefined;
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
 * Puts the assembly of the current sources into the data folder: as it is there, else from the cache, else by running the CDK app.
 *
 * @returns the folder of the assembly.
 * @throws SynthesisFailed
 */
export async function synthesize(options: SynthesisOptions): Promise<string> {
  const { root, data, cache = join(root, 'node_modules', '.cache', 'docaxis') } = options;
  const digest = sourcesDigest(root);
  const assembly = join(data, 'assembly');
  if (stampOf(assembly) === digest) return assembly;
  const cached = join(cache, digest);
  if (stampOf(cached) !== digest) await fillCache(cached, { ...options, digest, cache });
  installAssembly(cached, data);
  return assembly;
}

/** The stamp is written before a folder gets its name: an assembly that has one is whole. */
const stampOf = (assembly: string): string | undefined => readIfThere(join(assembly, STAMP));

async function fillCache(
  cached: string,
  options: SynthesisOptions & { readonly digest: string; readonly cache: string },
): Promise<void> {
  options.onSynthesis?.();
  mkdirSync(options.cache, { recursive: true });
  const part = `${cached}.${process.pid}.part`;
  rmSync(part, { recursive: true, force: true });
  try {
    await runApp(part, options);
    writeFileSync(join(part, STAMP), options.digest);
    // Whoever was first wins: both were made of the same sources.
    if (stampOf(cached) === undefined) {
      rmSync(cached, { recursive: true, force: true });
      renameSync(part, cached);
    }
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  forgetOldest(options.cache);
}

function forgetOldest(cache: string): void {
  const entries = readdirSync(cache).filter((name) => !name.endsWith('.part'));
  const byAge = entries
    .map((name) => ({ name, at: statSync(join(cache, name)).mtimeMs }))
    .toSorted((a, b) => b.at - a.at);
  for (const { name } of byAge.slice(KEPT)) rmSync(join(cache, name), { recursive: true, force: true });
}

/** A copy, so that an axis that runs keeps its functions whatever becomes of the cache. */
function installAssembly(cached: string, data: string): void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const part = join(data, 'assembly.part');
  const assembly = join(data, 'assembly');
  rmSync(part, { recursive: true, force: true });
  cpSync(cached, part, { recursive: true });
  rmSync(assembly, { recursive: true, force: true });
  renameSync(part, assembly);
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
  const hasContext = typeof settings === 'object' && settings !== null && 'context' in settings;
  const context = hasContext && typeof settings.context === 'object' ? { ...settings.context } : {};
  // As the CLI does: resources can be found by the path of their construct.
  return { 'aws:cdk:enable-path-metadata': true, ...context };
}
