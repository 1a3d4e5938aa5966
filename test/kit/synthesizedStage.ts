import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTIONS, type FunctionName } from '../../core/contract/environment.ts';
import { addStage } from '../../lib/addStage.ts';
import { stageConfig } from '../../lib/stages.ts';
import { ROOT, stock } from './stock.ts';

export interface SynthesisSetting {
  /** Where the assembly goes; a new temporary folder if absent. */
  readonly outdir?: string;
  readonly version?: string;
  /** Folder with the functions' bundles; those of the stock if absent. */
  readonly bundles?: string;
}

/** A stage in the app, not synthesized yet. */
export async function stageApp(
  name: string,
  said: Readonly<Record<string, unknown>> = {},
  { outdir, version = '0.0.0', bundles }: SynthesisSetting = {},
): Promise<App> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({
    context: { 'aws:cdk:enable-path-metadata': true, ...context },
    analyticsReporting: false,
    ...(outdir === undefined ? {} : { outdir }),
  });
  const folder = bundles ?? (await stockBundles());
  const each = Object.fromEntries(FUNCTIONS.map((of) => [of, join(folder, of)])) as Record<FunctionName, string>;
  addStage(app, { stage: stageConfig(name, said), bundles: each, version });
  return app;
}

/** The functions' bundles of the sources as they are. */
export const stockBundles = async (): Promise<string> => join(await stock(), 'assembly', 'bundles');

/** The template of one of its stacks: `data`, `service`, or `edge`. */
export function templateOf(app: App, stack: 'data' | 'service' | 'edge'): Template {
  const suffix = stack === 'service' ? '' : `-${stack}`;
  const found = app.node.children.find(
    (child) => /^docaxis-[a-z0-9]+(-data|-edge)?$/.exec(child.node.id)?.[1] === (suffix || undefined),
  );
  if (!(found instanceof Stack)) throw new Error(`the app has no stack ${stack}`);
  return Template.fromStack(found);
}
