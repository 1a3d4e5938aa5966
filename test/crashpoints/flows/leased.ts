import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { SentLetter } from '../../kit/testAxis.ts';
import type { Scene } from '../scene.ts';

/** A letter that its recipient holds under a lease. */
export async function leased(scene: Scene): Promise<{ sent: SentLetter; delivery: AnswerOf<'lease'> }> {
  const sent = await scene.delivered();
  const [recipient] = sent.answer.recipients;
  return { sent, delivery: await scene.ministry.lease(recipient?.deliveryId ?? '', { leaseSeconds: 7200 }) };
}
