import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod/mini';
import { createWorld } from '../../world/world.ts';
import { ROOT } from '../kit/stock.ts';
import { type Desk, openDesk, profileOf } from './commandRun.ts';

const RESULT = z.object({
  behaviours: z.array(
    z.object({
      name: z.string(),
      required: z.boolean(),
      outcome: z.enum(['handled', 'not-handled', 'not-met']),
      because: z.string(),
    }),
  ),
});

/** A machine that is busy with other tests makes every client slow. */
const PATIENCE = ['--silence', '8', '--seconds', '60'];

export interface KitDesk extends Desk {
  /** Plays behaviours, all if none is named, against a client. */
  play(client: readonly string[], ...behaviours: readonly string[]): Promise<KitResult>;
}

export interface KitResult {
  readonly code: number;
  readonly behaviours: z.infer<typeof RESULT>['behaviours'];
  /** Names of the behaviours with this outcome. */
  named(outcome: 'handled' | 'not-handled' | 'not-met'): readonly string[];
}

/** A folder with one profile of today: the kit's clocks are real. */
export async function openKitDesk(): Promise<KitDesk> {
  const desk = await openDesk();
  await desk.writeProfile('x92', profileOf(await createWorld({ at: new Date() }), 'http://127.0.0.1:9'));
  return {
    ...desk,
    play: async (client, ...behaviours) => {
      const only = behaviours.flatMap((name) => ['--behaviour', name]);
      const { code, out, err } = await desk.run('kit', 'run', '--json', ...PATIENCE, ...only, '--', ...client);
      if (err !== '') throw new Error(err);
      const result = RESULT.parse(JSON.parse(out));
      const named = (outcome: string) => result.behaviours.flatMap((one) => (one.outcome === outcome ? one.name : []));
      return { code, behaviours: result.behaviours, named };
    },
  };
}

export const naiveClient = [process.execPath, join(ROOT, 'examples/kit/naiveClient.ts')] as const;

/** The adapter of the SDK as an agency would run it: bundled, so that it starts quickly. */
export async function bundledSdkClient(folder: string): Promise<readonly string[]> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, 'examples/kit/sdkClient.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    logLevel: 'warning',
  });
  return [process.execPath, join(folder, 'sdkClient.mjs')];
}

/** A client of a few lines of JavaScript. */
export async function writeClient(folder: string, code: string): Promise<readonly string[]> {
  const file = join(folder, 'client.mjs');
  await writeFile(file, code);
  await chmod(file, 0o700);
  return [process.execPath, file];
}
