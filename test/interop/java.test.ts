import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from '../../adapters/xml/engine.ts';
import { sample } from '../adapters/xml/sampleFiles.ts';
import { EXCLUSIVE, type Family, INCLUSIVE, P256, P384, RSA, signDocument } from '../adapters/xml/signDocument.ts';
import { isHere } from './peer.ts';

const run = promisify(execFile);
const engine = createEngine();
const document = sample('document-new');
const PAIRS = { rsa: RSA, p256: P256, p384: P384 };
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

type Row = readonly [name: string, pair: keyof typeof PAIRS, family: Family, bits: '256' | '384', algorithm: string];

const ROWS: readonly Row[] = [
  ['RSA', 'rsa', 'rsa', '256', `${MORE}rsa-sha256`],
  ['RSA-PSS', 'rsa', 'pss', '256', 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1'],
  ['ECDSA P-256', 'p256', 'ecdsa', '256', `${MORE}ecdsa-sha256`],
  ['ECDSA P-384', 'p384', 'ecdsa', '384', `${MORE}ecdsa-sha384`],
];
const CASES = ROWS.flatMap(([name, ...row]) =>
  [EXCLUSIVE, INCLUSIVE].map(
    (method) => [`${name}, ${method === EXCLUSIVE ? 'exclusive' : 'inclusive'}`, method, ...row] as const,
  ),
);

describe.skipIf(!isHere('java', ['-version']))("Java's XML signatures", () => {
  let folder = '';
  const fileOf = (k: number, what: string): string => join(folder, `${k}-${what}.xml`);
  const keyOf = (pair: string, kind: 'pkcs8' | 'spki'): string => join(folder, `${pair}.${kind}`);
  let verdicts: readonly string[] = [];

  // One virtual machine for all signatures and one for all verifications: starting it takes longer than the work.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docaxis-java-'));
    for (const [pair, { privateKey, publicKey }] of Object.entries(PAIRS)) {
      await writeFile(keyOf(pair, 'pkcs8'), privateKey.export({ type: 'pkcs8', format: 'der' }));
      await writeFile(keyOf(pair, 'spki'), publicKey.export({ type: 'spki', format: 'der' }));
    }
    await writeFile(join(folder, 'unsigned.xml'), document);
    const jobs: string[] = [];
    for (const [k, [, method, pair, family, bits, algorithm]] of CASES.entries()) {
      const kind = pair === 'rsa' ? 'RSA' : 'EC';
      const signed = signDocument(document, { key: PAIRS[pair].privateKey, family, bits, digestBits: '256', method });
      await writeFile(fileOf(k, 'ours'), signed);
      await writeFile(fileOf(k, 'altered'), signed.toString().replace('X93.01.002', 'X93.01.003'));
      const input = join(folder, 'unsigned.xml');
      jobs.push(
        ['sign', kind, keyOf(pair, 'pkcs8'), algorithm, SHA256, method, input, fileOf(k, 'java')].join(','),
        ...['ours', 'altered'].map((what) => ['verify', kind, keyOf(pair, 'spki'), fileOf(k, what)].join(',')),
      );
    }
    const { stdout } = await run('java', [join(import.meta.dirname, 'XmlDsig.java'), ...jobs], { timeout: 110_000 });
    verdicts = stdout.trim().split('\n');
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  test('takes every job', () => expect(verdicts.length).toBe(CASES.length * 3));

  test.each(CASES.map((row, k) => [row[0], k] as const))('%s: what we sign verifies there, altered not', (_, k) => {
    expect(verdicts.slice(k * 3, k * 3 + 3)).toEqual(['signed', 'valid', 'invalid']);
  });

  test.each(CASES.map((row, k) => [row[0], k] as const))(
    '%s: what it signs verifies here, altered not',
    async (_, k) => {
      const { publicKey } = PAIRS[CASES[k]![2]];
      const signed = await readFile(fileOf(k, 'java'));
      expect(engine.open(signed).verify(publicKey)).toEqual({ ok: true });
      const altered = Buffer.from(signed.toString().replace('X93.01.002', 'X93.01.003'));
      expect(engine.open(altered).verify(publicKey)).toEqual({ ok: false, code: 'digest-mismatch' });
    },
  );
});
