import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { createEngine } from '../../adapters/xml/engine.ts';
import { insertSignature } from '../../adapters/xml/insertSignature.ts';
import { createAuthorities, issueSigner } from '../../world/authorities.ts';
import { sample } from '../adapters/xml/sampleFiles.ts';
import { EXCLUSIVE, type Family, INCLUSIVE, P256, P384, RSA, signDocument } from '../adapters/xml/signDocument.ts';
import { isHere } from './peer.ts';

const run = promisify(execFile);
const engine = createEngine();
const document = sample('document-new');
const PAIRS = { rsa: RSA, p256: P256, p384: P384 };

type Row = readonly [name: string, pair: keyof typeof PAIRS, family: Family, bits: '256' | '384' | '512'];
const ROWS: readonly Row[] = [
  ['RSA-SHA256', 'rsa', 'rsa', '256'],
  ['RSA-SHA512', 'rsa', 'rsa', '512'],
  ['ECDSA-SHA256 on P-256', 'p256', 'ecdsa', '256'],
  ['ECDSA-SHA384 on P-384', 'p384', 'ecdsa', '384'],
];
const CASES = ROWS.flatMap(([name, pair, family, bits]) =>
  [EXCLUSIVE, INCLUSIVE].map((method) => ({
    name: `${name}, ${method === EXCLUSIVE ? 'exclusive' : 'inclusive'}`,
    ...{ pair, family, bits, method },
  })),
);

describe.skipIf(!isHere('xmlsec1', ['--version']))('xmlsec1', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docaxis-xmlsec-'));
    for (const [pair, { privateKey, publicKey }] of Object.entries(PAIRS)) {
      await writeFile(join(folder, `${pair}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await writeFile(join(folder, `${pair}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const accepts = async (bytes: Buffer, ...options: readonly string[]): Promise<boolean> => {
    const file = join(folder, 'asked.xml');
    await writeFile(file, bytes);
    return run('xmlsec1', ['--verify', ...options, file]).then(
      () => true,
      () => false,
    );
  };

  test.each(CASES)('$name: what we sign verifies there, altered not', async ({ pair, family, bits, method }) => {
    const signed = signDocument(document, { key: PAIRS[pair].privateKey, family, bits, digestBits: '256', method });
    const key = ['--pubkey-pem', join(folder, `${pair}.pub`)];
    expect(await accepts(signed, ...key)).toBe(true);
    expect(await accepts(altered(signed), ...key)).toBe(false);
  });

  test.each(CASES)('$name: what it signs verifies here, altered not', async ({ pair, family, bits, method }) => {
    const template = join(folder, 'template.xml');
    const output = join(folder, 'signed.xml');
    await writeFile(template, insertSignature(document, emptySignature({ family, bits, method })));
    await run('xmlsec1', ['--sign', '--privkey-pem', join(folder, `${pair}.key`), '--output', output, template]);
    const signed = await readFile(output);
    expect(engine.open(signed).verify(PAIRS[pair].publicKey)).toEqual({ ok: true });
    expect(engine.open(altered(signed)).verify(PAIRS[pair].publicKey)).toEqual({ ok: false, code: 'digest-mismatch' });
  });

  test.each(['rsa-2048', 'p-256'] as const)(
    'accepts what the client signs with a %s certificate, by its path',
    async (key) => {
      const at = new Date('2026-11-22T00:00:00Z');
      const authorities = await createAuthorities(at);
      const signer = await issueSigner(authorities, { code: 'X91.04', name: 'Sở Thử nghiệm', key, at });
      const signed = await signEdxml(document, { key: signer.privateKey, certificates: signer.chain });
      const root = join(folder, 'root.der');
      await writeFile(root, authorities.root.certificate);
      const trust = ['--trusted-der', root, '--verification-gmt-time', '2026-11-22 00:00:00'];
      expect(await accepts(signed, ...trust)).toBe(true);
      expect(await accepts(altered(signed), ...trust)).toBe(false);
    },
  );
});

function altered(signed: Buffer): Buffer {
  return Buffer.from(signed.toString().replace('X93.01.002', 'X93.01.003'));
}

/** A Signature whose values are left for xmlsec1 to fill in. */
function emptySignature({ family, bits, method }: { family: Family; bits: string; method: string }): string {
  const ds = 'http://www.w3.org/2000/09/xmldsig#';
  return [
    `<ds:Signature xmlns:ds="${ds}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${method}"/>`,
    `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#${family}-sha${bits}"/>`,
    `<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="${ds}enveloped-signature"/>`,
    `<ds:Transform Algorithm="${method}"/></ds:Transforms>`,
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>',
    '</ds:SignedInfo><ds:SignatureValue/></ds:Signature>',
  ].join('');
}
