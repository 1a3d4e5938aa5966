import assert from 'node:assert/strict';
import { assertDone, assertReadable, assertRefused, type Check, docIdOf, itemsOf, said, waitFor } from '../play.ts';
import { properHashOf } from '../signHeaders.ts';

const EDOC = { messagetype: 'edoc' };

export const SENDING: readonly Check[] = [
  {
    name: 'sendEdoc takes the file with CR LF behind it and the SDK’s own form of the digest',
    run: async (play) => {
      const { sender } = play.target;
      const sent = await play.sdk(sender).sendEdoc(play.document(), { from: sender.agency, ...EDOC });
      docIdOf(sent);
      assertReadable(sent.answer);
      assert.equal(sent.answer?.headers.get('content-encoding'), undefined, 'sendEdoc cannot read gzip');
    },
  },
  {
    name: 'sendEdoc takes a repaired client’s digest, with and without the line end',
    run: async (play) => {
      const { sender } = play.target;
      for (const noLineEnd of [false, true]) {
        const file = play.document();
        const bend = { hashFile: properHashOf(file), noLineEnd };
        docIdOf(await play.sdk(sender).sendEdoc(file, { from: sender.agency, ...EDOC }, bend));
      }
    },
  },
  {
    name: 'the same file again gets the same DocId, and the recipient one delivery',
    run: async (play) => {
      const file = play.document();
      const item = await play.arrive(file);
      const first = await play.send(file);
      assert.equal(await play.send(file), first);
      // What is sent after it has arrived, so a second delivery of the first would have arrived as well.
      await play.arrive(play.document());
      const { recipient } = play.target;
      const ofOneDispatch = (await play.list(recipient)).filter(({ docId }) => docId === item.docId);
      assert.equal(ofOneDispatch.length, 1);
      const { result } = await play
        .sdk(play.target.sender)
        .post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc', docId: first });
      assert.equal(itemsOf(result?.data).length, 1, 'one recipient, one delivery');
    },
  },
  {
    name: 'a connection closed before the answer: the runtime posts again, and there is one document',
    run: async (play) => {
      const { sender } = play.target;
      const file = play.document();
      const sent = await play
        .sdk(sender)
        .sendEdoc(file, { from: sender.agency, ...EDOC }, { hangUp: 'before-the-answer' });
      assert.equal(sent.requests, 2);
      assert.equal(docIdOf(sent), await play.send(file));
    },
  },
  {
    name: 'a connection cut in the middle of the file: the repeat is taken',
    run: async (play) => {
      const { sender } = play.target;
      const sent = await play
        .sdk(sender)
        .sendEdoc(play.document(), { from: sender.agency, ...EDOC }, { hangUp: 'in-the-body' });
      docIdOf(sent);
    },
  },
  {
    name: 'other bytes under the same DocumentId are refused, and the first document stays',
    run: async (play) => {
      const { sender } = play.target;
      const documentId = `conflict-${Date.now()}-${play.version}`;
      const first = await play.send(play.document({ documentId }));
      const other = play.document({ documentId, subject: 'Nội dung khác' });
      const sent = await play.sdk(sender).sendEdoc(other, { from: sender.agency, ...EDOC });
      assert.equal(sent.result?.status, 'FAIL', said(sent.answer));
      assert.equal(sent.result.DocId, '');
      assert.equal(await play.send(play.document({ documentId })), first);
    },
  },
  {
    name: 'a file that is not the one its digest names is refused',
    run: async (play) => {
      const { sender } = play.target;
      const bend = { hashFile: properHashOf(Buffer.from('another file')) };
      const sent = await play.sdk(sender).sendEdoc(play.document(), { from: sender.agency, ...EDOC }, bend);
      assertRefused(sent, ['10', '21']);
      assertReadable(sent.answer);
    },
  },
  {
    name: 'header names in lower case, as gateways write them, change nothing',
    run: async (play) => {
      const { sender } = play.target;
      docIdOf(
        await play.sdk(sender).sendEdoc(play.document(), { from: sender.agency, ...EDOC }, { lowerCaseNames: true }),
      );
    },
  },
  {
    name: 'a list of recipients in a header, as JSON text, is let be: the edXML says who it is for',
    run: async (play) => {
      const { sender } = play.target;
      const parameters = { from: sender.agency, to: '["X92","X93.01.002"]', ...EDOC };
      docIdOf(await play.sdk(sender).sendEdoc(play.document(), parameters));
    },
  },
  {
    name: 'a Vietnamese letter in a header goes out as UTF-8 and does not spoil the signature',
    run: async (play) => {
      const { sender } = play.target;
      const parameters = { from: sender.agency, note: 'Sở Thử nghiệm “A\\B”', ...EDOC };
      docIdOf(await play.sdk(sender).sendEdoc(play.document(), parameters));
    },
  },
  {
    name: 'a client that was started months ago still carries its first time, and is served',
    run: async (play) => {
      const { sender } = play.target;
      const sdk = play.sdk(sender, { startedAt: new Date(2026, 0, 5, 3, 4, 5, 7) });
      docIdOf(await sdk.sendEdoc(play.document(), { from: sender.agency, ...EDOC }));
      assertDone(await sdk.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' }));
    },
  },
  {
    name: 'the same signed request again and again is honest polling',
    run: async (play) => {
      const sdk = play.sdk(play.target.recipient);
      for (let time = 0; time < 3; time++)
        assertDone(await sdk.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' }));
    },
  },
  {
    name: 'a status goes back to the sender and is listed as a status, not as a document',
    run: async (play) => {
      const { sender, recipient } = play.target;
      const documentId = `status-${Date.now()}-${play.version}`;
      await play.arrive(play.document({ documentId }));
      const before = new Set((await play.list(sender, 'status')).map(({ docId }) => docId));
      const status = play.status({ documentId, code: '03' });
      docIdOf(await play.sdk(recipient).sendEdoc(status, { from: recipient.agency, messagetype: 'status' }));
      const item = await waitFor('the status', async () =>
        (await play.list(sender, 'status')).find(({ docId }) => !before.has(docId)),
      );
      assert.equal(item.messageType, 'status');
      assert.equal(item.from, recipient.agency);
      assert.ok(!(await play.list(sender)).some(({ docId }) => docId === item.docId), 'a status is no document');
    },
  },
  {
    name: 'getSentEdocList names both ids, the parties and the state of each recipient',
    run: async (play) => {
      const { sender, recipient } = play.target;
      const subject = `V/v danh sách đã gửi ${Date.now()} ${play.version}`;
      const docId = await play.send(play.document({ subject }));
      const sdk = play.sdk(sender);
      const item = await waitFor('the document in the list of what was sent', async () => {
        const { result, answer } = await sdk.post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
        assertReadable(answer);
        return itemsOf(result?.data).find(({ senderDocId }) => senderDocId === docId);
      });
      assert.equal(item.fromCode, sender.agency);
      assert.equal(item.toCode, recipient.agency);
      assert.equal(item.title, subject);
      assert.ok(String(item.notation).includes('STN-VP'), `notation: ${item.notation}`);
      for (const member of ['sentTime', 'sendStatus', 'serviceType', 'messageType'])
        assert.equal(typeof item[member], 'string', member);
    },
  },
  {
    name: 'getSentEdocList of one document; an id of the last document fetched, which was not sent, is no filter',
    run: async (play) => {
      const { sender } = play.target;
      const docId = await play.send(play.document());
      await play.send(play.document());
      const listOf = async (asked: string): Promise<readonly unknown[]> => {
        const sent = await play
          .sdk(sender)
          .post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc', docId: asked });
        return itemsOf(sent.result?.data).map(({ senderDocId }) => senderDocId);
      };
      await waitFor('the document', async () => ((await listOf(docId)).length > 0 ? true : undefined));
      assert.deepEqual(new Set(await listOf(docId)), new Set([docId]));
      const unfiltered = await listOf('some-document-that-was-fetched-before');
      assert.ok(unfiltered.length > 1, `the unfiltered list was expected, not ${unfiltered.length} items`);
    },
  },
];
