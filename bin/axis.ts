import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from '../lib/bundleFunctions.ts';
import { DataStack } from '../lib/dataStack.ts';
import { ServiceStack } from '../lib/serviceStack.ts';
import { stagesOf } from '../lib/stageConfig.ts';

/** The CDK app: which stages exist. `-c stages=evaluation,production` names others than cdk.json does. */
const app = new App();
const bundles = bundleFunctions(join(app.outdir, 'bundles'));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

for (const stage of stagesOf(app.node.tryGetContext('stages'))) {
  const data = new DataStack(app, `docaxis-${stage.name}-data`, { stage, description: `docaxis ${stage.name}: data` });
  new ServiceStack(app, `docaxis-${stage.name}`, {
    stage,
    data,
    bundles,
    version,
    description: `docaxis ${stage.name}: service`,
  });
}
app.synth();
