import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentOf, FunctionName } from '../core/contract/environment.ts';
import { logGroupOf } from '../core/contract/logQueries.ts';
import type { StageConfig } from './stageConfig.ts';

export interface StepFunctionProps<F extends FunctionName> {
  readonly stage: StageConfig;
  readonly name: F;
  /** Memory; the share of a processor grows with it, to a whole one at 1,769. */
  readonly megabytes?: number | undefined;
  /** Folder with the bundle, `index.mjs`. */
  readonly bundle: string;
  /** Exactly what the contract says that this function reads. */
  readonly environment: EnvironmentOf<F>;
  /** Everything that this function may do, and nothing else. */
  readonly grants: readonly PolicyStatement[];
  readonly timeout: Duration;
  readonly description: string;
  /** Whether somebody's request or message is followed through it; a schedule's rounds would only cost traces. */
  readonly followed: boolean;
}

/** One function of the walk with a role of its own. */
export class StepFunction<F extends FunctionName> extends Construct {
  readonly function: LambdaFunction;
  /** What routes, queues and schedules invoke: an alias where new code takes over step by step, else the function. */
  readonly live: IFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: StepFunctionProps<F>) {
    super(scope, id);
    const { stage, name } = props;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: logGroupOf(stage.name, name),
      // The enumeration holds the very numbers of days.
      retention: stage.logDays satisfies RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `docaxis ${stage.name} ${name}`,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: `docaxis-${stage.name}-${name}`,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.megabytes ?? 512,
      timeout: props.timeout,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle),
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      role: this.role,
      logGroup,
      // Lambda's own lines of each invocation (START, END, REPORT) say what its metrics say, and cost a dollar for a million dispatches.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: stage.tracing && props.followed ? Tracing.ACTIVE : Tracing.DISABLED,
    });
    logGroup.grantWrite(this.role);
    for (const statement of props.grants) this.role.addToPolicy(statement);
    this.live = stage.release.kind === 'canary' ? this.#alias() : this.function;
  }

  #alias(): IFunction {
    // The classes declare optional properties more strictly than their own interfaces.
    const version = this.function.currentVersion as IVersion;
    return new Alias(this, 'Live', { aliasName: 'live', version }) as IFunction;
  }
}

/** Every function of the walk, by its name. */
export type StepFunctions = Readonly<Record<FunctionName, StepFunction<FunctionName>>>;
