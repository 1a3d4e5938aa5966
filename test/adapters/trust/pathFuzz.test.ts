import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Oid } from '../../../adapters/trust/oids.ts';
import { type PathRequest, validatePath } from '../../../adapters/trust/path.ts';
import { makeKeys } from '../../../world/certificates.ts';
import { randomSource } from '../xml/fuzz.ts';
import { randomPath } from './randomPaths.ts';

/** Seconds of random paths beyond the first ones; the seed is fixed unless DOCAXIS_FUZZ_SEED says otherwise. */
const SECONDS = Number(process.env.DOCAXIS_FUZZ ?? 0);
const FIRST = 20;
const SEED = Number(process.env.DOCAXIS_FUZZ_SEED ?? 1);

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('SKIPPED: openssl is not installed; random paths are not judged by a second reader');

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

/** What openssl says of the path, and why. */
function opensslOn(
  folder: string,
  { leaf, intermediates, anchors, at, policy = {} }: PathRequest,
): { ok: boolean; why: string } {
  const file = (name: string, certificates: readonly Buffer[]): string => {
    writeFileSync(join(folder, name), certificates.map(pem).join(''));
    return join(folder, name);
  };
  const args = ['verify', '-no-CApath', '-no-CAstore', '-attime', `${at.getTime() / 1000}`];
  args.push('-CAfile', file('anchors.pem', anchors), '-untrusted', file('others.pem', intermediates), '-policy_check');
  if (policy.requireExplicit) args.push('-explicit_policy');
  if (policy.inhibitMapping) args.push('-inhibit_map');
  for (const oid of policy.acceptable ?? [Oid.anyPolicy]) args.push('-policy', oid);
  const { status, stderr } = spawnSync('openssl', [...args, file('leaf.pem', [leaf])], { encoding: 'utf8' });
  return { ok: status === 0, why: stderr };
}

test.skipIf(!hasOpenssl)(
  'random paths with constraints on names and policies get the same verdict from openssl',
  { timeout: SECONDS * 2000 + 30_000 },
  async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => makeKeys('p-256')));
    const folder = mkdtempSync(join(tmpdir(), 'docaxis-paths-'));
    const random = randomSource(SEED);
    const counts = { accepted: 0, refused: 0 };
    const differing: string[] = [];
    try {
      const end = performance.now() + SECONDS * 1000;
      for (let count = 1; (count <= FIRST || performance.now() < end) && differing.length === 0; count++) {
        const request = randomPath(random, keys);
        const mine = validatePath({ ...request, purpose: 'any' });
        const other = opensslOn(folder, request);
        counts[mine.ok ? 'accepted' : 'refused']++;
        const reasons = mine.checks.map(({ reason }) => reason).join(' ');
        if (mine.ok !== other.ok) differing.push(`path ${count}: ${reasons} / ${other.why}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    console.info(`seed ${SEED}: ${JSON.stringify(counts)}`);
    expect(differing).toEqual([]);
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(0);
  },
);
