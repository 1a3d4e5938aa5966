import { agencyIdOf } from '../../kit/enrolment.ts';
import type { Flow } from '../flow.ts';
import { done, oldCentre, sdkOf } from './oldSystems.ts';

let numbers = 0;

/** A centre of today announces an agency of its own and withdraws it. */
export const compatAgencies: Flow = {
  name: 'compatibility: agencies',
  of: ['compatAgencies'],
  fresh: true,
  prepare: async (scene) => {
    const sdk = sdkOf(scene, await oldCentre(scene));
    numbers += 1;
    const code = `X91.04.${String(numbers).padStart(3, '0')}`;
    const unit = { id: '', pcode: 'X91.04', code, name: 'Phòng mới', mail: '', mobile: '', fax: '' };
    return async () => {
      await scene.patiently('the agency is announced', () =>
        done(sdk.post('registerAgency', {}, { body: JSON.stringify(unit) })),
      );
      const path = { agencyId: await agencyIdOf(scene.town, code) };
      const open = await scene.town.operator.call('showAgency', { path });
      await scene.patiently('the agency is withdrawn', () =>
        done(sdk.post('deleteAgency', { AgencyCode: code }, { body: '{}' })),
      );
      return {
        sent: [],
        problems: async () => {
          const closed = await scene.town.operator.call('showAgency', { path });
          const steps = closed.history.map(({ ev }) => ev).join();
          const isWhole = open.closedAt === undefined && closed.closedAt !== undefined;
          return isWhole && steps === 'x-agency-added,x-agency-closed'
            ? []
            : [`${code} is not as it was told: ${steps}`];
        },
      };
    };
  },
};
