import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { contractTypes } from './client/contractTypes.ts';
import { notices } from './client/notices.ts';
import { clientSbom, sbomText } from './sbom/cycloneDx.ts';

const ROOT = join(import.meta.dirname, '..');

export interface ClientPackage {
  /** Folder with the package as it is packed. */
  readonly folder: string;
  readonly tarball: string;
  readonly bytes: number;
}

/**
 * Builds the package that agencies install, with everything that it needs inside: bundles in chunks, so that what only signs is
 * loaded by those who sign; declarations that need no other package; the licences of what was bundled; and the tarball.
 *
 * @param out folder to write into; emptied first.
 */
export async function buildClient(out: string): Promise<ClientPackage> {
  const folder = join(out, 'package');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'README.md']) cpSync(join(ROOT, 'client', name), join(folder, name));
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  const inputs = await bundle(join(folder, 'dist'));
  writeFileSync(join(folder, 'NOTICES.txt'), notices(ROOT, inputs));
  writeFileSync(join(folder, 'sbom.json'), sbomText(clientSbom(ROOT, inputs)));
  declare(join(folder, 'types'));
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], {
    cwd: folder,
    shell: process.platform === 'win32',
  });
  const name = readdirSync(out).find((one) => one.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack wrote no tarball');
  const tarball = join(out, name);
  return { folder, tarball, bytes: statSync(tarball).size };
}

/** @returns the files that went into the bundles. */
async function bundle(outdir: string): Promise<readonly string[]> {
  const { metafile } = await build({ ...CLIENT_BUILD, outdir, metafile: true });
  return Object.keys(metafile.inputs);
}

/** What esbuild is told to make the client of. */
export const CLIENT_BUILD: BuildOptions = {
  absWorkingDir: ROOT,
  entryPoints: [join(ROOT, 'client/index.ts'), join(ROOT, 'client/docaxis.ts')],
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  // Names stay, so that an error in somebody's log can be read; lines of a bundle are nobody's lines anyway.
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  conditions: ['module'],
  // The licences stand in a file of their own.
  legalComments: 'none',
  logLevel: 'warning',
};

function declare(outDir: string): void {
  const work = mkdtempSync(join(tmpdir(), 'docaxis-types-'));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: ROOT,
      outDir,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: [],
    files: [join(ROOT, 'client/index.ts')],
  };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', work], { stdio: 'inherit' });
  rmSync(work, { recursive: true });
  for (const [path, text] of Object.entries(contractTypes())) {
    mkdirSync(dirname(join(outDir, path)), { recursive: true });
    writeFileSync(join(outDir, path), text);
  }
  for (const name of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.d.ts')) nameAsJavaScript(join(outDir, name));
  }
}

/** A declaration file imports what is there when the package is installed. */
function nameAsJavaScript(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const out = resolve(values.out ?? join(ROOT, 'node_modules/.cache/docaxis-client'));
  const { tarball, bytes } = await buildClient(out);
  console.log(`${tarball} (${Math.round(bytes / 1024)} KB)`);
}
