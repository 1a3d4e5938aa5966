import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { CLIENT_BUILD } from './buildClient.ts';
import { clientSbom, functionsSbom, sbomText } from './sbom/cycloneDx.ts';

const HELP = `usage: npm run sbom -- [--out DIR]

Writes two bills of materials (CycloneDX 1.6, JSON): functions.json, what runs in Lambda, and client.json, what agencies install.
Only packages of which a file was read for a bundle are in them. The same sources give the same bytes.

  --out DIR  folder to write into (default: sbom)`;

const ROOT = join(import.meta.dirname, '..');

const { values } = parseArgs({ options: { out: { type: 'string', default: 'sbom' }, help: { type: 'boolean' } } });
if (values.help) console.log(HELP);
else {
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  const { metafile } = buildSync({ ...CLIENT_BUILD, outdir: out, write: false, metafile: true });
  const boms = {
    'functions.json': functionsSbom(ROOT),
    'client.json': clientSbom(ROOT, Object.keys(metafile.inputs)),
  };
  for (const [name, sbom] of Object.entries(boms)) {
    writeFileSync(join(out, name), sbomText(sbom));
    console.log(`${join(values.out, name)}  ${sbom.components.length} packages`);
  }
}
