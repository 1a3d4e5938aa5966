import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { LOG_QUERIES, linesOfDispatches, linesOfRequest } from '../../../../core/contract/logQueries.ts';
import { createLogsService } from '../../../../local/cloud/logs/logsService.ts';
import { parseQuery } from '../../../../local/cloud/logs/parseQuery.ts';
import { runQuery } from '../../../../local/cloud/logs/runQuery.ts';

const at = Date.parse('2026-11-27T16:04:10.000Z');
const line = (ms: number, members: object) => ({ at: at + ms, line: JSON.stringify(members) });
const LINES = [
  line(0, { message: 'submitted', what: 'accepted', ms: 10, correlationId: 'one' }),
  line(1_000, { message: 'submitted', what: 'accepted', ms: 30, correlationId: 'two' }),
  line(2_000, { message: 'submitted', what: 'again', ms: 20 }),
  line(60_000, { message: 'delivered', deliveries: 3, ms: 400, dispatchId: 'dsp_a' }),
  line(61_000, { Refused: 1, code: 'signature-invalid' }),
  line(62_000, { Refused: 1, code: 'busy' }),
  line(63_000, { Refused: 1, code: 'busy' }),
  { at: at + 64_000, line: 'START RequestId: 1' },
];
const ask = (query: string) =>
  runQuery(parseQuery(query), LINES).map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value])));

test('lines are counted and summed by their minute and what they say', () => {
  expect(ask(LOG_QUERIES.minutes)).toEqual([
    { minute: '2026-11-27 16:04:00.000', message: 'submitted', what: 'accepted', lines: '2', put: '0' },
    { minute: '2026-11-27 16:04:00.000', message: 'submitted', what: 'again', lines: '1', put: '0' },
    { minute: '2026-11-27 16:05:00.000', message: 'delivered', lines: '1', put: '3' },
  ]);
});

test('refusals come by code, the most frequent first', () => {
  expect(ask(LOG_QUERIES.refusals)).toEqual([
    { code: 'busy', refused: '2' },
    { code: 'signature-invalid', refused: '1' },
  ]);
});

test('percentiles are those of the lines that have the number', () => {
  expect(ask(LOG_QUERIES.latencies)).toEqual([
    { message: 'submitted', lines: '3', p50: '20', p95: '30', p99: '30' },
    { message: 'delivered', lines: '1', p50: '400', p95: '400', p99: '400' },
  ]);
});

test('the lines of a request and of a dispatch are found', () => {
  expect(ask(linesOfRequest('two'))).toEqual([{ '@timestamp': '2026-11-27 16:04:11.000', '@message': LINES[1]?.line }]);
  expect(ask(linesOfDispatches(['dsp_b', 'dsp_a']))).toHaveLength(1);
});

test.each([
  'parse @message "*" as x',
  'filter message like /x/',
  'filter message = "x" or message = "y"',
  'filter message = "a\\"b"',
  'stats avg(ms) as a by message',
  'stats count(*) by bin(1h) as hour',
  'sort @timestamp',
  'limit 0',
  'fields @timestamp | dedup message',
])('what the axis does not ask is refused and never guessed: %s', (query) => {
  expect(() => parseQuery(query)).toThrow(/does not understand/);
});

const place = { account: '000000000000', region: 'ap-southeast-1' };
const service = createLogsService({ has: (group) => group === '/docaxis/x/submit', lines: () => LINES }, place);
const request = (operation: string, body: object) => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: { 'x-amz-target': `Logs_20140328.${operation}` },
  body: Buffer.from(JSON.stringify(body)),
  stream: undefined as unknown as IncomingMessage,
});
const asked = { startTime: 0, endTime: 1, queryString: LOG_QUERIES.refusals };

test('a question needs the grant of every log group that it names', async () => {
  const groups = ['/docaxis/x/submit', '/docaxis/x/view'];
  const { grants } = await service.identify(request('StartQuery', { ...asked, logGroupNames: groups }));
  expect(grants.map(({ action, resource }) => `${action} ${resource}`)).toEqual(
    groups.map((group) => `logs:StartQuery arn:aws:logs:ap-southeast-1:000000000000:log-group:${group}:*`),
  );
});

test('a log group that is not there, an unknown query and any other operation are refused as AWS does', async () => {
  const missing = await service.identify(request('StartQuery', { ...asked, logGroupNames: ['/docaxis/x/none'] }));
  expect(() => missing.run()).toThrow(/does not exist/);
  const unknown = await service.identify(request('GetQueryResults', { queryId: 'x' }));
  expect(() => unknown.run()).toThrow(/does not exist/);
  expect(() => service.identify(request('FilterLogEvents', {}))).toThrow(expect.objectContaining({ status: 501 }));
  expect(() => service.identify(request('StartQuery', { ...asked, logGroupNames: [], limit: 5 }))).toThrow(
    expect.objectContaining({ code: 'InvalidParameterException' }),
  );
});
