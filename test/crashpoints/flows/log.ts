import { LogHeadTable } from '../../../adapters/aws/logHeadTable.ts';
import { checkEvidence, type Evidence } from '../../../client/checkEvidence.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import { outputOf } from '../../kit/stores.ts';
import type { Flow } from '../flow.ts';
import { logProblems } from '../logProblems.ts';
import type { Scene } from '../scene.ts';
import { leased } from './leased.ts';

/** Entries of a full tile: a round that fills one writes more than others do. */
const TILE = 256;
/** More than one run logs. */
const ROOM = 16;

/** A whole life becomes evidence in a round that dies: whatever the next round finds, every step stands in the log once and is proved. */
export const log: Flow = {
  name: 'log what happened',
  of: ['log'],
  prepare: async (scene) => {
    await roomInTile(scene);
    const { sent, delivery } = await finished(scene);
    return async () => {
      await scene.patiently('everything is in the log', async () => {
        await scene.invoke('log', {});
        const all = await evidenceOf(scene, sent.answer.dispatchId, delivery.deliveryId);
        return all.every(({ waiting }) => waiting === 0);
      });
      return {
        sent: [sent],
        states: { [delivery.deliveryId]: 'acknowledged' },
        problems: async () => {
          const { receiptIssuer } = await scene.centre.axis();
          const all = await evidenceOf(scene, sent.answer.dispatchId, delivery.deliveryId);
          const steps = all.map((evidence) => ({ evidence, verdict: checkEvidence(evidence, receiptIssuer) }));
          return [
            ...steps.flatMap(({ evidence, verdict }) =>
              verdict.ok && verdict.steps.length === 2
                ? []
                : [`${evidence.of} is not proved: ${JSON.stringify(verdict)}`],
            ),
            ...(await logProblems(scene.town)),
          ];
        },
      };
    };
  },
};

/** A delivery that was taken and acknowledged, long enough ago to be logged. */
async function finished(scene: Scene) {
  const { sent, delivery } = await leased(scene);
  const { deliveryId, lease, headline } = delivery;
  await scene.ministry.acknowledge(deliveryId, { leaseToken: lease.token, sha256: headline.sha256 });
  scene.town.advance(LIMITS.log.seconds * 1000);
  return { sent, delivery };
}

const evidenceOf = ({ centre }: Scene, dispatchId: string, deliveryId: string): Promise<readonly Evidence[]> =>
  Promise.all([centre.dispatchEvidence(dispatchId), centre.deliveryEvidence(deliveryId)]);

/** Each run makes the same calls: none crosses the end of a tile. */
async function roomInTile(scene: Scene): Promise<void> {
  const { stores, axis } = scene.town;
  const heads = new LogHeadTable(stores.dynamo, outputOf(axis, 'LogTable'));
  for (;;) {
    const size = (await heads.read())?.size ?? 0;
    if (size % TILE > 0 && size % TILE < TILE - ROOM) return;
    await finished(scene);
    await scene.invoke('log', {});
  }
}
