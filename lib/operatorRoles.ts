import { CfnOutput } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { OPERATOR_ROLES, type OperatorRole, ROUTE_NAMES, ROUTES, type Route } from '../core/contract/routes.ts';
import type { StageConfig } from './stageConfig.ts';

const outputName = { viewer: 'ViewerRole', operator: 'OperatorRole', security: 'SecurityRole' } as const;

/** Roles that operators assume: each may call exactly the routes that name it in the contract. */
export class OperatorRoles extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: StageConfig; readonly api: HttpApi }) {
    super(scope, id);
    for (const name of OPERATOR_ROLES) {
      const role = new Role(this, outputName[name], {
        roleName: `docaxis-${props.stage.name}-${name}`,
        description: `docaxis ${props.stage.name}: ${name}`,
        assumedBy: new AccountRootPrincipal(),
      });
      role.addToPolicy(
        new PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: routesOf(name).map((route) => arnOf(props.api, route)),
        }),
      );
      new CfnOutput(scope, outputName[name], { value: role.roleArn, description: `Role that a ${name} assumes` });
    }
  }
}

const routesOf = (role: OperatorRole): readonly Route[] =>
  ROUTE_NAMES.map((name): Route => ROUTES[name]).filter(({ roles }) => roles?.includes(role));

const arnOf = (api: HttpApi, { method, path }: Route): string =>
  api.arnForExecuteApi(method, path.replaceAll(/\{\w+\}/g, '*'), '$default');
