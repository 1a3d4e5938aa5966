import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DataFolderInUse } from './runtime/dataFolder.ts';
import { PortTaken } from './runtime/portTaken.ts';
import { type LocalAxis, NotAnAxisFolder, startLocalAxis } from './startLocalAxis.ts';
import { SynthesisFailed } from './synthesize.ts';

const HELP = `usage: npm start -- [--port N] [--data DIR] [--fresh]

Runs the whole axis on this machine, in one process: the same stack that is deployed, on embedded services.
The first start enrols a sample world (two systems, four agencies) and writes a profile for each system.

  --port N    port on 127.0.0.1 (default: 4010; 0: any that is free)
  --data DIR  folder that keeps everything (default: .docaxis)
  --fresh     forget what the folder holds and begin anew
  --help      print this help

Ctrl-C stops it; the next start goes on where it was.
Exit codes: 0 stopped, 1 failed, 2 not understood, port taken or folder in use`;

const DEFAULT_DATA = '.docaxis';
const ROOT = join(import.meta.dirname, '..');

interface Settings {
  readonly port: number;
  readonly data: string;
  readonly fresh: boolean;
  readonly help: boolean;
}

/** The command line was not understood. */
class UsageError extends Error {}

function readSettings(argv: readonly string[]): Settings {
  const options = {
    port: { type: 'string' },
    data: { type: 'string' },
    fresh: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true });
    const { port = '4010', data = DEFAULT_DATA, fresh = false, help = false } = values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port is a number from 0 to 65535');
    if (data === '') throw new UsageError('--data is a folder');
    return { port: Number(port), data, fresh, help };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : 'not understood');
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const settings = readSettings(argv);
  if (settings.help) {
    console.log(HELP);
    return 0;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  const { port, data, fresh } = settings;
  const onStage = (stage: string): void => console.log(`… ${stage}`);
  const local = await startLocalAxis({ root: ROOT, data, port, fresh, signal: interrupted.signal, onStage });
  console.log(welcome(local, settings));
  const stop = (): void => void local.axis.stop();
  if (interrupted.signal.aborted) stop();
  interrupted.signal.addEventListener('abort', stop);
  await local.axis.stopped;
  console.log('stopped');
  return 0;
}

function welcome({ facts, profiles }: LocalAxis, { data }: Settings): string {
  const sender = data === DEFAULT_DATA ? 'trung-tam-mau' : shown(profiles['trung-tam-mau'] ?? '');
  const recipient = data === DEFAULT_DATA ? 'bo-minh-hoa' : shown(profiles['bo-minh-hoa'] ?? '');
  return `
docaxis runs at ${facts.url} (axis ${facts.axis})

  profiles  ${Object.values(profiles).map(shown).join('\n            ')}
  data      ${shown(data)}   log  ${shown(join(data, 'axis.log'))}
  control   ${facts.control.url} (token in ${shown(join(data, 'control.token'))})

Try next, in another terminal:

  npx docaxis submit examples/documents/official-letter.edxml --sign --profile ${sender}
  npx docaxis inbox --lang vi --profile ${recipient}
  npx docaxis receive --acknowledge --profile ${recipient}
  npm run demo

Ctrl-C stops it; npm start goes on where it was; npm start -- --fresh begins anew.`;
}

/** A path as one would type it from here. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? resolve(path) : fromHere || '.';
}

function explain(error: unknown): { readonly sentence: string; readonly code: number } {
  if (error instanceof UsageError) return { sentence: `${error.message}; see npm start -- --help`, code: 2 };
  if (error instanceof PortTaken) return { sentence: `${error.message} with --port`, code: 2 };
  if (error instanceof DataFolderInUse || error instanceof NotAnAxisFolder) return { sentence: error.message, code: 2 };
  if (error instanceof SynthesisFailed) return { sentence: error.message, code: 1 };
  return { sentence: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 1 };
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof Error && error.name === 'AbortError') process.exit(0);
  const { sentence, code } = explain(error);
  console.error(`axis: ${sentence}`);
  process.exitCode = code;
}
