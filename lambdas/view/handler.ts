import type { KeyObject } from 'node:crypto';
import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { dynamoClient, kmsClient } from '../../adapters/aws/clients.ts';
import { DeliveryTable } from '../../adapters/aws/deliveryTable.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { ReceiptCertificateTable, receiptIssuerKey } from '../../adapters/aws/kmsReceiptSigner.ts';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import { SubmissionTable } from '../../adapters/aws/submissionTable.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept } from '../../core/contract/refusals.ts';
import { listSent, searchAgencies, viewDispatch, viewMe } from '../../core/walk/view.ts';
import { viewSubmission } from '../../core/walk/viewSubmission.ts';
import { answer } from '../edge/answer.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { edge } from '../edge/edge.ts';
import { pageOf } from '../edge/edgeRequest.ts';
import { createObserver } from '../edge/observe.ts';
import { dispatchIdIn, submissionIdIn } from '../edge/pathId.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { json, problemOf } from '../edge/reply.ts';
import { searchTexts } from './searchTexts.ts';

const environment = readEnvironment('view', process.env);
const observer = createObserver('view', environment);
const dynamo = dynamoClient();
const kms = kmsClient();
const directory = new CachedDirectory(dynamo, environment.REGISTRY_TABLE, clock);

const ports = {
  clock,
  directory,
  search: new RegistryTable(dynamo, environment.REGISTRY_TABLE),
  dispatches: new DispatchTable(dynamo, environment.DISPATCHES_TABLE),
  submissions: new SubmissionTable(dynamo, environment.DISPATCHES_TABLE),
  deliveries: new DeliveryTable(dynamo, environment.DISPATCHES_TABLE),
  receiptCertificates: new ReceiptCertificateTable(dynamo, environment.DISPATCHES_TABLE),
};

const about = { axis: environment.AXIS_ID, stage: environment.STAGE, version: environment.AXIS_VERSION };
/** Seconds after which a submission in the background is worth another look. */
const LOOK_AGAIN_SECONDS = '2';

/** Who must know hears that the axis is paused, and operators beside it why. */
async function paused(): Promise<Pick<AnswerOf<'health'>, 'paused'>> {
  const pause = await directory.pause();
  return pause?.paused ? { paused: { since: new Date(pause.at).toISOString() } } : {};
}

let issuer: KeyObject | undefined;

/** What can be looked at: dispatches, the directory, oneself, the axis. Also answers routes that do not exist. */
export const handler = edge<'view'>(
  {
    dispatch: async ({ caller, path, query }) => {
      const dispatchId = dispatchIdIn(path);
      if (!dispatchId.ok) return dispatchId;
      return answer<'dispatch'>(viewDispatch(caller, { dispatchId: dispatchId.value, after: query.after }, ports));
    },
    submission: async ({ caller, path, correlationId }) => {
      const submissionId = submissionIdIn(path);
      if (!submissionId.ok) return submissionId;
      const seen = await viewSubmission(caller, submissionId.value, ports);
      if (!seen.ok) return seen;
      const { refusal, ...view } = seen.value;
      const shown: AnswerOf<'submission'> = {
        ...view,
        ...(refusal ? { refusal: problemOf(refusal, correlationId) } : {}),
      };
      return accept(json(200, shown, view.state === 'working' ? { 'retry-after': LOOK_AGAIN_SECONDS } : {}));
    },
    sent: async ({ caller, query }) => {
      const page = pageOf(query);
      if (!page.ok) return page;
      const wanted = searchTexts(query);
      if (!wanted.ok) return wanted;
      return answer<'sent'>(listSent(caller, { ...page.value, agency: wanted.value.agency }, ports));
    },
    agencies: async ({ query }) => {
      const page = pageOf(query);
      if (!page.ok) return page;
      const wanted = searchTexts(query);
      if (!wanted.ok) return wanted;
      return answer<'agencies'>(accept(await searchAgencies({ ...page.value, ...wanted.value }, ports)));
    },
    me: async ({ caller, query }) => {
      const page = pageOf(query);
      return page.ok ? answer<'me'>(accept(await viewMe(caller, page.value, ports))) : page;
    },
    health: async () =>
      answer<'health'>(
        accept({ status: 'ok', ...about, now: new Date(clock.now()).toISOString(), ...(await paused()) }),
      ),
    axis: async () => {
      issuer ??= await receiptIssuerKey(kms, environment.RECEIPT_KEY_ID);
      return answer<'axis'>(
        accept({
          ...about,
          ...(await paused()),
          limits: LIMITS,
          receiptIssuer: { ...issuer.export({ format: 'jwk' }), alg: 'ES256' },
        }),
      );
    },
  },
  {
    clock,
    observer,
    limiter: new RateLimiter({ counter: new BudgetTable(dynamo, environment.DISPATCHES_TABLE), clock, observer }),
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
  },
);
