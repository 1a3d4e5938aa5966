import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteName } from '../../core/contract/routes.ts';

/** A call that was made to a running axis, and its answer; what differs from run to run is replaced. */
export interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent where the body is no JSON. */
  readonly body?: unknown;
  readonly status: number;
  /** Absent where there is none. */
  readonly answer?: unknown;
}

/** Calls of each route; the first one is its example. `test/contract/calls.test.ts` makes them again and compares. */
export type Calls = Readonly<Partial<Record<RouteName, readonly Call[]>>>;

export const CALLS_FILE = 'examples/calls.json';

export const readCalls = (root: string): Calls => JSON.parse(readFileSync(join(root, CALLS_FILE), 'utf8')) as Calls;

/** The JSON body of the first call that has one. */
export const requestExampleOf = (name: RouteName, calls: Calls): unknown =>
  calls[name]?.find(({ body }) => body !== undefined)?.body;

/** The first value that a call gave a parameter of the path, the query or the headers. */
export function parameterExampleOf(name: RouteName, parameter: string, calls: Calls): string | undefined {
  const values = (calls[name] ?? []).flatMap(({ path, query, headers }) => {
    const value = { ...headers, ...query, ...path }[parameter];
    return value === undefined ? [] : [value];
  });
  return values[0];
}

/** The first answer of each status that was a success. */
export function answerExamplesOf(name: RouteName, calls: Calls): Readonly<Record<string, unknown>> {
  const successes = (calls[name] ?? []).filter(({ status, answer }) => status < 300 && answer !== undefined);
  return Object.fromEntries(successes.toReversed().map(({ status, answer }) => [String(status), answer]));
}
