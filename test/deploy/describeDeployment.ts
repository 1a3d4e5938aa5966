import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Identity } from '../../local/assembly/identity.ts';
import type { DeploymentFile } from '../kit/deployment.ts';
import { lambdaFunction, type Place } from './awsCall.ts';
import { type DeployedResource, identityOf } from './deployedResources.ts';

/** What the runtime of functions needs to know of a deployment: names, and the environment that each function was given. */
export async function describeDeployment(place: Place, deployed: readonly DeployedResource[]): Promise<DeploymentFile> {
  const named = (type: string) => deployed.filter((each) => each.type === type).map(({ physicalId }) => physicalId);
  const variables: Record<string, Record<string, string>> = {};
  for (const name of named('AWS::Lambda::Function')) {
    const { Configuration } = await lambdaFunction(place, name);
    const { NODE_OPTIONS: _, ...own } = Configuration.Environment.Variables;
    variables[name] = own;
  }
  const { endpoint, region, account, credentials } = place;
  return {
    endpoint,
    region,
    account,
    credentials,
    tables: named('AWS::DynamoDB::Table'),
    buckets: named('AWS::S3::Bucket'),
    identities: identitiesOf(place, deployed),
    variables,
  };
}

export const identitiesOf = (place: Place, deployed: readonly DeployedResource[]): Readonly<Record<string, Identity>> =>
  Object.fromEntries(
    deployed.flatMap((each) => {
      const identity = identityOf(each, place);
      return identity ? [[`${each.stack}/${each.logicalId}`, identity]] : [];
    }),
  );

/** Where the deployment made no key that signs: makes one by a call, and lets the functions use it. */
export async function withSigningKey(place: Place, deployment: DeploymentFile): Promise<DeploymentFile> {
  const kms = new KMSClient(place);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  const RECEIPT_KEY_ID = KeyMetadata?.Arn ?? '';
  const variables = Object.entries(deployment.variables).map(([name, own]) => [
    name,
    'RECEIPT_KEY_ID' in own ? { ...own, RECEIPT_KEY_ID } : own,
  ]);
  return { ...deployment, variables: Object.fromEntries(variables) };
}
