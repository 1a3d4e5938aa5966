import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { SystemId } from '../../core/contract/ids.ts';
import type { CredentialVendor, QueueCredentials } from '../../core/contract/ports.ts';
import { inboxQueueUrl } from './inboxQueues.ts';

/** The least that AWS gives: a suspended system hears hints for no longer, and reads nothing by them. */
const SECONDS = 900;

/** Short-lived credentials that reach exactly one queue: the inbox role, cut down by a session policy. */
export class StsCredentialVendor implements CredentialVendor {
  readonly #client: STSClient;
  readonly #roleArn: string;
  readonly #queuePrefix: string;

  constructor(client: STSClient, options: { roleArn: string; queuePrefix: string }) {
    this.#client = client;
    this.#roleArn = options.roleArn;
    this.#queuePrefix = options.queuePrefix;
  }

  async vend(system: SystemId): Promise<QueueCredentials> {
    const queueUrl = inboxQueueUrl(this.#queuePrefix, system);
    const answer = await this.#client.send(
      new AssumeRoleCommand({
        RoleArn: this.#roleArn,
        RoleSessionName: `inbox-${system}`,
        DurationSeconds: SECONDS,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
              Resource: [queueArnOf(queueUrl, this.#roleArn)],
            },
          ],
        }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (!(AccessKeyId && SecretAccessKey && SessionToken && Expiration))
      throw new Error('STS answered without credentials');
    const endpoint = process.env.AWS_ENDPOINT_URL_SQS;
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAt: Expiration.toISOString(),
      region: process.env.AWS_REGION ?? '',
      queueUrl,
      ...(endpoint ? { endpoint } : {}),
    };
  }
}

/** `https://sqs.REGION.SUFFIX/ACCOUNT/NAME` and a role's ARN give the queue's ARN. */
function queueArnOf(queueUrl: string, roleArn: string): string {
  const [account, name] = queueUrl.split('/').slice(-2);
  const partition = roleArn.split(':')[1];
  const region = new URL(queueUrl).hostname.split('.')[1];
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}
