import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/**
 * The licences of everything that a bundle contains: most ask to be handed on with copies.
 *
 * @param inputs files of the bundle, as esbuild's metafile names them.
 * @throws Error when a package brings no licence file.
 */
export function notices(root: string, inputs: readonly string[]): string {
  const folders = new Map<string, string>();
  for (const input of inputs) {
    const [prefix = '', name] = PACKAGE.exec(input) ?? [];
    if (name !== undefined) folders.set(name, join(root, prefix));
  }
  const texts = [...folders]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, folder]) => {
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      if (file === undefined) throw new Error(`${name} brings no licence file`);
      return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    });
  return ['This package contains the following libraries.\n', ...texts].join(`\n${'-'.repeat(80)}\n\n`);
}
