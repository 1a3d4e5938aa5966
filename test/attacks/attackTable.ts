import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'vectors');

/** One hostile or control document of the set; the fields are those of its manifest. */
export interface AttackCase {
  readonly id: string;
  readonly file: string;
  readonly expected: 'accept' | 'refuse';
  readonly category: string;
  readonly optional?: boolean;
  readonly layer?: string;
  readonly dos?: boolean;
  readonly sha256: string;
}

export interface AttackSet {
  readonly cases: readonly AttackCase[];
  readonly trustAnchor: string;
  readonly intermediates: readonly string[];
  readonly validationTime: string;
  readonly sender: string;
}

export interface Verdict {
  readonly verdict: 'accept' | 'refuse';
  /** The judge's own word for why. */
  readonly reason: string;
}

/** Whatever decides on a document: the engine with a list of certificates, or a whole verify step. */
export type Judge = (document: Buffer, attack: AttackCase) => Verdict | Promise<Verdict>;

export interface TableResult {
  readonly run: number;
  /** Cases with another verdict than expected, but for the optional ones. */
  readonly wrong: readonly string[];
  /** Optional cases with another verdict. */
  readonly differing: readonly string[];
  readonly reasons: ReadonlyMap<string, string>;
  readonly slowest: { readonly id: string; readonly ms: number };
}

export function loadAttackSet(): AttackSet {
  return JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as AttackSet;
}

export function attackFile(file: string): Buffer {
  return readFileSync(join(FOLDER, file));
}

/** Puts every case before a judge. Counts what it ran, so that nothing passes by being skipped. */
export async function runAttackTable(cases: readonly AttackCase[], judge: Judge): Promise<TableResult> {
  const wrong: string[] = [];
  const differing: string[] = [];
  const reasons = new Map<string, string>();
  let slowest = { id: '', ms: 0 };
  for (const attack of cases) {
    const document = attackFile(attack.file);
    const started = performance.now();
    const { verdict, reason } = await judge(document, attack);
    const ms = performance.now() - started;
    if (ms > slowest.ms) slowest = { id: attack.id, ms };
    reasons.set(attack.id, reason);
    const line = `${attack.id}: expected ${attack.expected}, got ${verdict} (${reason})`;
    if (verdict !== attack.expected) (attack.optional === true ? differing : wrong).push(line);
  }
  return { run: reasons.size, wrong, differing, reasons, slowest };
}
