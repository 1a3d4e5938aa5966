import type { ParseArgsOptionsConfig } from 'node:util';
import type { AxisClient, AxisClientOptions } from './axisClient.ts';
import type { Language } from './axisRefusal.ts';
import type { OperatorClient } from './operatorClient.ts';
import type { Profile } from './profile.ts';
import type { Screen } from './screen.ts';
import type { Word } from './words.ts';

/** An option of a command, as `node:util` parseArgs wants it, with its line of help. */
export type CommandOption = ParseArgsOptionsConfig[string] & {
  /** Placeholder in the help, for options with a value. */
  readonly value?: string;
  readonly help: string;
};

/** What the person typed, parsed. */
export interface Invocation {
  readonly positionals: readonly string[];
  /** The only positional argument. */
  readonly argument: string;
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  flag(option: string): boolean;
  /** A whole number within bounds; a UsageError names the option otherwise. */
  number(option: string, bounds: { readonly least: number; readonly most: number }): number | undefined;
}

/** Who talks to which axis. */
export type AxisIdentity = Pick<AxisClientOptions, 'url' | 'audience' | 'system' | 'key'>;

/** What a command may use of the world around it. */
export interface CommandContext {
  readonly language: Language;
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Reads the profile when a command needs it, not before. */
  profile(): Promise<Profile>;
  /** Where the profile lies. */
  profileFile(): Promise<string>;
  client(): Promise<AxisClient>;
  /** A client that needs no profile. */
  connect(identity: AxisIdentity): AxisClient;
  /** A client of the operators' routes, by the operator's profile. */
  operator(): Promise<OperatorClient>;
  /** A line on standard output. With `--json` only `result` writes there. */
  say(line: string): void;
  /** Shows how far it is, on a terminal only; an empty line ends it. */
  progress(line: string): void;
  /** How wide the terminal is now (80 columns where there is none), and whether it shows colours. */
  look(): { readonly columns: number; readonly colour: boolean };
  /** Takes the terminal to draw on; absent where there is none. */
  readonly openScreen?: () => Screen;
  /** Rows under their titles, on standard output. */
  table(titles: readonly string[], rows: readonly (readonly string[])[]): void;
  /** The machine-readable result: printed as JSON with `--json`, else not at all. */
  result(value: unknown): void;
  word(word: Word): string;
}

/** Exit codes of `docaxis`. */
export const EXIT = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface Command {
  /** One word, or several that stand one after the other: `agency cert add`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: Readonly<Record<Language, string>>;
  /** Arguments and typical options, after the name. */
  readonly usage: string;
  /** A command line that works. */
  readonly example: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Least and most positional arguments. */
  readonly takes: readonly [least: number, most: number];
  run(invocation: Invocation, context: CommandContext): Promise<ExitCode>;
}
