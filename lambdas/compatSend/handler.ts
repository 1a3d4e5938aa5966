import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { KmsSecretOpener } from '../../adapters/aws/kmsSecrets.ts';
import { createLenientReader } from '../../adapters/lenient/lenientReader.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { accept, type Outcome } from '../../core/contract/refusals.ts';
import { submit } from '../../core/walk/submit.ts';
import { FaceAuthenticator } from '../edge/compat/faceAuthenticator.ts';
import { type FaceAnswer, type FaceRequest, faceEdge } from '../edge/compat/faceEdge.ts';
import { noteOn } from '../edge/compat/unsignedNote.ts';
import { createObserver } from '../edge/observe.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { keepingPorts } from '../edge/submitPorts.ts';
import { readFormFile } from './readFormFile.ts';
import { readSdkFile } from './readSdkFile.ts';

const environment = readEnvironment('compatSend', process.env);
const observer = createObserver('compatSend', environment);
const shared = keepingPorts('compatSend', environment, observer);
const { kms, clock, directory, refusals } = shared;

const ports = {
  ...shared,
  reader: createDocumentReader({ bytes: LIMITS.messageBytes }),
  // What old libraries write outside the strict profile, unsigned, for agencies whose policy lets it in.
  lenient: createLenientReader({ bytes: LIMITS.messageBytes }),
  // Systems of this face upload nothing: a message that names files beside it is refused as missing them.
  uploads: { findMany: async () => [] },
  uploadsBucket: '',
};

/** The same walk as `POST /v1/dispatches`; `DocId` is the dispatch's id there and here. */
async function send(
  { caller, correlationId }: Pick<FaceRequest, 'caller' | 'correlationId'>,
  file: Outcome<Buffer>,
): Promise<Outcome<FaceAnswer>> {
  if (!file.ok) return file;
  const began = clock.now();
  const outcome = await submit({ caller, bytes: file.value, dryRun: false, correlationId }, ports);
  if (!outcome.ok) return outcome;
  const { dispatchId, outcome: what, recipients, report } = outcome.value;
  const facts = { what, dispatchId, recipients: recipients.length, system: caller.systemId, correlationId };
  observer.event('submitted', { ...facts, ms: clock.now() - began });
  observer.count(what === 'accepted' ? 'accepted' : 'repeated');
  return accept({ members: { DocId: dispatchId, ...noteOn(report.signed) } });
}

/** `sendEdoc`: submitted, verified, kept; the same file again gets the same `DocId`. */
export const handler = faceEdge<'compatSend'>(
  {
    sendEdoc: async (request) => send(request, readSdkFile(request)),
    lgspSendEdoc: async (request) => send(request, readFormFile(request.event)),
  },
  {
    clock,
    observer,
    pause: directory,
    limiter: new RateLimiter({
      counter: new BudgetTable(shared.dynamo, environment.DISPATCHES_TABLE),
      clock,
      observer,
    }),
    authenticator: new FaceAuthenticator({
      clock,
      directory,
      secrets: new KmsSecretOpener(kms, environment.SECRETS_KEY_ID, environment.STAGE),
    }),
    refusals,
  },
);
