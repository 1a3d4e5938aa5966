import type { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { SqsFanOutQueue } from '../../../adapters/aws/fanOutQueue.ts';
import { SqsSealQueue } from '../../../adapters/aws/sealQueue.ts';
import { SqsSubmissionQueue } from '../../../adapters/aws/submissionQueue.ts';
import { SqsWebhookQueue } from '../../../adapters/aws/webhookQueue.ts';
import type { DispatchId, SubmissionId, SystemId, UploadId } from '../../../core/contract/ids.ts';

const SYSTEM = 'trung-tam-mau' as SystemId;
const URL = 'https://sqs.example/queue';

interface Entry {
  readonly MessageGroupId?: string;
}

/** A client that keeps what it is asked to send. */
function recorder(): { readonly client: SQSClient; readonly groups: () => readonly (string | undefined)[] } {
  const sent: Entry[] = [];
  const client = {
    send: async ({ input }: { input: Entry & { readonly Entries?: readonly Entry[] } }) => {
      sent.push(...(input.Entries ?? [input]));
      return {};
    },
  } as unknown as SQSClient;
  return { client, groups: () => sent.map(({ MessageGroupId }) => MessageGroupId) };
}

test('every message of a queue that systems share names its system as its group: a busy one does not go before the others', async () => {
  const { client, groups } = recorder();
  const dispatchId = `dsp_${'a'.repeat(32)}` as DispatchId;
  const chunk = (index: number, of: number) => ({ dispatchId, chunk: index, chunks: of });
  await new SqsFanOutQueue(client, URL).enqueue([chunk(0, 1)], SYSTEM);
  await new SqsFanOutQueue(client, URL).enqueue([chunk(0, 2), chunk(1, 2)], SYSTEM);
  await new SqsSealQueue(client, URL).enqueue({ uploadId: 'upl_1' as UploadId, system: SYSTEM });
  await new SqsSubmissionQueue(client, URL).enqueue({ submissionId: 'sub_1' as SubmissionId, system: SYSTEM });
  await new SqsWebhookQueue(client, URL).enqueue({
    system: SYSTEM,
    event: { id: 'evt_1', type: 'webhook.ping', timestamp: '2026-03-02T01:00:00.000Z', data: { system: SYSTEM } },
  });
  expect(groups()).toEqual(Array.from({ length: 6 }, () => SYSTEM));
});
