/** A number from 0 up to but without `below`. */
export type Random = (below: number) => number;

/**
 * One input as flat texts by name, so that every kind can be kept in a file and made smaller by the same steps. Octets are written
 * as Latin-1; `{{name}}` stands for what only the running axis knows.
 */
export type Input = Readonly<Record<string, string>>;

/** Something that meets the outside. */
export interface Target {
  readonly name: string;
  /** Milliseconds of processor time that one input may take. */
  readonly limitMs: number;
  make(random: Random): Input;
  /** What is wrong with how the input was answered: a kind, a colon, and what was seen. Undefined when all is well. */
  judge(input: Input): Promise<string | undefined>;
}

export const octets = (text: string): Buffer => Buffer.from(text, 'latin1');
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[random(from.length)];
  if (found === undefined) throw new RangeError('nothing to pick from');
  return found;
}

/** The kind of what was found: what must stay the same while the input is made smaller. */
export const kindOf = (found: string): string => found.split(':')[0] ?? found;
