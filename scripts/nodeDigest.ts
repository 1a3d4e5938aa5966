import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * SHA-256 of the Node that the package `node` fetches, by version and platform. It arrives by an install script, so the
 * lock file's integrity does not cover it. A value is what was measured when the version was pinned: any later change of
 * the fetched binary shows. Compare it with the archive that nodejs.org signs before pinning another version.
 */
const DIGESTS: Readonly<Record<string, string>> = {
  '24.21.0 linux-x64': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
};

export type DigestVerdict = 'as pinned' | 'not pinned' | 'not as pinned';

/** Judges the bytes of a Node by the table. */
export function judgeNode(
  bytes: Uint8Array,
  name: string,
): { readonly verdict: DigestVerdict; readonly sha256: string } {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const pinned = DIGESTS[name];
  if (pinned === undefined) return { verdict: 'not pinned', sha256 };
  return { verdict: pinned === sha256 ? 'as pinned' : 'not as pinned', sha256 };
}

/** The Node of the project's packages: its bytes, and its name in the table. */
export function installedNode(root: string): { readonly bytes: Uint8Array; readonly name: string } {
  const { resolve } = createRequire(join(root, 'package.json'));
  const { version } = JSON.parse(readFileSync(resolve('node/package.json'), 'utf8')) as { version: string };
  return { bytes: readFileSync(resolve('node/bin/node')), name: `${version} ${process.platform}-${process.arch}` };
}

if (import.meta.main) {
  const { bytes, name } = installedNode(join(import.meta.dirname, '..'));
  const { verdict, sha256 } = judgeNode(bytes, name);
  console.log(`node ${name}: ${sha256} ${verdict}`);
  if (verdict === 'not pinned')
    console.warn('warning: no digest is pinned for this platform; compare it with the signed archive yourself');
  if (verdict === 'not as pinned') process.exitCode = 1;
}
