import assert from 'node:assert/strict';
import { assertDone, assertReadable, type Check, type Item, itemsOf, type Play, said, waitFor } from '../play.ts';

const LIST = { servicetype: 'eDoc', messagetype: 'edoc' };

async function getEdoc(play: Play, docId: unknown): Promise<Buffer> {
  const sent = await play.sdk(play.target.recipient).post('getEdoc', idOf(docId), { body: '{}' });
  assertDone(sent);
  assert.equal(typeof sent.result?.data, 'string', said(sent.answer));
  return Buffer.from(String(sent.result?.data), 'base64');
}

const idOf = (docId: unknown): { docId: string; filePath: string } => ({ docId: String(docId), filePath: 'D:\\edoc' });

async function report(play: Play, docId: unknown, status: string): Promise<void> {
  assertDone(
    await play.sdk(play.target.recipient).post('updateStatus', { docId: String(docId), status }, { body: '{}' }),
  );
}

const shows = (items: readonly Item[], { docId }: Item): boolean => items.some((item) => item.docId === docId);

export const TAKING: readonly Check[] = [
  {
    name: 'getReceivedEdocList shows what waits, and shows it again: listing takes nothing',
    run: async (play) => {
      const { sender, recipient } = play.target;
      const item = await play.arrive(play.document());
      for (let look = 0; look < 3; look++) assert.ok(shows(await play.list(recipient), item));
      assert.equal(item.from, sender.agency);
      assert.equal(item.to, recipient.agency);
      assert.equal(item.messageType, 'edoc');
      for (const member of ['docId', 'serviceType', 'created_time', 'updated_time', 'status', 'status_desc'])
        assert.equal(typeof item[member], 'string', member);
    },
  },
  {
    name: 'parameters left over from other calls are no filter',
    run: async (play) => {
      const { recipient } = play.target;
      const item = await play.arrive(play.document());
      const sdk = play.sdk(recipient);
      await sdk.post('updateStatus', { docId: String(item.docId), status: 'processing' }, { body: '{}' });
      await sdk.post('getAgenciesList');
      const sent = await sdk.post('getReceivedEdocList', LIST);
      assert.ok(shows(itemsOf(sent.result?.data), item), 'docId and status of the call before must not filter');
    },
  },
  {
    name: 'getEdoc gives the sender’s file octet by octet, in base64',
    run: async (play) => {
      const file = play.document();
      const item = await play.arrive(file);
      const sdk = play.sdk(play.target.recipient);
      const sent = await sdk.post('getEdoc', idOf(item.docId), { body: '{}' });
      assertReadable(sent.answer);
      assert.ok(
        Buffer.from(String(sent.result?.data), 'base64').equals(file),
        'the file must be the one that was sent',
      );
    },
  },
  {
    name: 'getEdoc again, and after done, still gives the file',
    run: async (play) => {
      const file = play.document();
      const { docId } = await play.arrive(file);
      assert.ok((await getEdoc(play, docId)).equals(file));
      assert.ok((await getEdoc(play, docId)).equals(file));
      await report(play, docId, 'done');
      assert.ok((await getEdoc(play, docId)).equals(file));
    },
  },
  {
    name: 'an answer to a call with a body comes without the three seconds of an unanswered Expect',
    run: async (play) => {
      const { docId } = await play.arrive(play.document());
      const sent = await play.sdk(play.target.recipient).post('getEdoc', idOf(docId), { body: '{}' });
      assert.ok((sent.answer?.took ?? Infinity) < 2900, `took ${sent.answer?.took} ms`);
    },
  },
  {
    name: 'processing twice, then done twice: all succeed, and the item leaves the list',
    run: async (play) => {
      const item = await play.arrive(play.document());
      for (const status of ['processing', 'processing', 'done', 'done']) await report(play, item.docId, status);
      assert.ok(!shows(await play.list(play.target.recipient), item), 'what is done is not listed');
    },
  },
  {
    name: 'done without having fetched acknowledges what is only queued',
    run: async (play) => {
      const item = await play.arrive(play.document());
      await report(play, item.docId, 'done');
      assert.ok(!shows(await play.list(play.target.recipient), item));
    },
  },
  {
    name: 'fail gives the document back, twice as well as once; it stays listed until it is done',
    run: async (play) => {
      const file = play.document();
      const item = await play.arrive(file);
      await getEdoc(play, item.docId);
      await report(play, item.docId, 'fail');
      await report(play, item.docId, 'fail');
      assert.ok(shows(await play.list(play.target.recipient), item), 'what failed is still there');
      assert.ok((await getEdoc(play, item.docId)).equals(file));
      await report(play, item.docId, 'done');
    },
  },
  {
    name: 'the id spelt docid, as example code has it, is understood',
    run: async (play) => {
      const item = await play.arrive(play.document());
      const sdk = play.sdk(play.target.recipient);
      assertDone(await sdk.post('updateStatus', { docid: String(item.docId), status: 'done' }, { body: '{}' }));
      assert.ok(!shows(await play.list(play.target.recipient), item));
    },
  },
  {
    name: 'the sender sees in its list that the recipient took the document',
    run: async (play) => {
      const { sender } = play.target;
      const docIdSent = await play.send(play.document());
      const sdk = play.sdk(sender);
      const look = async (): Promise<Item | undefined> => {
        const { result } = await sdk.post('getSentEdocList', { ...LIST, docId: docIdSent });
        return itemsOf(result?.data).find(({ senderDocId }) => senderDocId === docIdSent);
      };
      const sent = await waitFor('the document in the list', async () => {
        const item = await look();
        return typeof item?.receiverDocId === 'string' && item.receiverDocId !== '' ? item : undefined;
      });
      const waiting = await waitFor('the document at the recipient', async () =>
        (await play.list(play.target.recipient)).find(({ docId }) => docId === sent.receiverDocId),
      );
      await report(play, waiting.docId, 'done');
      await waitFor('another state', async () => {
        const item = await look();
        return item?.receiveStatus !== sent.receiveStatus ? item : undefined;
      });
    },
  },
  {
    name: 'countReceiveEdoc and countReceiveStatus are posted and count',
    versions: ['2.0.1'],
    run: async (play) => {
      const { recipient } = play.target;
      await play.arrive(play.document());
      const sent = await play.sdk(recipient).post('countReceiveEdoc', LIST, { body: '{}' });
      assertReadable(sent.answer);
      assert.ok((sent.result?.count ?? 0) >= 1, said(sent.answer));
      const statuses = await play.sdk(recipient).post('countReceiveStatus', LIST, { body: '{}' });
      assert.ok(Number.isInteger(statuses.result?.count), said(statuses.answer));
    },
  },
  {
    name: 'downloadEdoc gives the file itself',
    versions: ['2.0.1'],
    run: async (play) => {
      const file = play.document();
      const { docId } = await play.arrive(file);
      const sent = await play.sdk(play.target.recipient).downloadEdoc(idOf(docId));
      assert.equal(sent.result?.status, 'SUCCESS', said(sent.answer));
      assert.ok(sent.answer?.body.equals(file), 'the file must be the one that was sent');
    },
  },
  {
    name: 'downloadEdoc refuses without a body: any body would be saved as the document',
    versions: ['2.0.1'],
    run: async (play) => {
      const { recipient } = play.target;
      for (const sent of [
        await play.sdk(recipient).downloadEdoc(idOf('no-such-document')),
        await play.sdk({ ...recipient, secret: 'not-the-secret' }).downloadEdoc(idOf('no-such-document')),
        await play.sdk(recipient).downloadEdoc({}, false),
      ]) {
        assert.equal(sent.answer?.body.length, 0, said(sent.answer));
        assert.equal(sent.result?.ErrorCode, '100');
        assert.ok((sent.answer?.status ?? 0) >= 400, said(sent.answer));
      }
    },
  },
];
