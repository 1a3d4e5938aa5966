import type { AnswerOf } from '../core/contract/answers.ts';
import type { AxisClient } from './axisClient.ts';

export type WholeDispatch = Omit<AnswerOf<'dispatch'>, 'next'>;

/** A dispatch with all its deliveries, page after page. */
export async function wholeDispatch(client: Pick<AxisClient, 'dispatch'>, dispatchId: string): Promise<WholeDispatch> {
  const { next, ...dispatch } = await client.dispatch(dispatchId);
  const deliveries = [...dispatch.deliveries];
  for (let after = next; after !== undefined; ) {
    const page = await client.dispatch(dispatchId, { after });
    deliveries.push(...page.deliveries);
    // A page that leads to itself would never end.
    after = page.next === after ? undefined : page.next;
  }
  return { ...dispatch, deliveries };
}
