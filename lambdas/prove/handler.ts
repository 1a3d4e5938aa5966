import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, s3Client } from '../../adapters/aws/clients.ts';
import { LogHeadTable } from '../../adapters/aws/logHeadTable.ts';
import { CHECKPOINT, logFileKey, S3LogObjects } from '../../adapters/aws/logObjects.ts';
import { LogWorkTable } from '../../adapters/aws/logWorkTable.ts';
import { PresignedLinks } from '../../adapters/aws/presignedLinks.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { iso } from '../../core/contract/iso.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, refuse } from '../../core/contract/refusals.ts';
import { isTilePath } from '../../core/prove/tiles.ts';
import { proveDelivery, proveDispatch } from '../../core/walk/prove.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { wantsLink } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { deliveryIdIn, dispatchIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';

const environment = readEnvironment('prove', process.env);
const observer = createObserver('prove', environment);
const dynamo = dynamoClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);
const links = new PresignedLinks(environment.DISPATCHES_BUCKET, clock);
const isKept = environment.EVIDENCE === 'on';

const ports = {
  directory,
  // One at a time: what cannot be read is a fault of this request.
  work: new LogWorkTable(dynamo, environment.DISPATCHES_TABLE, () => undefined),
  heads: new LogHeadTable(dynamo, environment.LOG_TABLE),
  objects: new S3LogObjects(s3Client(), environment.DISPATCHES_BUCKET),
};

/** Proved: hands out the records of a timeline with their proofs, and the files of the log itself to anybody. */
export const handler = edge<'prove'>(
  {
    dispatchEvidence: async ({ caller, path }) => {
      const dispatchId = dispatchIdIn(path);
      if (!dispatchId.ok) return dispatchId;
      if (!isKept) return refuse('evidence-not-kept');
      return answer<'dispatchEvidence'>(proveDispatch(caller, dispatchId.value, ports));
    },
    deliveryEvidence: async ({ caller, path }) => {
      const deliveryId = deliveryIdIn(path);
      if (!deliveryId.ok) return deliveryId;
      if (!isKept) return refuse('evidence-not-kept');
      return answer<'deliveryEvidence'>(proveDelivery(caller, deliveryId.value, ports));
    },
    logFile: async ({ path, query }) => {
      const { file = '' } = path;
      const asLink = wantsLink(query);
      if (!asLink.ok) return asLink;
      if (file !== CHECKPOINT && !isTilePath(file)) return refuse('log-file-not-found');
      if (!isKept) return refuse('evidence-not-kept');
      const href = await links.sign({ method: 'GET', key: logFileKey(file) }, LIMITS.linkSeconds);
      if (asLink.value) {
        const expiresAt = iso(clock.now() + LIMITS.linkSeconds * 1000);
        return answer<'logFile'>(accept({ href, expiresAt }));
      }
      return accept({ statusCode: 302, headers: { location: href, 'cache-control': 'no-store' }, body: '' });
    },
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
  },
);
