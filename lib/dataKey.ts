import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfig } from './stageConfig.ts';

/**
 * The key that tables and buckets of a stage lie under. Roles of the stage use it through these services alone, as with the
 * keys that AWS owns: who may read an item may have it decrypted, and nobody can decrypt anything by himself.
 */
export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, stage: StageConfig) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `Encrypts tables and buckets of ${stage.axisId}`,
      enableKeyRotation: true,
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const roles = Stack.of(this).formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: `docaxis-${stage.name}-*`,
    });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ThroughTheServicesThatHoldTheData',
        principals: [new AnyPrincipal()],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': Aws.ACCOUNT_ID,
            'kms:ViaService': ['dynamodb', 's3'].map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
          },
          ArnLike: { 'aws:PrincipalArn': roles },
        },
      }),
    );
  }
}
