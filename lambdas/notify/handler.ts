import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient, sqsClient } from '../../adapters/aws/clients.ts';
import { KmsSecretOpener } from '../../adapters/aws/kmsSecrets.ts';
import { SqsWebhookQueue } from '../../adapters/aws/webhookQueue.ts';
import { WebhookTable } from '../../adapters/aws/webhookTable.ts';
import { createWebhookPost } from '../../adapters/web/webhookPost.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { WEBHOOK_MESSAGE, type WebhookMessage } from '../../core/contract/webhook.ts';
import { notify } from '../../core/walk/notify.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { eachMessage } from '../edge/eachMessage.ts';
import { createObserver } from '../edge/observe.ts';
import { allowLoopback } from '../edge/reach.ts';

const environment = readEnvironment('notify', process.env);
const observer = createObserver('notify', environment);
const dynamo = dynamoClient();
const queue = new SqsWebhookQueue(sqsClient(), environment.WEBHOOK_QUEUE_URL);

const ports = {
  clock,
  directory: new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock),
  webhooks: new WebhookTable(dynamo, environment.REGISTRY_TABLE),
  secrets: new KmsSecretOpener(kmsClient(), environment.SECRETS_KEY_ID, environment.STAGE),
  post: createWebhookPost({ timeoutMs: LIMITS.webhook.seconds * 1000, allowLoopback }),
};

function readMessage({ body }: SQSRecord): WebhookMessage | undefined {
  try {
    const parsed = z.safeParse(WEBHOOK_MESSAGE, JSON.parse(body));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the message is done with; one that is not comes back when its visibility ends. */
async function isDone(record: SQSRecord): Promise<boolean> {
  const message = readMessage(record);
  const facts = { system: message?.system, event: message?.event.id, messageId: record.messageId };
  try {
    // It must end in the dead-letter queue, where a person sees it.
    if (!message) throw new Error('not a notification');
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    const outcome = await notify(message, attempt, ports);
    if (outcome.fate === 'again') await queue.postpone(record.receiptHandle, outcome.afterSeconds);
    const why = outcome.fate === 'sent' ? undefined : outcome.why;
    observer.event('notified', { fate: outcome.fate, why, type: message.event.type, attempt, ...facts });
    if (outcome.fate === 'sent') observer.count('notified');
    if (outcome.fate === 'dropped') observer.count('notificationGivenUp');
    return outcome.fate !== 'again';
  } catch (error) {
    observer.fault('notifying-failed', error, facts);
    return false;
  }
}

/** Tells systems what they asked to be told, at their webhooks. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const answer = await eachMessage(event, isDone);
  observer.flush();
  return answer;
}
