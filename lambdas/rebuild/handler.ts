import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { KeptObjectBucket } from '../../adapters/aws/keptObjects.ts';
import { MemoryTable } from '../../adapters/aws/memoryTable.ts';
import { ObjectOrphanage } from '../../adapters/aws/orphanage.ts';
import { WitnessObject } from '../../adapters/aws/witnessObject.ts';
import { createLenientReader } from '../../adapters/lenient/lenientReader.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept } from '../../core/contract/refusals.ts';
import { byOperator } from '../../core/contract/timeline.ts';
import { rebuildRecords } from '../../core/walk/rebuildRecords.ts';
import { answer } from '../edge/answer.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { keepingPorts } from '../edge/submitPorts.ts';

const environment = readEnvironment('rebuild', process.env);
const observer = createObserver('rebuild', environment);
const shared = keepingPorts('rebuild', environment, observer);
const { clock, dynamo, s3 } = shared;

const ports = {
  ...shared,
  // What old systems sent unsigned was read so when it came in.
  lenient: createLenientReader({ bytes: LIMITS.messageBytes }),
  uploadsBucket: '',
  directoryAt: (at: number) => new CachedDirectory(dynamo, environment.REGISTRY_TABLE, { now: () => at }),
  kept: new KeptObjectBucket(s3, environment.DISPATCHES_BUCKET),
  orphanage: new ObjectOrphanage(s3, environment.DISPATCHES_BUCKET),
  memory: new MemoryTable(dynamo, environment.DISPATCHES_TABLE),
  witness: new WitnessObject(s3, environment.DISPATCHES_BUCKET),
};

/** `POST /v1/admin/rebuild`: records that were lost when the tables were put back, from what lies in the bucket. */
export const handler = edge<'rebuild'>(
  {
    rebuild: async ({ operator, body, correlationId }) => {
      const { what, reason } = body;
      const outcome = await rebuildRecords({ by: byOperator(operator), reason }, body, ports);
      if (!outcome.ok) return outcome;
      const { rebuilt, left } = outcome.value;
      const counts = { rebuilt: rebuilt.length, left: left.length };
      observer.event('operator', { what: `rebuild ${what}`, operator, reason, correlationId, ...counts });
      return answer<'rebuild'>(accept(outcome.value));
    },
  },
  {
    clock,
    observer,
    limiter: undefined,
    authenticator: undefined,
  },
);
