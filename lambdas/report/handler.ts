import { dynamoClient } from '../../adapters/aws/clients.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { SentScanTable } from '../../adapters/aws/sentScanTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { reportLines } from '../../core/walk/reportLines.ts';
import { answer } from '../edge/answer.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { reportQuery } from './reportQuery.ts';

const environment = readEnvironment('report', process.env);
const observer = createObserver('report', environment);
const dynamo = dynamoClient();

const ports = {
  axis: environment.AXIS_ID,
  clock,
  scan: new SentScanTable(dynamo, environment.DISPATCHES_TABLE),
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
};

/** Lines that reports are computed from: a function of its own, since it may read of everybody and write nothing. */
export const handler = edge<'report'>(
  {
    reportLines: async ({ query }) => {
      const wanted = reportQuery(query);
      return wanted.ok ? answer<'reportLines'>(reportLines(wanted.value, ports)) : wanted;
    },
  },
  { clock, observer, limiter: undefined, authenticator: undefined },
);
