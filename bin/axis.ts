import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { addStage } from '../lib/addStage.ts';
import { bundleFunctions } from '../lib/bundleFunctions.ts';
import { stagesOf } from '../lib/stages.ts';

/** The CDK app: which stages exist. `-c stages=evaluation,production` names others than cdk.json does. */
const app = new App();
const root = fileURLToPath(new URL('..', import.meta.url));
// What is wrong with a description is said before anything is bundled.
const stages = stagesOf(app.node.tryGetContext('stages'), join(root, 'stages'));
const bundles = bundleFunctions(join(app.outdir, 'bundles'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
for (const stage of stages) addStage(app, { stage, bundles, version });
app.synth();
