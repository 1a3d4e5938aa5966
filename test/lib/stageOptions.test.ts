import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { FUNCTIONS } from '../../core/contract/environment.ts';
import { readAssembly } from '../../local/assembly/readAssembly.ts';
import { resolveAssembly } from '../../local/assembly/resolveAssembly.ts';
import { ROOT } from '../kit/stock.ts';
import { stageApp, templateOf } from '../kit/synthesizedStage.ts';

const example = (name: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(join(ROOT, 'examples/stages', `${name}.json`), 'utf8'));
const SAID: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ministry: example('ministry'),
  province: example('province'),
  unlogged: { like: 'production', evidence: false },
  restored: { restored: { dispatches: 'dispatches-of-yesterday' } },
};
/** Each stage is put together once. */
const apps = new Map<string, Promise<App>>();
const appOf = (name: string): Promise<App> => {
  const app = apps.get(name) ?? stageApp(name, SAID[name]);
  apps.set(name, app);
  return app;
};
const data = async (name: string) => templateOf(await appOf(name), 'data');
const service = async (name: string) => templateOf(await appOf(name), 'service');
const count = (template: Template, type: string) => Object.keys(template.findResources(type)).length;

describe('an evaluation', () => {
  test('is watched by at most ten alarms, encrypted by keys of AWS, and new code counts at once', async () => {
    const [inner, outer] = [await data('evaluation'), await service('evaluation')];
    expect(count(outer, 'AWS::CloudWatch::Alarm')).toBeLessThanOrEqual(10);
    // The two keys that receipts and secrets need.
    inner.resourceCountIs('AWS::KMS::Key', 2);
    outer.resourceCountIs('AWS::Lambda::Alias', 0);
    outer.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
  });
});

describe('a stage without evidence', () => {
  const indexes = async (name: string) =>
    JSON.stringify((await data(name)).findResources('AWS::DynamoDB::Table')).match(/"IndexName":"\w+"/g);
  const rounds = async (name: string) =>
    Object.keys((await service(name)).findResources('AWS::Events::Rule')).filter((id) => id.startsWith('LogRound'));
  const alarms = async (name: string) =>
    Object.values((await service(name)).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) =>
      String(Properties.AlarmName),
    );

  test('has neither the index that costs writes, nor rounds, nor their alarm', async () => {
    expect(await indexes('production')).toContain('"IndexName":"log"');
    expect(await indexes('unlogged')).not.toContain('"IndexName":"log"');
    expect(await rounds('production')).toHaveLength(1);
    expect(await rounds('unlogged')).toEqual([]);
    expect(await alarms('production')).toContain('docaxis-production-log-silent');
    expect((await alarms('unlogged')).filter((name) => name.endsWith('log-silent'))).toEqual([]);
    (await service('unlogged')).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { EVIDENCE: 'off' } },
    });
  });
});

describe('a restored table', () => {
  test('is what every function uses in place of the stage’s own, which stays with its exports until it is deleted', async () => {
    const outer = await service('restored');
    const functions = Object.values(outer.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties);
    const tables = functions.flatMap(({ Environment }) => Environment?.Variables?.DISPATCHES_TABLE ?? []);
    expect(new Set(tables)).toEqual(new Set(['dispatches-of-yesterday']));
    const imports = (template: Template) => [
      ...JSON.stringify(template.toJSON()).matchAll(/[^"]*Dispatches[A-F0-9]{8}[^"]*/g),
    ];
    expect(imports(outer)).toEqual([]);
    expect(imports(await service('evaluation')).length).toBeGreaterThan(0);
    expect(JSON.stringify(outer.findResources('AWS::IAM::Policy'))).toContain(':table/dispatches-of-yesterday');
    const names = async (name: string) =>
      Object.keys((await data(name)).toJSON().Outputs).filter((output) => output.includes('Dispatches'));
    expect((await names('restored')).length).toBeGreaterThanOrEqual(2);
    expect(await names('restored')).toEqual(await names('evaluation'));
  });
});

describe('a production', () => {
  test('encrypts both tables and both buckets under one key of its own, which is rotated', async () => {
    const template = await data('production');
    template.resourcePropertiesCountIs('AWS::KMS::Key', { EnableKeyRotation: true }, 1);
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
    });
    const underKey = {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: Match.anyValue() },
        },
      ],
    };
    template.resourcePropertiesCountIs('AWS::S3::Bucket', { BucketEncryption: underKey }, 2);
  });

  test('lets its own roles use that key through DynamoDB and S3, and nobody in any other way', async () => {
    const [key] = Object.values(
      (await data('production')).findResources('AWS::KMS::Key', { Properties: { EnableKeyRotation: true } }),
    );
    const [root, through, ...more] = key?.Properties.KeyPolicy.Statement ?? [];
    expect(more).toEqual([]);
    expect(JSON.stringify(root.Principal)).toContain(':root');
    expect(through.Condition.StringEquals['kms:ViaService']).toHaveLength(2);
    expect(JSON.stringify(through.Condition.ArnLike['aws:PrincipalArn'])).toContain('docaxis-production-*');
    expect(through.Action).not.toContain('kms:CreateGrant');
  });

  test('protects tables and stacks against deletion, and can go back to any second of its tables', async () => {
    const app = await appOf('production');
    const template = templateOf(app, 'data');
    template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    const tables = (PointInTimeRecoveryEnabled: boolean) =>
      template.findResources('AWS::DynamoDB::Table', {
        Properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled } },
      });
    expect(Object.keys(tables(true))).toHaveLength(2);
    // A log that was put back would have forgotten what it said.
    expect(Object.keys(tables(false))).toEqual([expect.stringMatching(/^Log/)]);
    const manifest = app.synth().stacks.map(({ terminationProtection }) => terminationProtection);
    expect(manifest).toEqual([true, true]);
  });

  test('keeps logs for a year, and one line for each request to the API and to the buckets', async () => {
    const [inner, outer] = [await data('production'), await service('production')];
    outer.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    outer.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp('[aA]uthorization')) },
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
    inner.resourcePropertiesCountIs(
      'AWS::S3::Bucket',
      { LoggingConfiguration: { DestinationBucketName: Match.anyValue() } },
      2,
    );
  });

  test('stays far below the 500 resources that a stack may have', async () => {
    expect(Object.keys((await service('ministry')).toJSON().Resources).length).toBeLessThan(465);
  });
});

describe.each(['evaluation', 'production'])('the data of a %s', (name) => {
  test('are reached over TLS alone, by nobody outside, and are versioned where they are kept', async () => {
    const template = await data(name);
    template.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
    expect(count(template, 'AWS::S3::BucketPolicy')).toBe(count(template, 'AWS::S3::Bucket'));
    template.resourcePropertiesCountIs('AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } }, 1);
  });

  test('are in a stack that holds no function: code deployments never touch them', async () => {
    const template = await data(name);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    const kinds = Object.values((await service(name)).toJSON().Resources as Record<string, { Type: string }>);
    expect(kinds.filter(({ Type }) => /::(Table|GlobalTable|Bucket|Key)$/.test(Type))).toEqual([]);
  });
});

describe('a gradual deployment', () => {
  test('moves every function by a canary of its own, and back when its alarm rings', async () => {
    const template = await service('production');
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', FUNCTIONS.length);
    template.allResourcesProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: Match.anyValue() }] },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
      TrafficRoutingConfig: { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 10, CanaryInterval: 5 } },
    });
    template.allResources('AWS::Lambda::Alias', { UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.anyValue() } });
  });

  test('reaches who calls: routes, queues and schedules invoke the alias, never the function itself', async () => {
    const template = await service('production');
    const aliases = new Set(Object.keys(template.findResources('AWS::Lambda::Alias')));
    const invoked = [
      ...Object.values(template.findResources('AWS::ApiGatewayV2::Integration')).map(
        ({ Properties }) => Properties.IntegrationUri,
      ),
      ...Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).map(
        ({ Properties }) => Properties.FunctionName,
      ),
      ...Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties.Targets[0].Arn),
      ...Object.values(template.findResources('AWS::Lambda::Permission')).map(
        ({ Properties }) => Properties.FunctionName,
      ),
    ];
    expect(invoked.length).toBeGreaterThan(FUNCTIONS.length);
    expect(
      invoked.filter((target) => ![...aliases].some((alias) => JSON.stringify(target).includes(`"${alias}"`))),
    ).toEqual([]);
  });
});

describe('what a stage may ask for', () => {
  test('a domain with mutual TLS: the address that AWS gives is switched off', async () => {
    const template = await service('ministry');
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'truc.bo.example.vn',
      DomainNameConfigurations: [{ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' }],
      MutualTlsAuthentication: { TruststoreUri: 's3://bo-example-trust/clients.pem' },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    template.hasOutput('Url', { Value: 'https://truc.bo.example.vn' });
    template.hasOutput('DomainTarget', {});
  });

  test('CloudFront with a firewall, in us-east-1, before the domain', async () => {
    const app = await appOf('province');
    const template = templateOf(app, 'edge');
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['truc.tinh.example.vn'],
        WebACLId: Match.anyValue(),
        Origins: [
          Match.objectLike({
            DomainName: 'goc.truc.tinh.example.vn',
            CustomOriginConfig: {
              OriginProtocolPolicy: 'https-only',
              OriginSSLProtocols: ['TLSv1.2'],
              OriginReadTimeout: 31,
            },
          }),
        ],
        DefaultCacheBehavior: {
          ViewerProtocolPolicy: 'https-only',
          AllowedMethods: Match.arrayWith(['PUT', 'POST', 'DELETE']),
        },
        ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
      },
    });
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'CLOUDFRONT',
      Rules: Match.arrayWith([
        Match.objectLike({ Name: 'Flood', Action: { Block: {} }, Statement: { RateBasedStatement: { Limit: 20000 } } }),
      ]),
    });
    expect(app.synth().getStackByName('docaxis-province-edge').environment.region).toBe('us-east-1');
  });

  test('Object Lock and retention by kind', async () => {
    const template = await data('ministry');
    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3650 } } },
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 90 } }),
          Match.objectLike({
            Prefix: 'dispatches/',
            ObjectSizeGreaterThan: 131072,
            Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 180 }],
          }),
          Match.objectLike({ Prefix: 'revocation/', ExpirationInDays: 3650 }),
        ],
      },
    });
  });

  test('received bytes expire in no stage', async () => {
    for (const name of ['evaluation', 'ministry', 'province']) {
      const [content] = Object.values(
        (await data(name)).findResources('AWS::S3::Bucket', {
          Properties: { VersioningConfiguration: { Status: 'Enabled' } },
        }),
      );
      const rules: readonly { readonly Prefix?: string; readonly ExpirationInDays?: number }[] =
        content?.Properties.LifecycleConfiguration.Rules;
      expect(
        rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined).map(({ Prefix }) => Prefix),
      ).toEqual(name === 'ministry' ? ['revocation/'] : []);
    }
  });

  test('every alarm is sent to the address, and the budget knows the stage by its tag', async () => {
    const template = await service('ministry');
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'van-hanh@bo.example.vn' });
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetLimit: { Amount: 300, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:docaxis:stage$ministry'] },
      },
      NotificationsWithSubscribers: Match.arrayWith([
        Match.objectLike({ Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'ke-toan@bo.example.vn' }] }),
      ]),
    });
  });

  test('tags, beside the one with the name of the stage', async () => {
    const template = await service('ministry');
    const tags = { 'cost-centre': 'truc-lien-thong', 'docaxis:stage': 'ministry' };
    template.hasResourceProperties('AWS::Lambda::Function', {
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    template.allResourcesProperties('AWS::ApiGatewayV2::Api', { Tags: tags });
  });

  test('traces of what somebody asks for, and none of schedules', async () => {
    const traced = (template: Template) =>
      Object.keys(
        template.findResources('AWS::Lambda::Function', { Properties: { TracingConfig: { Mode: 'Active' } } }),
      ).length;
    expect(traced(await service('production'))).toBe(FUNCTIONS.length - 4);
    expect(traced(await service('evaluation'))).toBe(0);
  });
});

test.each(['production', 'ministry', 'province'])(
  'the local axis can read the template of the stage %s',
  async (name) => {
    const assembly = readAssembly((await appOf(name)).synth().directory);
    const place = { region: 'ap-southeast-1', account: '000000000000', apiEndpoint: () => 'http://127.0.0.1' };
    expect(resolveAssembly(assembly, place).resources.length).toBeGreaterThan(300);
  },
);
