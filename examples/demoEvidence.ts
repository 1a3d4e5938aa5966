import { checkEvidence } from '../client/checkEvidence.ts';
import { LIMITS } from '../core/contract/limits.ts';
import type { Scene, Sent } from './demoScene.ts';
import { eventually, expectThat, type StepBook } from './stepBook.ts';

/** Some minutes later every step is in the evidence log: the sender proves by it that its letter was handed over. */
export async function demoEvidence({ answer }: Sent, { centre, later }: Scene, steps: StepBook): Promise<void> {
  const { receiptIssuer } = centre.profile;
  const deliveryId = answer.recipients[0]?.deliveryId ?? '';
  await steps.step(
    'some minutes later the sender proves the hand-over',
    async () => {
      later(LIMITS.log.seconds * 1000);
      const evidence = await eventually(async () => {
        const logged = await centre.client.deliveryEvidence(deliveryId);
        return logged.waiting === 0 ? logged : undefined;
      }, 'the evidence log');
      const verdict = checkEvidence(evidence, receiptIssuer);
      expectThat(verdict.ok, 'the evidence does not hold');
      const handover = verdict.steps.find(({ ev }) => ev === 'ContentHandover');
      expectThat(handover !== undefined, 'there is no hand-over');
      const elsewhere = evidence.records.map((record) => ({ ...record, record: evidence.records[0]?.record ?? '' }));
      expectThat(!checkEvidence({ ...evidence, records: elsewhere }, receiptIssuer).ok, 'another record holds, too');
      return handover;
    },
    ({ by, at, log }) =>
      `${by} acknowledged at ${at}: a signed record, entry ${log.index} of ${log.size} in a log that only grows`,
  );
}
