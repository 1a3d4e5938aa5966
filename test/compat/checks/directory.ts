import assert from 'node:assert/strict';
import {
  assertDone,
  assertReadable,
  assertRefused,
  type Check,
  type Item,
  itemsOf,
  type Party,
  type Play,
} from '../play.ts';

/** Every member that the SDK reads is a text where it is there at all. */
function assertTexts(items: readonly Item[], members: readonly string[]): void {
  for (const item of items)
    for (const member of members)
      assert.ok(['string', 'undefined'].includes(typeof item[member]), `${member} of ${JSON.stringify(item)}`);
}

async function agenciesOf(play: Play, party: Party): Promise<readonly Item[]> {
  const sent = await play.sdk(party).post('getAgenciesList');
  assertDone(sent);
  assertReadable(sent.answer);
  return itemsOf(sent.result?.data);
}

const HUB = /^(?:\d{3}\.\d{2}\.)?W00$|\.W00$/;

export const DIRECTORY: readonly Check[] = [
  {
    name: 'getAgenciesList holds the whole directory, without hub codes',
    run: async (play) => {
      const { sender, recipient } = play.target;
      const items = await agenciesOf(play, sender);
      assertTexts(items, ['id', 'pid', 'code', 'name', 'mail', 'oldCode']);
      const codes = items.map(({ code }) => String(code));
      for (const { agency } of [sender, recipient]) assert.ok(codes.includes(agency), `${agency} is missing`);
      assert.ok(!codes.some((code) => HUB.test(code)), 'hub codes are no addressees');
    },
  },
  {
    name: 'getAgenciesListQD20 has its own members',
    versions: ['2.0.1'],
    run: async (play) => {
      const sent = await play.sdk(play.target.sender).post('getAgenciesListQD20', { level: '1' });
      assertDone(sent);
      assertReadable(sent.answer);
      const items = itemsOf(sent.result?.data);
      assert.ok(items.length > 0, 'an empty directory');
      assertTexts(items, ['id', 'code', 'name', 'mail', 'code102']);
    },
  },
  {
    name: 'getSynchronizeUnit has numbers and truth values where the SDK wants them',
    run: async (play) => {
      const sent = await play.sdk(play.target.sender).post('getSynchronizeUnit');
      assertDone(sent);
      assertReadable(sent.answer);
      const items = itemsOf(sent.result?.data);
      assert.ok(items.length > 0, 'an empty directory');
      assertTexts(items, ['id', 'pid', 'code', 'name', 'mail', 'centerCode', 'modifyDate']);
      for (const item of items) {
        assert.ok(item.version === undefined || Number.isInteger(item.version), 'version');
        for (const member of ['deleted', 'isAgency'])
          assert.ok(['boolean', 'undefined'].includes(typeof item[member]), member);
      }
    },
  },
  {
    name: 'registerAgency adds a unit of the calling centre, again and again the same; deleteAgency takes it away',
    run: async (play) => {
      const { sender } = play.target;
      const code = `${sender.agency}.${String(Date.now() % 1000).padStart(3, '0')}`;
      const unit = {
        id: '',
        pcode: sender.agency,
        code,
        name: 'Phòng Thử nghiệm',
        mail: 'phong@thu.example',
        mobile: '',
        fax: '',
      };
      const body = JSON.stringify(unit);
      const sdk = play.sdk(sender);
      for (let time = 0; time < 2; time++) assertDone(await sdk.post('registerAgency', {}, { body }));
      for (let time = 0; time < 2; time++)
        assertDone(await sdk.post('deleteAgency', { AgencyCode: code }, { body: '{}' }));
    },
  },
  {
    name: 'a centre can neither register nor delete what belongs to another one',
    run: async (play) => {
      const { sender, recipient } = play.target;
      const unit = {
        id: '',
        pcode: recipient.agency,
        code: `${recipient.agency}.777`,
        name: 'Người lạ',
        mail: '',
        mobile: '',
        fax: '',
      };
      const sdk = play.sdk(sender);
      const registered = await sdk.post('registerAgency', {}, { body: JSON.stringify(unit) });
      assert.equal(registered.result?.status, 'FAIL');
      assertReadable(registered.answer);
      const deleted = await sdk.post('deleteAgency', { AgencyCode: recipient.agency }, { body: '{}' });
      assert.equal(deleted.result?.status, 'FAIL');
      assertReadable(deleted.answer);
      assert.ok((await agenciesOf(play, sender)).some(({ code }) => code === recipient.agency));
      assertRefused(registered, NOT_ZERO);
      assertRefused(deleted, NOT_ZERO);
    },
  },
];

/** Any code but success: the wire fixes none for these. */
const NOT_ZERO = Array.from({ length: 99 }, (_, index) => String(index + 1));
