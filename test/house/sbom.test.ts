import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledPackages } from '../../scripts/sbom/bundledPackages.ts';
import { type Sbom, sbomText } from '../../scripts/sbom/cycloneDx.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Licences whose code may be handed on inside ours. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

let out: string;
const read = (name: string): string => readFileSync(join(out, name), 'utf8');

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'docaxis-sbom-'));
  execFileSync(process.execPath, ['scripts/sbom.ts', '--out', out], { cwd: ROOT });
  // Every function is bundled once more, beside every other suite.
}, 180_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe.each([
  ['functions.json', ['@aws-sdk/client-dynamodb', '@middy/core', 'jose', 'zod']],
  ['client.json', ['aws4fetch', 'jose', 'xmldsigjs', 'zod']],
])('%s', (name, expected) => {
  test('names every package with version, licence, address and digest, and allows every licence', () => {
    const { components, dependencies, ...sbom }: Sbom = JSON.parse(read(name));
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    for (const component of components) {
      const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', component.name, 'package.json'), 'utf8'));
      expect(component.version).toMatch(/^\d+\.\d+\.\d+/);
      // Two versions of one package may lie side by side; the outer one is among them.
      expect(components.some((other) => other.name === component.name && other.version === version)).toBe(true);
      expect(component.purl).toBe(`pkg:npm/${component.name.replace('@', '%40')}@${component.version}`);
      expect(component.hashes?.[0]?.content).toMatch(/^[0-9a-f]{128}$/);
      const [licence] = component.licenses;
      expect(ALLOWED, component.name).toContain(
        licence && 'license' in licence ? licence.license.id : licence?.expression,
      );
    }
    expect(components.map((component) => component.name)).toEqual(expect.arrayContaining(expected));
    expect(dependencies[0]?.dependsOn).toEqual(components.map((component) => component['bom-ref']));
  });

  test('holds nothing that only development needs, no host and no time', () => {
    const text = read(name);
    for (const other of ['vitest', 'aws-cdk-lib', 'esbuild', '@redocly/openapi-core', 'libxml2-wasm'])
      expect(text).not.toContain(`"name": "${other}"`);
    expect(text).not.toMatch(/https?:\/\/|serialNumber|timestamp/);
    expect(text).toBe(sbomText(JSON.parse(text)));
  });
});

test('a package that the lock file does not pin is no material', () => {
  expect(() => bundledPackages(ROOT, ['node_modules/.cache/../zod/../../node_modules/zod/index.js'])).toThrow(
    'has no SHA-512',
  );
});
