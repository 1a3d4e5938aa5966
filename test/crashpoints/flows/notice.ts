import { pemOf } from '../../../client/pemCertificates.ts';
import { thumbprintOf } from '../../../core/contract/derivedIds.ts';
import { issueCertificate, makeKeys, signerExtensions } from '../../../world/certificates.ts';
import { startWebhookReceiver } from '../../kit/webhookReceiver.ts';
import type { Flow } from '../flow.ts';
import type { Scene } from '../scene.ts';

const REASON = 'crash points';
const DAY = 86_400_000;

/** A certificate ends soon: the daily look tells its system at its webhook, again and again under one id. */
export const notice: Flow = {
  name: 'notice at a webhook',
  of: ['watch', 'notify'],
  fresh: true,
  prepare: async (scene) => {
    const receiver = await startWebhookReceiver();
    await scene.ministry.setWebhook(receiver.url);
    const { agencyId, thumbprint } = await endingSoon(scene);
    return async () => {
      await scene.patiently('the daily look', async () => {
        await scene.invoke('watch', { task: 'certificates' });
        return true;
      });
      const told = () => receiver.events('certificate.expiring').filter(({ data }) => data.thumbprint === thumbprint);
      await scene.patiently('the system is told', async () => {
        await scene.quiet();
        return told().length > 0;
      });
      return {
        sent: [],
        problems: async () => {
          const claim = (await scene.town.stores.registry()).find(({ id }) => id === `certificate#${thumbprint}`);
          const ids = new Set(told().map(({ id }) => id));
          return [
            ...(ids.size === 1 ? [] : [`it was told under ${ids.size} ids`]),
            ...(claim?.warned === undefined ? ['it would be told for ever'] : []),
          ];
        },
        finish: async () => {
          const path = { agencyId, thumbprint };
          await scene.town.operator.call('retireCertificate', { path, body: { reason: REASON } });
          await scene.ministry.removeWebhook();
          await receiver.stop();
        },
      };
    };
  },
};

async function endingSoon(scene: Scene): Promise<{ agencyId: string; thumbprint: string }> {
  const { operator, axis } = scene.town;
  const { agencyId } = await scene.once('agency that expires', () =>
    operator.call('addAgency', { body: { code: 'X96.02', name: 'Cơ quan', system: 'bo-minh-hoa', reason: REASON } }),
  );
  const now = axis.clock.now();
  const { certificate } = issueCertificate({
    name: [['CN', 'Người ký sắp hết hạn']],
    keys: await makeKeys('p-256'),
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + 20 * DAY),
    extensions: signerExtensions(),
  });
  await operator.call('addCertificate', { path: { agencyId }, body: { pem: pemOf(certificate), reason: REASON } });
  return { agencyId, thumbprint: thumbprintOf(certificate) };
}
