import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { type AttackCase, attackFile, loadAttackSet, runAttackTable } from './attackTable.ts';
import { engineJudge } from './engineJudge.ts';

const { cases } = loadAttackSet();
const run = promisify(execFile);

/** Reasons that may stand behind a refusal of each category, so that nothing is refused by accident. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  control: ['signature-canonicalization', 'signature-reference'],
  // Two of them put their attribute into the XML declaration; profile.test.ts has them on an element.
  'digest-mismatch': ['digest-mismatch', 'comment', 'declaration'],
  'signature-mismatch': ['signature-mismatch', 'comment'],
  structure: ['signature-structure', 'signature-count', 'duplicate-element'],
  wrapping: ['signature-reference', 'signature-structure', 'signature-position', 'signature-count'],
  coverage: ['signature-reference', 'signature-structure'],
  'duplicate-id': ['signature-reference', 'xml-id'],
  'namespace-uri': ['namespace-uri'],
  'processing-instruction': ['processing-instruction'],
  comment: ['comment'],
  cdata: ['cdata'],
  'unsigned-content': ['signature-structure', 'signature-key-info'],
  doctype: ['doctype'],
  algorithm: ['signature-algorithm', 'signature-canonicalization', 'signature-digest-algorithm', 'algorithm'],
  'untrusted-key': ['untrusted', 'signature-mismatch'],
  'key-retrieval': ['signature-key-info'],
  'signer-not-sender': ['untrusted'],
  // A chain that shows a trusted certificate above the forged one is tried with that certificate's key.
  'certificate-path': ['untrusted', 'signature-mismatch'],
  'weak-key': ['untrusted'],
  'no-certificate': ['untrusted'],
  transform: ['signature-transform', 'signature-structure'],
  reference: ['signature-reference', 'signature-structure'],
  position: ['signature-position'],
  'no-signature': ['unsigned'],
  encoding: ['encoding', 'declaration'],
  malformed: [
    ...['malformed', 'character', 'reference', 'declaration', 'duplicate-attribute', 'undeclared-prefix'],
    'namespace-declaration',
  ],
  limit: ['depth', 'attributes', 'name', 'nodes', 'names'],
};

describe('the attack set', () => {
  test('is complete and unchanged', () => {
    expect(cases.length).toBe(162);
    expect(new Set(cases.map((attack) => attack.id)).size).toBe(cases.length);
    for (const { file, sha256 } of cases)
      expect(createHash('sha256').update(attackFile(file)).digest('hex')).toBe(sha256);
  });

  test('gets its expected verdicts from one engine that reads all documents one after the other', async () => {
    const result = await runAttackTable(cases, engineJudge());
    console.info(`optional cases judged otherwise:\n  ${result.differing.join('\n  ') || 'none'}`);
    expect(result.wrong).toEqual([]);
    expect(result.run).toBe(cases.length);
    // Hostile documents must be cheap; generous, because the machine is shared.
    expect(result.slowest.ms, result.slowest.id).toBeLessThan(500);
  });

  test('is refused for the reason that each case is about', async () => {
    const { reasons } = await runAttackTable(cases, engineJudge());
    const strange = cases.flatMap(({ id, category }) => {
      const reason = reasons.get(id) ?? 'not run';
      return reason === 'ok' || REASONS[category]?.includes(reason) ? [] : [`${id} (${category}): ${reason}`];
    });
    expect(strange).toEqual([]);
  });

  test('gets the same verdicts, for the same reasons, from the same engine in reverse order', async () => {
    const forward = await runAttackTable(cases, engineJudge());
    const backward = await runAttackTable([...cases].reverse(), engineJudge());
    expect(new Map([...backward.reasons].sort())).toEqual(new Map([...forward.reasons].sort()));
  });

  test('gets the same verdicts from a fresh process for every case', { timeout: 120_000 }, async () => {
    const { reasons } = await runAttackTable(cases, engineJudge());
    const folder = await mkdtemp(join(tmpdir(), 'docaxis-attacks-'));
    const script = await bundledJudge(folder);
    const waiting = [...cases];
    const other: string[] = [];
    let judged = 0;
    const worker = async () => {
      for (let attack = waiting.pop(); attack !== undefined; attack = waiting.pop()) {
        const output = await judgeInFreshProcess(script, attack);
        judged++;
        const expected = reasons.get(attack.id);
        if (output !== `${expected === 'ok' ? 'accept' : 'refuse'} ${expected}`) other.push(`${attack.id}: ${output}`);
      }
    };
    try {
      await Promise.all([worker(), worker()]);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(other).toEqual([]);
    expect(judged).toBe(cases.length);
  });
});

/** One file starts in half the time of three dozen modules. */
async function bundledJudge(folder: string): Promise<string> {
  const outfile = join(folder, 'judgeOnce.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'judgeOnce.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
  });
  return outfile;
}

async function judgeInFreshProcess(script: string, { id, file }: AttackCase): Promise<string> {
  const { stdout } = await run(process.execPath, [script, id, file], { timeout: 20_000 });
  return stdout;
}

describe('known failure cases of document exchanges', () => {
  /** Documents of these categories, all hostile, that were not refused. */
  const takenOf = async (...categories: readonly string[]): Promise<readonly string[]> => {
    const hostile = cases.filter(({ category }) => categories.includes(category));
    expect(hostile.length).toBeGreaterThanOrEqual(categories.length);
    expect(hostile.every(({ expected }) => expected === 'refuse')).toBe(true);
    return (await runAttackTable(hostile, engineJudge())).wrong;
  };

  test('10: unsigned, signed in part, altered after signing: refused', async () => {
    expect(await takenOf('no-signature', 'coverage', 'digest-mismatch', 'unsigned-content')).toEqual([]);
  });

  test('11: signatures wrapped, moved, doubled or nested, and ids twice: refused', async () => {
    expect(await takenOf('wrapping', 'structure', 'position', 'duplicate-id')).toEqual([]);
  });

  test('12: weak or disallowed algorithms, downgrades, wrong keys: refused', async () => {
    expect(await takenOf('algorithm', 'weak-key', 'signature-mismatch')).toEqual([]);
  });
});
