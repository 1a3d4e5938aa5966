import { type App, Tags } from 'aws-cdk-lib';
import type { FunctionName } from '../core/contract/environment.ts';
import { DataStack } from './dataStack.ts';
import { EdgeStack } from './edgeStack.ts';
import { ServiceStack } from './serviceStack.ts';
import type { StageConfig } from './stageConfig.ts';

export interface StageProps {
  readonly stage: StageConfig;
  /** Folder of each function's bundle. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
  readonly version: string;
}

/** The stacks of one stage: what must outlive every deployment apart from what a code deployment may touch. */
export function addStage(app: App, { stage, bundles, version }: StageProps): void {
  const name = `docaxis-${stage.name}`;
  const terminationProtection = stage.retainData;
  const data = new DataStack(app, `${name}-data`, {
    stage,
    terminationProtection,
    description: `docaxis ${stage.name}: data`,
  });
  const service = new ServiceStack(app, name, {
    stage,
    data,
    bundles,
    version,
    terminationProtection,
    description: `docaxis ${stage.name}: service`,
  });
  const { edge, domain } = stage;
  const before =
    edge && domain
      ? [
          new EdgeStack(app, `${name}-edge`, {
            stage,
            edge,
            domain,
            terminationProtection,
            env: { region: 'us-east-1' },
          }),
        ]
      : [];
  for (const stack of [data, service, ...before]) {
    for (const [key, value] of Object.entries({ 'docaxis:stage': stage.name, ...stage.tags }))
      Tags.of(stack).add(key, value);
  }
}
