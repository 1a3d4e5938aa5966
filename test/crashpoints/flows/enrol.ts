import { pemOf } from '../../../client/pemCertificates.ts';
import { issueCertificate, makeKeys, signerExtensions } from '../../../world/certificates.ts';
import { newKey } from '../../refusals/town.ts';
import type { Flow } from '../flow.ts';

const REASON = 'crash points';
const YEAR = 365 * 86_400_000;
let numbers = 0;

/** An operator enrols a system with a key and a secret, and an agency with a certificate; then the system sees its agency. */
export const enrol: Flow = {
  name: 'enrol',
  of: ['administer'],
  fresh: true,
  prepare: async (scene) => {
    numbers += 1;
    const systemId = `he-thong-${numbers}`;
    const code = `X97.${String(numbers).padStart(3, '0')}`;
    const key = newKey(`key-of-${systemId}`);
    const { d: _, ...jwk } = key;
    const now = scene.town.axis.clock.now();
    const { certificate } = issueCertificate({
      name: [['CN', `Người ký của ${code}`]],
      keys: await makeKeys('p-256'),
      notBefore: new Date(now - YEAR),
      notAfter: new Date(now + YEAR),
      extensions: signerExtensions(),
    });
    const { operator } = scene.town;
    return async () => {
      const system = { systemId, name: 'Hệ thống mới', reason: REASON };
      await scene.patiently('the system is added', () => operator.call('addSystem', { body: system }));
      await scene.patiently('the key is added', () =>
        operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } }),
      );
      const body = { code, name: 'Cơ quan mới', system: systemId, reason: REASON };
      const { agencyId } = await scene.patiently('the agency is added', () => operator.call('addAgency', { body }));
      const pem = pemOf(certificate);
      await scene.patiently('the certificate is added', () =>
        operator.call('addCertificate', { path: { agencyId }, body: { pem, reason: REASON } }),
      );
      return {
        sent: [],
        problems: async () => {
          const { agencies } = await scene.town.clientOf(systemId, key).me();
          const shown = await operator.call('showAgency', { path: { agencyId } });
          const steps = shown.history.map(({ ev }) => ev).join();
          const isWhole =
            JSON.stringify(agencies).includes(code) &&
            shown.certificates.length === 1 &&
            steps === 'x-agency-added,x-certificate-added';
          return isWhole ? [] : [`${code} is not enrolled: ${JSON.stringify({ agencies, shown })}`];
        },
      };
    };
  },
};
