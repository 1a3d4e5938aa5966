import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { EXCEPTIONS, type Exception, FREE, ZONES, type Zone } from './importTable.ts';
import { type ImportRead, readImports } from './readImports.ts';

/** The gate on the direction of imports. See `importTable.ts` for the rules. */
export interface GateResult {
  /** Files and imports that were read: a gate that read nothing has proved nothing. */
  readonly files: number;
  readonly imports: number;
  /** One line each: file, line, what is wrong. */
  readonly violations: readonly string[];
}

const NOT_SOURCES = new Set(['node_modules', 'cdk.out', '.docaxis', '.git', 'coverage']);

/** Reads every source under `root` and judges what it imports. */
export function importGate(root: string, exceptions: readonly Exception[] = EXCEPTIONS): GateResult {
  const needed = new Set<Exception>();
  const violations: string[] = [];
  let imports = 0;
  const files = sourcesOf(root);
  for (const file of files) {
    const zone = zoneOf(file);
    if (zone === undefined) {
      if (!isFree(file)) violations.push(`${file}: belongs to no folder of the table`);
      continue;
    }
    const read = readImports(readFileSync(join(root, file), 'utf8'), file.endsWith('.ts') ? 'ts' : 'js');
    imports += read.imports.length;
    for (const found of read.imports) {
      const target = targetOf(root, file, found);
      const exception = exceptions.find((candidate) => candidate.file === file && candidate.imports === target.name);
      if (exception) needed.add(exception);
      else if (!mayImport(zone, target))
        violations.push(`${file}:${found.line}: ${zone.of} must not import ${target.name}`);
    }
    if (zone.pure)
      for (const { what, line } of read.impure) violations.push(`${file}:${line}: ${zone.of} must not use ${what}`);
  }
  for (const { file, imports: name } of exceptions.filter((exception) => !needed.has(exception))) {
    violations.push(`${file}: the exception for ${name} is not needed any more`);
  }
  if (files.length === 0 || imports === 0) violations.push(`${root}: no imports were read, so nothing was checked`);
  return { files: files.length, imports, violations };
}

function sourcesOf(root: string, folder = ''): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter(({ name }) => !NOT_SOURCES.has(name));
  return entries.flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesOf(root, path);
    return /\.(?:ts|mjs|js)$/.test(entry.name) && folder !== '' ? [path] : [];
  });
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
const isFree = (file: string): boolean => FREE.some((folder) => isWithin(file, folder));

/** The zone of a file; `*` in a zone's name becomes the folder that it stood for. */
function zoneOf(file: string): Zone | undefined {
  const parts = file.split('/');
  for (const zone of ZONES) {
    const of = zone.of.split('/').map((part, index) => (part === '*' ? parts[index] : part));
    if (zone.of.endsWith('*') && parts.length === of.length) continue;
    if (isWithin(file, of.join('/'))) return { ...zone, of: of.join('/') };
  }
  return undefined;
}

interface Target {
  /** Path from the root, or the name of a package; `(computed)` where only the running program knows. */
  readonly name: string;
  readonly kind: 'project' | 'package' | 'computed' | 'missing';
}

function targetOf(root: string, file: string, { specifier }: ImportRead): Target {
  if (specifier === undefined) return { name: '(computed)', kind: 'computed' };
  if (!specifier.startsWith('.')) return { name: specifier, kind: 'package' };
  const name = relative(root, join(root, dirname(file), specifier)).replaceAll('\\', '/');
  return { name, kind: existsSync(join(root, name)) ? 'project' : 'missing' };
}

function mayImport(zone: Zone, target: Target): boolean {
  if (target.kind === 'computed') return zone.computed === true;
  if (target.kind === 'project') return [zone.of, ...zone.project].some((folder) => isWithin(target.name, folder));
  if (target.kind === 'missing') return false;
  return zone.packages.some((allowed) =>
    allowed.endsWith('*') ? target.name.startsWith(allowed.slice(0, -1)) : target.name === allowed,
  );
}

if (import.meta.main) {
  const { files, imports, violations } = importGate(join(import.meta.dirname, '..'));
  for (const violation of violations) console.error(violation);
  for (const { file, imports: name, because } of EXCEPTIONS)
    console.log(`exception: ${file} imports ${name}: ${because}`);
  console.log(`import gate: ${files} files, ${imports} imports, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
