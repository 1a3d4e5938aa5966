import type { CloudCall, Interference, PendingCall } from '../contract/cloudCall.ts';

/** A call to an embedded service, with its place in the sequence and the function that made it. */
export interface RecordedCall extends CloudCall {
  /** Counts from 1 without gaps. */
  readonly n: number;
  /** Name of the function whose environment signed the call. */
  readonly function?: string;
}

/** A rule for being hostile on purpose. Absent members match everything; `*` at the end of a text matches any rest. */
export interface InterferenceRule {
  readonly service?: string;
  readonly operation?: string;
  /** Role name, function name, or the logical id of either. */
  readonly principal?: string;
  readonly resource?: string;
  /** Only the nth match, counted from 1; absent: every match. */
  readonly nth?: number;
  readonly fate: Interference['fate'];
  /** For the fate `delay`: real milliseconds; for `late`: milliseconds of axis time, at most 15 minutes. */
  readonly ms?: number;
}

/** How often the rules of one setting decided a call's fate. */
export interface Strikes {
  readonly count: number;
}

export const fates: readonly Interference['fate'][] = [
  'proceed',
  'throttle',
  'fail-before',
  'fail-after',
  'kill-before',
  'kill-after',
  'delay',
  'twice',
  'lose',
  'late',
];

/** The calls that were made, newest last, and the counts of all of them. */
export class CallBook {
  readonly #capacity: number;
  readonly #functionOf: (accessKeyId: string | undefined) => string | undefined;
  #calls: RecordedCall[] = [];
  #total = 0;
  #counts: Record<string, number> = {};

  constructor(options: { capacity?: number; functionOf: (accessKeyId: string | undefined) => string | undefined }) {
    this.#capacity = options.capacity ?? 50_000;
    this.#functionOf = options.functionOf;
  }

  add(call: CloudCall): void {
    const caller = this.#functionOf(call.accessKeyId);
    const recorded = { n: ++this.#total, ...call, ...(caller === undefined ? {} : { function: caller }) };
    this.#calls.push(recorded);
    if (this.#calls.length >= 2 * this.#capacity) this.#calls = this.#calls.slice(-this.#capacity);
    const key = `${call.principal} ${call.service}:${call.operation}`;
    this.#counts[key] = (this.#counts[key] ?? 0) + 1;
  }

  /** Calls after the given number; those that fell out of the buffer are gone, but counted. */
  since(n: number): readonly RecordedCall[] {
    return this.#calls.slice(-this.#capacity).filter((call) => call.n > n);
  }

  /** `principal service:Operation` → how often since the start. */
  get counts(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  get total(): number {
    return this.#total;
  }
}

/** Judges calls by a list of rules; the first rule that matches decides. */
export class RuleInterference {
  #rules: { readonly rule: InterferenceRule; matches: number }[] = [];
  #strikes = { count: 0 };
  readonly #namesOf: (call: PendingCall) => readonly (string | undefined)[];

  /** @param namesOf every name under which the caller may be known to a rule */
  constructor(namesOf: (call: PendingCall) => readonly (string | undefined)[]) {
    this.#namesOf = namesOf;
  }

  /** Replaces the rules and begins to count anew; the answer tells at any time how often these rules have struck. */
  set(rules: readonly InterferenceRule[]): Strikes {
    this.#rules = rules.map((rule) => ({ rule, matches: 0 }));
    this.#strikes = { count: 0 };
    return this.#strikes;
  }

  judge(call: PendingCall): Interference {
    for (const entry of this.#rules) {
      const { rule } = entry;
      const matching =
        fits(rule.service, [call.service]) &&
        fits(rule.operation, [call.operation]) &&
        fits(rule.resource, [call.resource]) &&
        fits(rule.principal, this.#namesOf(call));
      if (!matching) continue;
      entry.matches++;
      if (rule.nth !== undefined && rule.nth !== entry.matches) continue;
      this.#strikes.count++;
      return rule.fate === 'delay' || rule.fate === 'late'
        ? { fate: rule.fate, ms: rule.ms ?? 0 }
        : { fate: rule.fate };
    }
    return { fate: 'proceed' };
  }
}

function fits(pattern: string | undefined, names: readonly (string | undefined)[]): boolean {
  if (pattern === undefined || pattern === '*') return true;
  const start = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
  return names.some((name) => name !== undefined && (start === undefined ? name === pattern : name.startsWith(start)));
}
