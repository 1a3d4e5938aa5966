import type { AgencyListName } from '../../core/contract/agencyLists.ts';
import { localTime } from '../../core/edxml/localTime.ts';
import type { AgencyListForm } from '../../core/publish/units.ts';
import { asciiJson, succeeded } from '../edge/compat/faceReply.ts';

/** The answer of the faces around an empty list, cut where the members go. */
const [head = '', tail = ''] = succeeded({ data: [] })
  .split('[]')
  .map((part, index) => (index === 0 ? `${part}[\n` : `\n]${part}`));

const form = (name: AgencyListName, member: AgencyListForm['member']): AgencyListForm => ({ name, head, tail, member });

/** Lists of the directory in the members that the SDK reads; one that has no value is left out, since a null drops the whole list. */
export const AGENCY_LIST_FORMS: readonly AgencyListForm[] = [
  form('agencies', ({ agencyId, code, name, mail, formerCode, deleted }, { parentId }) =>
    deleted
      ? undefined
      : asciiJson({ id: agencyId, pid: parentId, code, name, mail: mail ?? '', oldCode: formerCode ?? '' }),
  ),
  form('agencies-qd20', ({ agencyId, code, name, mail, decision20, deleted }) =>
    deleted ? undefined : asciiJson({ id: agencyId, code, name, mail: mail ?? '', code102: decision20 ?? '' }),
  ),
  form('units', (unit, { parentId, top }) =>
    asciiJson({
      id: unit.agencyId,
      pid: parentId,
      code: unit.code,
      name: unit.name,
      mail: unit.mail ?? '',
      version: unit.revision,
      centerCode: top,
      deleted: unit.deleted,
      modifyDate: localTime(unit.changedAt),
      isAgency: unit.connected,
    }),
  ),
];
