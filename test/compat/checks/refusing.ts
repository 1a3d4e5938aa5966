import assert from 'node:assert/strict';
import type { Sent } from '../oldSdk.ts';
import { assertReadable, assertRefused, type Check, itemsOf, type Play, said } from '../play.ts';

const LIST = { servicetype: 'eDoc', messagetype: 'edoc' };
const POSTS = [
  'getReceivedEdocList',
  'getEdoc',
  'updateStatus',
  'getSentEdocList',
  'getAgenciesList',
  'getSynchronizeUnit',
];

/** A refusal to a file that was sent: code, shape, an empty DocId, and nothing left in the list of what was sent. */
async function refuses(
  play: Play,
  file: Buffer,
  codes: readonly string[],
  from = play.target.sender.agency,
): Promise<Sent> {
  const { sender } = play.target;
  const sentIds = async (): Promise<string> => {
    const { result } = await play.sdk(sender).post('getSentEdocList', LIST);
    return itemsOf(result?.data)
      .map(({ senderDocId }) => senderDocId)
      .toSorted()
      .join();
  };
  const before = await sentIds();
  const sent = await play.sdk(sender).sendEdoc(file, { from, messagetype: 'edoc' });
  assertRefused(sent, codes);
  assertReadable(sent.answer);
  assert.equal(sent.result?.DocId, '');
  assert.equal(await sentIds(), before, 'a refusal leaves nothing behind');
  return sent;
}

export const REFUSING: readonly Check[] = [
  {
    name: 'a wrong secret is told in every operation, readably',
    run: async (play) => {
      const wrong = { ...play.target.sender, secret: 'not-the-secret-of-this-system' };
      for (const operation of POSTS) {
        const sent = await play.sdk(wrong).post(operation, { ...LIST, docId: 'x', status: 'done' });
        assertRefused(sent, ['15']);
        assertReadable(sent.answer);
      }
      const sent = await play.sdk(wrong).sendEdoc(play.document(), { from: wrong.agency, messagetype: 'edoc' });
      assertRefused(sent, ['15']);
    },
  },
  {
    name: 'an unknown system is told the same as a wrong secret',
    run: async (play) => {
      const unknown = { ...play.target.sender, systemId: 'X00.W00' };
      const wrong = { ...play.target.sender, secret: 'not-the-secret-of-this-system' };
      const answers = [];
      for (const party of [unknown, wrong]) {
        const sent = await play.sdk(party).post('getReceivedEdocList', LIST);
        assertRefused(sent, ['15']);
        answers.push({ status: sent.answer?.status, ErrorCode: sent.result?.ErrorCode });
      }
      assert.deepEqual(answers[0], answers[1]);
    },
  },
  {
    name: 'a header that differs from what was signed is refused',
    run: async (play) => {
      const sdk = play.sdk(play.target.recipient);
      const forge = { 'XroadVnpt-messagetype': 'status' };
      assertRefused(await sdk.post('getReceivedEdocList', LIST, { forge }), ['15']);
    },
  },
  {
    name: 'a parameter that was not signed is not believed',
    run: async (play) => {
      const item = await play.arrive(play.document());
      const forge = { 'XroadVnpt-docId': String(item.docId), 'XroadVnpt-status': 'done' };
      const sent = await play.sdk(play.target.recipient).post('updateStatus', {}, { body: '{}', forge });
      assert.equal(sent.result?.status, 'FAIL', said(sent.answer));
      assert.ok((await play.list(play.target.recipient)).some(({ docId }) => docId === item.docId));
    },
  },
  {
    name: 'a sender that the calling centre does not serve',
    run: async (play) => {
      const { sender, recipient } = play.target;
      await refuses(play, play.document({ from: recipient.agency, to: sender.agency }), ['19']);
    },
  },
  {
    name: 'a recipient that is not in the directory',
    run: async (play) => void (await refuses(play, play.document({ to: 'X99' }), ['18'])),
  },
  {
    name: 'a file that is not XML',
    run: async (play) => void (await refuses(play, Buffer.from('PK\u0003\u0004 not XML at all'), ['10', '22'])),
  },
  {
    name: 'XML that is not edXML, and edXML without what is mandatory',
    run: async (play) => {
      await refuses(play, Buffer.from('<?xml version="1.0"?><a><b/></a>'), ['22']);
      const text = play.document().toString('utf8');
      const nameless = text.replace(/<edXML:DocumentId>[^<]*<\/edXML:DocumentId>/, '');
      await refuses(play, Buffer.from(nameless), ['22']);
    },
  },
  {
    name: 'a DOCTYPE never passes: readers of old clients resolve entities',
    run: async (play) => {
      const text = play.document().toString('utf8');
      const entity = '<!DOCTYPE edXML [<!ENTITY x "X92">]>';
      const file = Buffer.from(text.replace('<edXML ', `${entity}<edXML `).replace('>X92<', '>&x;<'));
      await refuses(play, file, ['10', '21', '22']);
    },
  },
  {
    name: 'an empty file and one octet',
    run: async (play) => {
      await refuses(play, Buffer.alloc(0), ['10', '21', '22']);
      await refuses(play, Buffer.from('<'), ['10', '21', '22']);
    },
  },
  {
    name: 'more than can be taken: the refusal names the limit and the way for larger ones',
    run: async (play) => {
      const text = play.document().toString('utf8');
      const large = text.replace('>Đề nghị góp ý bằng văn bản<', `>${'x'.repeat(4_300_000)}<`);
      const sent = await refuses(play, Buffer.from(large), ['10', '21', '22']);
      assert.match(sent.result?.ErrorDesc ?? '', /\d/, 'the limit is a number');
    },
  },
  {
    name: 'an id of nobody, and one of another centre’s mailbox, are told the same',
    run: async (play) => {
      const { sender } = play.target;
      const { docId } = await play.arrive(play.document());
      const stranger = play.sdk(sender);
      const codes = [];
      for (const asked of ['no-such-document', '..\\..\\boot.ini', String(docId)]) {
        for (const [operation, more] of [
          ['getEdoc', {}],
          ['updateStatus', { status: 'done' }],
        ] as const) {
          const sent = await stranger.post(operation, { docId: asked, ...more }, { body: '{}' });
          assert.equal(sent.result?.status, 'FAIL', said(sent.answer));
          assertReadable(sent.answer);
          codes.push(sent.result.ErrorCode);
        }
      }
      assert.equal(new Set(codes).size, 1, `one code for all: ${codes.join()}`);
      assert.ok(
        (await play.list(play.target.recipient)).some((item) => item.docId === docId),
        'it still waits',
      );
    },
  },
  {
    name: 'a state that there is none, and no state at all',
    run: async (play) => {
      const { docId } = await play.arrive(play.document());
      for (const parameters of [{ status: 'finished' }, {}]) {
        const sent = await play
          .sdk(play.target.recipient)
          .post('updateStatus', { docId: String(docId), ...parameters }, { body: '{}' });
        assert.equal(sent.result?.status, 'FAIL', said(sent.answer));
        assertReadable(sent.answer);
      }
    },
  },
  {
    name: 'an operation that there is none is told readably',
    run: async (play) => {
      const sent = await play.sdk(play.target.sender).post('dropEverything', {}, { body: '{}' });
      assert.equal(sent.result?.status, 'FAIL', said(sent.answer));
      assertReadable(sent.answer);
    },
  },
];
