import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandProcess, runCommandLine } from '../../client/commandLine.ts';
import { pemOf } from '../../client/pemCertificates.ts';
import type { Profile } from '../../client/profile.ts';
import { createWorld, type World } from '../../world/world.ts';
import { PRIVATE_KEY } from './fakeAxis.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');

interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder in which the command runs, with profiles of its own. */
export interface Desk {
  readonly cwd: string;
  run(...argv: readonly string[]): Promise<CommandRun>;
  /** On a terminal with colour, or with the output going to a program. */
  runOn(output: 'colour' | 'program', ...argv: readonly string[]): Promise<CommandRun>;
  runWith(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<CommandRun>;
  writeProfile(name: string, profile: unknown): Promise<void>;
  remove(): Promise<void>;
}

/**
 * @param now the desk's clock; a fixed time if absent.
 * @param pause how it waits; not at all if absent.
 */
export async function openDesk(
  now: () => number = () => NOW,
  pause: (ms: number) => Promise<void> = async () => undefined,
): Promise<Desk> {
  const cwd = await mkdtemp(join(tmpdir(), 'docaxis-desk-'));
  const runAs = async (
    argv: readonly string[],
    { env = {}, ...output }: Partial<Pick<CommandProcess, 'env' | 'terminal' | 'colour'>> = {},
  ): Promise<CommandRun> => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommandLine(argv, {
      env,
      cwd,
      now,
      pause,
      fetch: globalThis.fetch,
      terminal: true,
      ...output,
      out: (line) => out.push(line),
      err: (line) => err.push(line),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  return {
    cwd,
    runWith: (env, ...argv) => runAs(argv, { env }),
    runOn: (output, ...argv) => runAs(argv, { terminal: output === 'colour', colour: output === 'colour' }),
    run: (...argv) => runAs(argv),
    writeProfile: async (name, profile) => {
      const folder = join(cwd, '.docaxis', 'profiles');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${name}.json`), JSON.stringify(profile), { mode: 0o600 });
    },
    remove: () => rm(cwd, { recursive: true, force: true }),
  };
}

export const makeWorld = (): Promise<World> => createWorld({ at: new Date(NOW) });

/** A profile for X92 of a world. */
export function profileOf(world: World, url: string): Profile {
  const { signer, name } = world.agency('X92');
  return {
    version: 1,
    kind: 'system',
    url,
    axis: 'axis-test',
    system: 'test-system',
    name: 'Hệ thống thử',
    key: { x: '', y: '', d: '', ...PRIVATE_KEY, kty: 'EC', crv: 'P-256' },
    agencies: [
      {
        code: 'X92',
        name,
        signingKey: String(signer.privateKey.export({ format: 'pem', type: 'pkcs8' })),
        certificates: signer.chain.map(pemOf),
      },
      { code: 'X91.04', name: 'Sở Thử nghiệm' },
    ],
    trust: { anchors: world.anchors.map(pemOf), intermediates: [] },
    receiptIssuer: {},
  };
}

export const DELIVERY_ID = `dlv_${'a'.repeat(32)}`;
export const DISPATCH_ID = `dsp_${'a'.repeat(32)}`;

export const headlineOf = (content: Buffer) => ({
  kind: 'document',
  business: 0,
  documentId: 'DOC-1',
  senderCode: 'X91.04',
  senderName: 'Sở Thử nghiệm',
  codeNumber: '15',
  codeNotation: 'STN-VP',
  subject: 'Về việc \u001b[2Jkiểm thử',
  priority: 1,
  signed: 'xmldsig',
  sha256: createHash('sha256').update(content).digest('hex'),
  bytes: content.length,
  acceptedAt: '2026-11-21T07:59:00.000Z',
});

/** A delivery as the axis answers it. */
export const deliveryOf = (content: Buffer, state = 'offered') => ({
  deliveryId: DELIVERY_ID,
  dispatchId: DISPATCH_ID,
  state,
  recipient: 'X92',
  urgent: true,
  headline: headlineOf(content),
});
