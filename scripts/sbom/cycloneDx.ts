import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { FUNCTIONS } from '../../core/contract/environment.ts';
import { functionBuild } from '../../lib/bundleFunctions.ts';
import { type BundledPackage, bundledPackages } from './bundledPackages.ts';

/** A bill of materials, CycloneDX 1.6 (ECMA-424). It has no serial number and no time: the same sources give the same bytes. */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
}

/** What runs in Lambda: the packages of which a file was read for a function's bundle. */
export function functionsSbom(root: string): Sbom {
  const inputs = FUNCTIONS.flatMap((name) => {
    const { metafile } = buildSync({ ...functionBuild(name), outfile: 'index.mjs', write: false, metafile: true });
    return Object.keys(metafile.inputs);
  });
  return sbomOf({ root, manifest: 'package.json', name: 'docaxis-functions' }, inputs);
}

/**
 * What agencies install.
 *
 * @param inputs files of the client's bundles, as esbuild's metafile names them.
 */
export const clientSbom = (root: string, inputs: readonly string[]): Sbom =>
  sbomOf({ root, manifest: 'client/package.json', name: 'docaxis-client' }, inputs);

export const sbomText = (sbom: Sbom): string => `${JSON.stringify(sbom, null, 2)}\n`;

interface Whole {
  readonly root: string;
  /** Manifest that says the version. */
  readonly manifest: string;
  readonly name: string;
}

function sbomOf({ root, manifest, name }: Whole, inputs: readonly string[]): Sbom {
  const { version } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as { version: string };
  const ref = `${name}@${version}`;
  const components = bundledPackages(root, inputs).map(componentOf);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': ref, name, version, licenses: [{ license: { id: 'Apache-2.0' } }] },
    },
    components,
    // The bundles are flat: who of the packages asks for whom says nothing about them.
    dependencies: [{ ref, dependsOn: components.map((component) => component['bom-ref']) }],
  };
}

function componentOf({ name, version, licence, sha512 }: BundledPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const isOne = /^[A-Za-z0-9.-]+$/.test(licence);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [isOne ? { license: { id: licence } } : { expression: licence }],
    hashes: [{ alg: 'SHA-512', content: sha512 }],
  };
}
