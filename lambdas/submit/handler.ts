import { BudgetTable } from '../../adapters/aws/budgetTable.ts';
import { SqsSubmissionQueue } from '../../adapters/aws/submissionQueue.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { accept } from '../../core/contract/refusals.ts';
import { submit } from '../../core/walk/submit.ts';
import { uploadedMessage } from '../../core/walk/uploadedMessage.ts';
import { Authenticator } from '../edge/authenticate.ts';
import { edge } from '../edge/edge.ts';
import { createObserver } from '../edge/observe.ts';
import { RateLimiter } from '../edge/rateLimiter.ts';
import { json, type Reply } from '../edge/reply.ts';
import { submitPorts } from '../edge/submitPorts.ts';
import { readSubmitRequest } from './readSubmitRequest.ts';

const environment = readEnvironment('submit', process.env);
const observer = createObserver('submit', environment);
const shared = submitPorts('submit', environment, observer);
const { clock, directory, refusals, submissions, held } = shared;
const queue = new SqsSubmissionQueue(shared.sqs, environment.SUBMISSION_QUEUE_URL);
const ports = { ...shared, later: { submissions, held, queue } };

const STATUS_OF = { accepted: 201, again: 200, 'would-be-accepted': 200, working: 202 } as const;
/** Seconds after which the background is worth a look. */
const LOOK_AFTER_SECONDS = '1';

/** What takes long answers 202 with the address where it is seen (RFC 9110 section 15.3.3). */
function replyOf(answer: AnswerOf<'submit'>, preferred: boolean): Reply {
  const { outcome, submissionId } = answer;
  const onItsWay =
    submissionId === undefined
      ? {}
      : {
          location: `/v1/submissions/${submissionId}`,
          'retry-after': LOOK_AFTER_SECONDS,
          ...(preferred ? { 'preference-applied': 'respond-async' } : {}),
        };
  return json(STATUS_OF[outcome], answer, onItsWay);
}

/** `POST /v1/dispatches`: submitted, verified, kept; answers with the receipt. */
export const handler = edge<'submit'>(
  {
    submit: async ({ event, caller, correlationId }) => {
      const began = clock.now();
      const request = readSubmitRequest(event);
      if (!request.ok) return request;
      const asked = request.value;
      const bytes = 'uploadId' in asked ? await uploadedMessage(caller, asked.uploadId, ports) : accept(asked.bytes);
      if (!bytes.ok) return bytes;
      const { documentSignature, documentRevocation, deliveryExpires, dryRun, background } = asked;
      const outcome = await submit(
        {
          caller,
          bytes: bytes.value,
          documentSignature,
          documentRevocation,
          deliveryExpires,
          dryRun,
          background,
          correlationId,
        },
        ports,
      );
      if (!outcome.ok) return outcome;
      const { dispatchId, outcome: what, recipients, submissionId, report } = outcome.value;
      if (report?.checks.some(({ id, verdict }) => id === 'revocation' && verdict === 'warn'))
        observer.count('revocationFlagged');
      observer.event('submitted', {
        what,
        dispatchId,
        submissionId,
        recipients: recipients.length,
        ms: clock.now() - began,
        system: caller.systemId,
        correlationId,
      });
      if (what === 'accepted' || what === 'again') observer.count(what === 'accepted' ? 'accepted' : 'repeated');
      return accept(replyOf(outcome.value, background ?? false));
    },
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
    authenticator: new Authenticator({ axis: environment.AXIS_ID, clock, directory }),
    refusals,
  },
);
