import { parseArgs } from 'node:util';
import type { OperatorRole } from '../core/contract/routes.ts';
import { AxisClient } from './axisClient.ts';
import type { Language } from './axisRefusal.ts';
import {
  type AxisIdentity,
  type Command,
  type CommandContext,
  EXIT,
  type ExitCode,
  type Invocation,
} from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { explainFailure } from './explainFailure.ts';
import { findOperatorProfile, findProfile, profileFile } from './findProfile.ts';
import { GENERAL_OPTIONS } from './generalOptions.ts';
import { commandHelp, generalHelp } from './help.ts';
import { OperatorClient } from './operatorClient.ts';
import type { OperatorCredentials } from './operatorProfile.ts';
import type { Profile } from './profile.ts';
import type { Screen } from './screen.ts';
import { tabbed, table } from './table.ts';
import { UsageError } from './usageError.ts';
import { WORDS } from './words.ts';

/** The process around the command: given by the caller, so that tests need no process. */
export interface CommandProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly fetch: typeof globalThis.fetch;
  /** Writes a line to standard output, or to standard error. */
  readonly out: (line: string) => void;
  /** Standard output is a terminal: tables are aligned and cut for eyes, else tabs stand between whole cells. */
  readonly terminal?: boolean;
  /** Titles of tables are marked. */
  readonly colour?: boolean;
  readonly err: (line: string) => void;
  /** Columns of the terminal now. */
  readonly columns?: () => number;
  /** Takes the terminal to draw on; absent where there is none. */
  readonly openScreen?: () => Screen;
  /** Replaces the line at the bottom of a terminal; absent where there is none. */
  readonly progress?: (line: string) => void;
}

/**
 * Runs one `docaxis` command line. Never throws and never prints a stack trace.
 *
 * @returns the exit code: 0 done, 1 refused, 2 not understood, 3 the axis could not be reached or failed.
 */
export async function runCommandLine(argv: readonly string[], process: CommandProcess): Promise<ExitCode> {
  const [first = 'help', ...others] = argv;
  if (['help', '--help', '-h'].includes(first)) {
    process.out(helpAbout(others));
    return EXIT.done;
  }
  const json = others.includes('--json');
  let language = languageOf(process.env);
  try {
    const command = findCommand(argv);
    if (command === undefined) {
      if (groupOf(first).length > 0 && others.some((word) => word === '--help' || word === '-h')) {
        process.out(helpAbout(argv));
        return EXIT.done;
      }
      throw new UsageError(unknownCommand(first));
    }
    const invocation = parse(command, argv.slice(wordsOf(command, argv)));
    language = wantedLanguage(invocation) ?? language;
    if (invocation.flag('help')) {
      process.out(commandHelp(command, GENERAL_OPTIONS));
      return EXIT.done;
    }
    checkCount(command, invocation);
    return await command.run(invocation, contextOf(invocation, process, language));
  } catch (error) {
    const { lines, code } = explainFailure(error, { language, json });
    for (const line of lines) process.err(line);
    return code;
  }
}

/** The command that the first words name; of `agency cert add` and `agency` the longer name counts. */
const findCommand = (argv: readonly string[]): Command | undefined =>
  COMMANDS.filter((command) => wordsOf(command, argv) > 0).toSorted((a, b) => wordsOf(b, argv) - wordsOf(a, argv))[0];

/** How many of the first words name a command; 0 if they do not. */
function wordsOf(command: Command, argv: readonly string[]): number {
  const words = [command.name, ...command.aliases]
    .map((name) => name.split(' '))
    .find((name) => name.every((word, index) => argv[index] === word));
  return words?.length ?? 0;
}

/** Commands of several words that begin with one. */
const groupOf = (first: string): readonly Command[] => COMMANDS.filter(({ name }) => name.startsWith(`${first} `));

function helpAbout(words: readonly string[]): string {
  const about = findCommand(words);
  if (about) return commandHelp(about, GENERAL_OPTIONS);
  const group = groupOf(words[0] ?? '');
  return generalHelp(group.length > 0 ? group : COMMANDS);
}

function unknownCommand(first: string): string {
  const group = groupOf(first).map(({ name }) => name);
  return group.length > 0
    ? `which one? docaxis ${group.join(' | ')}`
    : `there is no command ${first}; see docaxis --help`;
}

function parse(command: Command, args: readonly string[]): Invocation {
  const known = { ...command.options, ...GENERAL_OPTIONS };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value: _, help: __, ...option }]) => [name, option]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return invocationOf(values, positionals);
  } catch (error) {
    // parseArgs explains the mistake in its first sentence and guesses at remedies after it.
    const [sentence = 'not understood'] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${sentence}; see docaxis ${command.name} --help`);
  }
}

type ParsedValue = string | boolean | readonly (string | boolean)[] | undefined;

function invocationOf(values: Readonly<Record<string, ParsedValue>>, positionals: readonly string[]): Invocation {
  const text = (option: string): string | undefined => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    argument: positionals[0] ?? '',
    text,
    texts: (option) => {
      const value = values[option];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
    },
    flag: (option) => values[option] === true,
    number: (option, { least, most }) => {
      const given = text(option);
      if (given === undefined) return undefined;
      const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw new UsageError(`--${option} is a whole number from ${least} to ${most}`);
    },
  };
}

function checkCount(command: Command, { positionals }: Invocation): void {
  const [least, most] = command.takes;
  if (positionals.length >= least && positionals.length <= most) return;
  throw new UsageError(`usage: docaxis ${command.name} ${command.usage}`);
}

function wantedLanguage(invocation: Invocation): Language | undefined {
  const wanted = invocation.text('lang');
  if (wanted === undefined || wanted === 'vi' || wanted === 'en') return wanted;
  throw new UsageError('--lang is vi or en');
}

/** The language of the person's terminal (POSIX locale names, e.g. `vi_VN.UTF-8`). */
function languageOf(env: CommandProcess['env']): Language {
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').startsWith('vi') ? 'vi' : 'en';
}

async function operatorClient(
  invocation: Invocation,
  { env, cwd, now, pause, fetch, err }: CommandProcess,
  language: Language,
): Promise<OperatorClient> {
  const wanted = invocation.text('profile') ?? env.DOCAXIS_PROFILE ?? 'operator';
  const profile = await findOperatorProfile({ wanted, cwd, warn: (sentence) => err(`docaxis: ${sentence}`) });
  const { url, region, roles } = profile;
  const credentials = (role: OperatorRole) => roles?.[role] ?? environmentCredentials(env);
  return new OperatorClient({ url, region, credentials, language, fetch, now, pause });
}

function environmentCredentials(env: CommandProcess['env']): OperatorCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError('no credentials: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN');
  return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) };
}

function contextOf(invocation: Invocation, process: CommandProcess, language: Language): CommandContext {
  const json = invocation.flag('json');
  const { cwd, now, pause, fetch, terminal = false, colour = false } = process;
  const wantedProfile = invocation.text('profile') ?? process.env.DOCAXIS_PROFILE;
  const connect = (identity: AxisIdentity): AxisClient => new AxisClient({ ...identity, language, now, pause, fetch });
  let found: Promise<Profile> | undefined;
  const profile = (): Promise<Profile> => {
    found ??= findProfile({ wanted: wantedProfile, cwd, warn: (sentence) => process.err(`docaxis: ${sentence}`) });
    return found;
  };
  const client = async (): Promise<AxisClient> => {
    const { url, axis, system, key } = await profile();
    return connect({ url, audience: axis, system, key });
  };
  const say = (line: string): void => {
    if (!json) process.out(line);
  };
  return {
    language,
    cwd,
    now,
    pause,
    profile,
    profileFile: () => profileFile({ wanted: wantedProfile, cwd }),
    client,
    progress: (line) => process.progress?.(line),
    look: () => ({ columns: process.columns?.() ?? 80, colour }),
    ...(process.openScreen ? { openScreen: process.openScreen } : {}),
    connect,
    operator: () => operatorClient(invocation, process, language),
    say,
    table: (titles, rows) => say(terminal ? table(titles, rows, { colour }) : tabbed(titles, rows)),
    result: (value) => {
      if (json) process.out(JSON.stringify(value, null, 2));
    },
    word: (word) => WORDS[word][language],
  };
}
