import { functionNameOf } from '../assembly/identity.ts';
import { optionalText, textAt } from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import { ofType } from './roles.ts';

/** Somebody outside the account's identities who wants to invoke a function. */
export interface ServiceCaller {
  /** For example `apigateway.amazonaws.com`. */
  readonly service: string;
  readonly sourceArn: string;
  readonly account: string;
}

/** Answers whether a function's resource policy lets a service invoke it. */
export type MayInvoke = (functionName: string, caller: ServiceCaller) => boolean;

/**
 * Reads the `AWS::Lambda::Permission` resources.
 * @see AWS Lambda Developer Guide, "Using resource-based policies for Lambda"
 */
export function collectPermissions(resources: readonly Resource[]): MayInvoke {
  const grants = ofType(resources, 'AWS::Lambda::Permission').map((resource) => {
    const where = `${resource.stack}/${resource.logicalId}`;
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = resource.properties;
    const action = textAt(Action, where);
    if (action !== 'lambda:InvokeFunction' && action !== 'lambda:*')
      throw new Unsupported(`the permission ${action}`, where);
    return {
      functionName: functionNameOf(textAt(FunctionName, where)),
      service: textAt(Principal, where),
      source: patternOf(optionalText(SourceArn, where)),
      account: optionalText(SourceAccount, where),
    };
  });
  return (functionName, caller) =>
    grants.some(
      (grant) =>
        grant.functionName === functionName &&
        grant.service === caller.service &&
        grant.source.test(caller.sourceArn) &&
        (grant.account === undefined || grant.account === caller.account),
    );
}

/** `SourceArn` is compared with ArnLike; absent, every source matches. */
function patternOf(arn: string | undefined): RegExp {
  if (arn === undefined) return /^/;
  const escaped = arn.replace(/[.*+?^${}()|[\]\\]/g, (character) => `\\${character}`);
  return new RegExp(`^${escaped.replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`);
}
