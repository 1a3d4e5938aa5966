import { expect, test } from 'vitest';
import { failedIds, queueRecord } from '../../../local/runtime/queuePoller.ts';

const all = new Set(['a', 'b', 'c']);

const table: [string, unknown, string[]][] = [
  ['nothing', null, []],
  ['an empty object', {}, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['null', { batchItemFailures: null }, []],
  ['one message', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
  ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'x' }] }, ['a', 'b', 'c']],
  ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b', 'c']],
  ['a wrong key', { batchItemFailures: [{ id: 'b' }] }, ['a', 'b', 'c']],
  ['an id that is no text', { batchItemFailures: [{ itemIdentifier: null }] }, ['a', 'b', 'c']],
  ['no list', { batchItemFailures: 'b' }, ['a', 'b', 'c']],
];
test.each(table)('a report of %s fails the right messages', (_name, result, failed) => {
  expect([...failedIds(result, all)]).toEqual(failed);
});

test('a record holds everything that Lambda hands over', () => {
  const message = {
    MessageId: 'm-1',
    ReceiptHandle: 'handle',
    Body: 'text',
    MD5OfBody: 'digest',
    Attributes: { ApproximateReceiveCount: '1' as const },
    MessageAttributes: {
      word: { DataType: 'String', StringValue: 'x' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) },
    },
  };
  expect(queueRecord(message, 'arn:aws:sqs:ap-southeast-1:000000000000:Q')).toEqual({
    messageId: 'm-1',
    receiptHandle: 'handle',
    body: 'text',
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {
      word: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
      bytes: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
    },
    md5OfBody: 'digest',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:ap-southeast-1:000000000000:Q',
    awsRegion: 'ap-southeast-1',
  });
});
