import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
  TimeBasedCanaryTrafficRouting,
} from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { describedAlarm } from '../core/contract/alarms.ts';
import type { FunctionName } from '../core/contract/environment.ts';
import { axisMetric } from './axisMetric.ts';
import type { StageConfig } from './stageConfig.ts';
import type { StepFunctions } from './stepFunction.ts';

export interface ReleaseProps {
  readonly stage: StageConfig;
  readonly release: Extract<StageConfig['release'], { kind: 'canary' }>;
  readonly functions: StepFunctions;
}

/** Faults of a function in a minute, new code and old together, that end its release. */
const FAULTS = 3;

/** New code takes a part of the work first; a function that faults meanwhile goes back to its old code, by itself. */
export class Release extends Construct {
  constructor(scope: Construct, id: string, { stage, release, functions }: ReleaseProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application', { applicationName: `docaxis-${stage.name}` });
    const deploymentConfig = new LambdaDeploymentConfig(this, 'Canary', {
      deploymentConfigName: `docaxis-${stage.name}`,
      trafficRouting: new TimeBasedCanaryTrafficRouting({
        interval: Duration.minutes(release.minutes),
        percentage: release.percent,
      }),
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: `docaxis ${stage.name}: moves traffic to new code`,
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSCodeDeployRoleForLambdaLimited')],
    });
    for (const [name, { live }] of Object.entries(functions) as [FunctionName, StepFunctions[FunctionName]][]) {
      if (!(live instanceof Alias)) continue;
      new LambdaDeploymentGroup(this, name, {
        application,
        deploymentConfig,
        role,
        alias: live,
        alarms: [this.#alarm(name, { stage, live })],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
    }
  }

  /** Errors that Lambda sees, and faults that a function answers with 500. */
  #alarm(name: FunctionName, { stage, live }: { stage: StageConfig; live: Alias }): Alarm {
    const period = Duration.minutes(1);
    const faults = axisMetric({ stage: stage.name, metric: 'fault', service: name, period });
    return new Alarm(this, `${name}Faults`, {
      alarmName: `docaxis-${stage.name}-release-${name}`,
      alarmDescription: describedAlarm(
        'release',
        `New code of ${name} was taken back: what it does fails for agencies.`,
      ),
      metric: new MathExpression({
        expression: 'FILL(errors, 0) + FILL(faults, 0)',
        usingMetrics: { errors: live.metricErrors({ period }), faults },
        period,
      }),
      threshold: FAULTS,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
