import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { FUNCTIONS, type FunctionName } from '../core/contract/environment.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles every function into a folder of its own: one ESM file with everything inside. The AWS SDK's chain of
 * credential providers and its event streams are left out: Lambda hands credentials over in the environment, and no
 * operation of the axis streams events.
 *
 * @returns the folder of each function, with `index.mjs` in it.
 */
export function bundleFunctions(folder: string): Readonly<Record<FunctionName, string>> {
  mkdirSync(folder, { recursive: true });
  const bundled = FUNCTIONS.map((name) => [name, bundleFunction(name, join(folder, name))] as const);
  return Object.fromEntries(bundled) as Record<FunctionName, string>;
}

/** Bundles one function into `folder`. */
export function bundleFunction(name: FunctionName, folder: string): string {
  buildSync({ ...functionBuild(name), outfile: join(folder, 'index.mjs') });
  return folder;
}

/** What esbuild is told to make one function of. */
export function functionBuild(name: FunctionName): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, 'lambdas', name, 'handler.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    alias: {
      '@aws-sdk/credential-provider-node': join(ROOT, 'adapters/aws/environmentCredentials.ts'),
      '@smithy/core/event-streams': join(ROOT, 'adapters/aws/noEventStreams.ts'),
    },
    // Some dependencies are CommonJS and ask for built-in modules by require.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    legalComments: 'none',
    logLevel: 'warning',
  };
}
