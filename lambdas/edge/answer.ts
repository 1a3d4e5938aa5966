import type { AnswerOf } from '../../core/contract/answers.ts';
import { accept, type Outcome } from '../../core/contract/refusals.ts';
import type { RouteName } from '../../core/contract/routes.ts';
import { json, type Reply } from './reply.ts';

/** A step's outcome as the route's answer: the type holds it to the contract. */
export async function answer<R extends RouteName>(
  outcome: Promise<Outcome<AnswerOf<R>>> | Outcome<AnswerOf<R>>,
  status = 200,
): Promise<Outcome<Reply>> {
  const result = await outcome;
  return result.ok ? accept(json(status, result.value)) : result;
}
