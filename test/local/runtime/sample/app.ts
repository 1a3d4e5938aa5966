import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stage } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import { AxisStack, DataStack } from './sampleStack.ts';

// Usage: node app.ts <output folder> [stage …]. Without stages the stacks stand at the top of the app.

const [outdir = 'cdk.out', ...stages] = process.argv.slice(2);
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

const app = new App({ outdir, analyticsReporting: false });
for (const scope of stages.length === 0 ? [app] : stages.map((name) => new Stage(app, name))) {
  const data = new DataStack(scope, 'SampleData');
  new AxisStack(scope, 'SampleAxis', { data, bundles });
}
app.synth();
rmSync(bundles, { recursive: true });
