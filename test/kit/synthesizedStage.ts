import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTIONS, type FunctionName } from '../../core/contract/environment.ts';
import { addStage } from '../../lib/addStage.ts';
import { stageConfig } from '../../lib/stages.ts';
import { ROOT, stock } from './stock.ts';

/** A stage in the app, not synthesized yet; its functions are those of the stock. */
export async function stageApp(name: string, said: Readonly<Record<string, unknown>> = {}): Promise<App> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true, ...context }, analyticsReporting: false });
  const folder = join(await stock(), 'assembly', 'bundles');
  const bundles = Object.fromEntries(FUNCTIONS.map((each) => [each, join(folder, each)])) as Record<
    FunctionName,
    string
  >;
  addStage(app, { stage: stageConfig(name, said), bundles, version: '0.0.0' });
  return app;
}

/** The template of one of its stacks: `data`, `service`, or `edge`. */
export function templateOf(app: App, stack: 'data' | 'service' | 'edge'): Template {
  const suffix = stack === 'service' ? '' : `-${stack}`;
  const found = app.node.children.find(
    (child) => /^docaxis-[a-z0-9]+(-data|-edge)?$/.exec(child.node.id)?.[1] === (suffix || undefined),
  );
  if (!(found instanceof Stack)) throw new Error(`the app has no stack ${stack}`);
  return Template.fromStack(found);
}
