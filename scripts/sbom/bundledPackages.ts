import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** A package of which a file was read for a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package says it. */
  readonly licence: string;
  /** SHA-512 of its tarball in hexadecimal, from the lock file. */
  readonly sha512: string;
}

const MANIFEST = z.object({ name: z.string(), version: z.string(), license: z.string() });
const LOCK = z.object({ packages: z.record(z.string(), z.object({ integrity: z.optional(z.string()) })) });
const IN_PACKAGE = /^(?<folder>(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The packages whose files were read for a bundle, by name and version; what was shaken out again is among them.
 *
 * @param inputs files of the bundle, as esbuild's metafile names them, from the project's root.
 * @throws Error when a package says no version or licence, or the lock file does not pin its bytes.
 */
export function bundledPackages(root: string, inputs: Iterable<string>): readonly BundledPackage[] {
  const lock = z.parse(LOCK, JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const folders = new Set([...inputs].flatMap((input) => IN_PACKAGE.exec(input)?.groups?.folder ?? []));
  const packages = [...folders].map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const { name, version, license: licence } = z.parse(MANIFEST, manifest);
    const [, digest] = /^sha512-(\S+)$/.exec(lock.packages[folder]?.integrity ?? '') ?? [];
    if (digest === undefined) throw new Error(`the lock file has no SHA-512 of ${folder}`);
    return { name, version, licence, sha512: Buffer.from(digest, 'base64').toString('hex') };
  });
  const byName = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
