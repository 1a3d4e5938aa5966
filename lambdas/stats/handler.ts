import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { IndexedCertificates } from '../../adapters/aws/certificateListing.ts';
import { dynamoClient, logsClient, sqsClient } from '../../adapters/aws/clients.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { InsightsLogs } from '../../adapters/aws/logInsights.ts';
import { SqsQueueDepths } from '../../adapters/aws/queueDepths.ts';
import { FUNCTIONS, readEnvironment } from '../../core/contract/environment.ts';
import { logGroupOf } from '../../core/contract/logQueries.ts';
import type { QueueUrls } from '../../core/contract/seeing.ts';
import { type SeePorts, stats, trace } from '../../core/walk/see.ts';
import { answer } from '../edge/answer.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';

const environment = readEnvironment('stats', process.env);
const observer = createObserver('stats', environment);
const dynamo = dynamoClient();
const sqs = sqsClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const dispatches = new DispatchTable(dynamo, environment.DISPATCHES_TABLE);
const groups = FUNCTIONS.map((name) => logGroupOf(environment.STAGE, name));
const logs = new InsightsLogs(logsClient(), groups);

const ports = (): SeePorts => ({
  clock,
  logs,
  queues: new SqsQueueDepths(sqs, JSON.parse(environment.QUEUES) as QueueUrls),
  work: dispatches,
  dispatches,
  listing: new IndexedCertificates(dynamo, environment.REGISTRY_TABLE),
  directory,
});

/** The numbers of the stage, and the lines of one request, for operators. */
export const handler = edge<'stats'>(
  {
    stats: ({ query }) => answer<'stats'>(stats(query.minutes, ports())),
    trace: ({ query }) => answer<'trace'>(trace({ id: query.id, hours: query.hours }, ports())),
  },
  {
    clock,
    observer,
    limiter: undefined,
    authenticator: undefined,
  },
);
