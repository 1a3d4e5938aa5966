import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { StageConfig } from './stageConfig.ts';

export interface EdgeStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly edge: NonNullable<StageConfig['edge']>;
  readonly domain: NonNullable<StageConfig['domain']>;
}

/**
 * CloudFront with a web application firewall before the domain of a stage. A shield against floods and scanners, not a judge: every
 * request is checked behind it all the same. It caches nothing, and the calls of operators, whose signatures name the host, go to the domain.
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, { description: `docaxis ${props.stage.name}: edge`, ...props });
    const { stage, edge, domain } = props;
    const distribution = new Distribution(this, 'Distribution', {
      comment: `docaxis ${stage.name}`,
      domainNames: [edge.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', edge.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      webAclId: this.#firewall(props).attrArn,
      logBucket: this.#logs(stage),
      defaultBehavior: {
        origin: new HttpOrigin(domain.name, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          readTimeout: Duration.seconds(31),
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        compress: false,
      },
    });
    new CfnOutput(this, 'EdgeTarget', {
      value: distribution.distributionDomainName,
      description: `Where DNS has to point ${edge.name}`,
    });
  }

  /** Rules that look into bodies are left out: signed XML looks like an attack to them, and only its first kilobytes are seen. */
  #firewall({ stage, edge }: EdgeStackProps): CfnWebACL {
    const seen = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: false,
    });
    const managed = (name: string, priority: number): CfnWebACL.RuleProperty => ({
      name,
      priority,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: `AWSManagedRules${name}` } },
      visibilityConfig: seen(name),
    });
    return new CfnWebACL(this, 'Firewall', {
      name: `docaxis-${stage.name}`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: seen(`docaxis-${stage.name}`),
      rules: [
        {
          name: 'Flood',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: edge.requestsPerFiveMinutes } },
          visibilityConfig: seen('Flood'),
        },
        managed('AmazonIpReputationList', 1),
      ],
    });
  }

  #logs(stage: StageConfig): IBucket {
    const logs = new Bucket(this, 'Logs', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // CloudFront delivers its logs by an access control list.
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      lifecycleRules: [{ expiration: Duration.days(stage.logDays) }],
      removalPolicy: stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // The class declares optional properties more strictly than its own interface.
    return logs as IBucket;
  }
}
