import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { AxisStack, DataStack } from './sampleStack.ts';

// Usage: node app.ts <output folder>. Writes two assemblies: `plain` with the stacks at its top, `stages` with two stages of them.

const [output = 'cdk.out'] = process.argv.slice(2);
const bundles = mkdtempSync(join(tmpdir(), 'axis-sample-'));

for (const entry of ['echo', 'probe', 'worker']) {
  buildSync({
    entryPoints: [join(import.meta.dirname, 'functions', `${entry}.ts`)],
    outfile: join(bundles, entry, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
}

function addStacks(scope: Construct): void {
  const data = new DataStack(scope, 'SampleData');
  new AxisStack(scope, 'SampleAxis', { data, bundles });
}

const plain = new App({ outdir: join(output, 'plain'), analyticsReporting: false });
addStacks(plain);
plain.synth();
const stages = new App({ outdir: join(output, 'stages'), analyticsReporting: false });
for (const name of ['Dev', 'Prod']) addStacks(new Stage(stages, name));
stages.synth();
rmSync(bundles, { recursive: true });
