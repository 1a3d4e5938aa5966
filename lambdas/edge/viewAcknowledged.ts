import type { AnswerOf } from '../../core/contract/answers.ts';
import type { Acknowledged } from '../../core/walk/acknowledge.ts';
import { problemOf } from './reply.ts';

/** What an answer says of several acknowledgements, each by itself. */
export const viewAcknowledged = (
  acknowledged: readonly Acknowledged[],
  correlationId: string,
): AnswerOf<'acknowledgeBatch'>['results'] =>
  acknowledged.map(({ deliveryId, outcome }) =>
    outcome.ok ? outcome.value : { deliveryId, refusal: problemOf(outcome.refusal, correlationId) },
  );
