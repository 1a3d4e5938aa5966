import { createHash, randomBytes } from 'node:crypto';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { UploadCalls } from '../kit/uploadCalls.ts';

let town: TestAxis;
let calls: UploadCalls;
let others: UploadCalls;
beforeAll(async () => {
  town = await startTestAxis();
  calls = new UploadCalls(town, 'trung-tam-mau');
  others = new UploadCalls(town, 'bo-minh-hoa');
});
afterAll(() => town?.stop());

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const declare = (bytes: Uint8Array, what: 'message' | 'attachment' = 'attachment') => ({
  bytes: bytes.length,
  sha256: sha256Of(bytes),
  what,
});
const part = LIMITS.partBytes;
/** Just over what a single PUT takes: five parts. Sent once, because it is large; elsewhere a declaration is enough. */
const LARGE = LIMITS.singlePutBytes + 1000;
let counter = 0;
const largeDeclared = () => ({ bytes: LARGE, sha256: sha256Of(Buffer.from([++counter])), what: 'attachment' as const });
const put = (link: { href: string; headers: Record<string, string> } | undefined, bytes: Uint8Array) => {
  if (!link) throw new Error('there is no link');
  const { 'content-length': _, ...headers } = link.headers;
  return fetch(link.href, { method: 'PUT', headers, body: new Uint8Array(bytes) });
};

describe('a single PUT', () => {
  test('is sealed at once when S3 has the bytes that were declared', async () => {
    const bytes = randomBytes(1000);
    const started = await calls.start(declare(bytes));
    expect(started).toMatchObject({ state: 'open', method: 'put', bytes: 1000 });
    expect((await put(started.put, bytes)).status).toBe(200);
    expect(await calls.complete(started.uploadId)).toMatchObject({ state: 'sealed' });
    expect(await calls.see(started.uploadId)).toMatchObject({ state: 'sealed', sha256: sha256Of(bytes) });
  });

  test('signs length, digest and the condition as headers: hoisted into the query, S3 would ignore them', async () => {
    const { put: link } = await calls.start(declare(randomBytes(10)));
    const query = new URL(link?.href ?? '').searchParams;
    expect(query.get('X-Amz-SignedHeaders')?.split(';')).toEqual(
      expect.arrayContaining(['content-length', 'host', 'if-none-match', 'x-amz-checksum-sha256']),
    );
    expect([...query.keys()].filter((name) => /checksum|none-match/i.test(name))).toEqual([]);
  });

  test('started again goes on with the same upload; another system gets another one', async () => {
    const request = declare(randomBytes(10));
    const [first, again, other] = [await calls.start(request), await calls.start(request), await others.start(request)];
    expect(again.uploadId).toBe(first.uploadId);
    expect(other.uploadId).not.toBe(first.uploadId);
  });

  test('completed before anything arrived is refused', async () => {
    const { uploadId } = await calls.start(declare(randomBytes(10)));
    expect(await refusalCodeOf(calls.complete(uploadId))).toBe('upload-incomplete');
  });
});

describe('case 31: sizes at the limits, and lengths that lie', () => {
  test('nothing and more than the limit are refused before anything is written', async () => {
    const sha256 = 'a'.repeat(64);
    const start = (bytes: number, what: 'message' | 'attachment') =>
      refusalCodeOf(calls.start({ bytes, sha256, what }));
    expect(await start(0, 'attachment')).toBe('body-malformed');
    expect(await start(LIMITS.uploadBytes + 1, 'attachment')).toBe('body-malformed');
    expect(await start(LIMITS.uploadedMessageBytes + 1, 'message')).toBe('message-too-large');
  });

  test('at the limits: one byte, the largest single PUT, the first in parts, the largest of all', async () => {
    const method = async (bytes: number) =>
      (await calls.start({ bytes, sha256: sha256Of(randomBytes(8)), what: 'attachment' })).method;
    expect(await method(1)).toBe('put');
    expect(await method(LIMITS.singlePutBytes)).toBe('put');
    expect(await method(LIMITS.singlePutBytes + 1)).toBe('multipart');
    expect(await method(LIMITS.uploadBytes)).toBe('multipart');
  });

  test('one byte less or more than declared is refused by the store itself', async () => {
    const bytes = randomBytes(100);
    const { put: link, uploadId } = await calls.start(declare(bytes));
    expect((await put(link, bytes.subarray(1))).status).toBe(403);
    expect((await put(link, Buffer.concat([bytes, bytes.subarray(0, 1)]))).status).toBe(403);
    expect(await refusalCodeOf(calls.complete(uploadId))).toBe('upload-incomplete');
  });
});

describe('an upload in parts', () => {
  const sendPart = async (uploadId: string, bytes: Buffer, n: number) => {
    const { links } = await calls.parts(uploadId, { from: n, to: n });
    return put(links[0], bytes.subarray((n - 1) * part, n * part));
  };

  test('case 33: resumed where it stood, in another order, parts sent twice; read from end to end and sealed', async () => {
    const bytes = randomBytes(LARGE);
    const { uploadId, parts } = await calls.start(declare(bytes));
    expect(parts).toEqual([]);
    for (const n of [4, 1, 1]) expect((await sendPart(uploadId, bytes, n)).status).toBe(200);
    const resumed = await calls.start(declare(bytes));
    expect(resumed.uploadId).toBe(uploadId);
    expect(resumed.parts?.map(({ n }) => n)).toEqual([1, 4]);
    expect(await refusalCodeOf(calls.complete(uploadId))).toBe('upload-incomplete');
    for (const n of [5, 2, 3]) await sendPart(uploadId, bytes, n);
    // The worker is never asked, because the queue fails: whoever waits asks again after a while.
    town.axis.interfere([{ service: 'sqs', principal: 'docaxis-evaluation-upload', fate: 'fail-before' }]);
    await expect(calls.complete(uploadId)).rejects.toThrow('500');
    town.axis.interfere([]);
    const response = await calls.raw(`/v1/uploads/${uploadId}/complete`);
    expect([response.status, response.headers.get('location')]).toEqual([202, `/v1/uploads/${uploadId}`]);
    town.advance((LIMITS.overdueSeconds + 1) * 1000);
    expect(await calls.settled(uploadId)).toMatchObject({ state: 'sealed', sha256: sha256Of(bytes) });
  });

  test('takes no part of another length than planned', async () => {
    const { uploadId } = await calls.start(largeDeclared());
    const { links } = await calls.parts(uploadId, { from: 5, to: 5 });
    expect(links[0]?.bytes).toBe(1000);
    expect((await put(links[0], randomBytes(1001))).status).toBe(403);
  });

  test('hands out links within its own parts only', async () => {
    const { uploadId } = await calls.start(largeDeclared());
    const parts = (from: number, to: number) => refusalCodeOf(calls.parts(uploadId, { from, to }));
    expect(await parts(1, 6)).toBe('parameter-invalid');
    expect(await parts(3, 2)).toBe('parameter-invalid');
    const single = await calls.start(declare(randomBytes(10)));
    expect(await refusalCodeOf(calls.parts(single.uploadId, { from: 1, to: 1 }))).toBe('parameter-invalid');
  });
});

const keysOf = async (uploadId: string): Promise<readonly string[]> => {
  const Bucket = outputOf(town.axis, 'UploadsBucket');
  const { Contents = [] } = await town.stores.s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: `uploads/${uploadId}/` }),
  );
  return Contents.map(({ Key = '' }) => Key);
};

describe('case 35: links', () => {
  test('expired: the store refuses it, and starting again gives a fresh one', async () => {
    const bytes = randomBytes(50);
    const { put: old } = await calls.start(declare(bytes));
    town.advance((LIMITS.uploadLinkSeconds + 1) * 1000);
    expect((await put(old, bytes)).status).toBe(403);
    const { put: fresh, uploadId } = await calls.start(declare(bytes));
    expect((await put(fresh, bytes)).status).toBe(200);
    expect(await calls.complete(uploadId)).toMatchObject({ state: 'sealed' });
  });

  test('used again: what was sent is never replaced', async () => {
    const bytes = randomBytes(50);
    const { put: link } = await calls.start(declare(bytes));
    expect((await put(link, bytes)).status).toBe(200);
    expect((await put(link, bytes)).status).toBe(412);
  });

  test('other bytes of the same length: refused by the digest', async () => {
    const bytes = randomBytes(50);
    const { put: link, uploadId } = await calls.start(declare(bytes));
    expect((await put(link, randomBytes(50))).status).toBe(400);
    expect(await keysOf(uploadId)).toEqual([]);
  });

  test('without its headers, or with the digest changed to that of other bytes: refused by the signature', async () => {
    const bytes = randomBytes(50);
    const { put: link } = await calls.start(declare(bytes));
    const sums = { 'x-amz-checksum-sha256': createHash('sha256').update('other').digest('base64') };
    expect((await put(link && { ...link, headers: {} }, bytes)).status).toBe(403);
    expect((await put(link && { ...link, headers: { ...link.headers, ...sums } }, bytes)).status).toBe(403);
  });

  test('another system can neither see, complete nor submit the upload', async () => {
    const bytes = await town.letter();
    const { uploadId, put: link } = await calls.start(declare(bytes, 'message'));
    await put(link, bytes);
    await calls.complete(uploadId);
    expect(await refusalCodeOf(others.see(uploadId))).toBe('upload-not-found');
    expect(await refusalCodeOf(others.complete(uploadId))).toBe('upload-not-found');
    expect(await refusalCodeOf(others.submit(uploadId))).toBe('upload-not-found');
    expect(await calls.submit(uploadId)).toMatchObject({ outcome: 'accepted' });
  });
});

describe('a message that was uploaded', () => {
  const uploaded = async (bytes: Buffer, complete = true): Promise<string> => {
    const { uploadId, put: link } = await calls.start(declare(bytes, 'message'));
    await put(link, bytes);
    if (complete) await calls.complete(uploadId);
    return uploadId;
  };

  test('goes through the same walk as a body: the same bytes again get the same receipt, either way', async () => {
    const bytes = await town.letter();
    const uploadId = await uploaded(bytes);
    const first = await calls.submit(uploadId);
    expect(first.outcome).toBe('accepted');
    expect(await calls.submit(uploadId)).toMatchObject({ outcome: 'again', receipt: first.receipt });
    expect(await town.submit(bytes)).toMatchObject({ outcome: 'again', receipt: first.receipt });
  });

  test('is refused for the same reasons', async () => {
    const uploadId = await uploaded(Buffer.from('<edXML/>'));
    expect(await refusalCodeOf(calls.submit(uploadId))).toBe('edxml-malformed');
  });

  test('not sealed yet: refused, and the same request succeeds later', async () => {
    const uploadId = await uploaded(await town.letter(), false);
    expect(await refusalCodeOf(calls.submit(uploadId))).toBe('upload-not-sealed');
    await calls.complete(uploadId);
    expect((await calls.submit(uploadId)).outcome).toBe('accepted');
  });

  test('an attachment cannot be submitted as one', async () => {
    const bytes = await town.letter();
    const { uploadId, put: link } = await calls.start(declare(bytes));
    await put(link, bytes);
    await calls.complete(uploadId);
    expect(await refusalCodeOf(calls.submit(uploadId))).toBe('upload-not-found');
  });

  test('the client sends it that way by itself when it is too large for a body', async () => {
    const content = randomBytes(LIMITS.messageBytes);
    const attachment = { ContentId: 'a1', AttachmentName: 'a.bin', ContentType: 'application/octet-stream', content };
    const { bytes, answer } = await town.submitLetter({ attachments: [attachment] });
    expect(bytes.length).toBeGreaterThan(LIMITS.messageBytes);
    await town.settle();
    const dispatch = await town.clients['trung-tam-mau'].dispatch(answer.dispatchId);
    expect(await town.clients['trung-tam-mau'].fetchContent(dispatch)).toEqual(bytes);
  });
});

describe('case 36: what is left behind', () => {
  test('uploads are gone after their time, and those that never ended with them', async () => {
    const { uploadId } = await calls.start(largeDeclared());
    const bytes = randomBytes(10);
    const single = await calls.start(declare(bytes));
    await put(single.put, bytes);
    town.advance((LIMITS.uploadHours + 1) * 3_600_000);
    expect(await refusalCodeOf(calls.see(uploadId))).toBe('upload-not-found');
    expect(await refusalCodeOf(calls.complete(single.uploadId))).toBe('upload-not-found');
    town.advance(48 * 3_600_000);
    const Bucket = outputOf(town.axis, 'UploadsBucket');
    await until(async () => {
      const { Uploads = [] } = await town.stores.s3.send(new ListMultipartUploadsCommand({ Bucket }));
      const { Contents = [] } = await town.stores.s3.send(new ListObjectsV2Command({ Bucket }));
      return Uploads.length === 0 && Contents.length === 0;
    }, 'the bucket of uploads is empty');
  });

  test('a system has so many uploads open and no more; sealing one or waiting makes room', async () => {
    const started: AnswerOf<'startUpload'>[] = [];
    // Whatever was open before is over.
    town.advance((LIMITS.uploadHours + 1) * 3_600_000);
    const one = () => declare(randomBytes(16));
    const first = randomBytes(16);
    started.push(await others.start(declare(first)));
    while (started.length < LIMITS.openUploads) started.push(await others.start(one()));
    expect(await refusalCodeOf(others.start(one()))).toBe('uploads-too-many');
    expect((await others.start(declare(first))).uploadId).toBe(started[0]?.uploadId);
    await put(started[0]?.put, first);
    await others.complete(started[0]?.uploadId ?? '');
    expect((await others.start(one())).state).toBe('open');
    expect(await refusalCodeOf(others.start(one()))).toBe('uploads-too-many');
    town.advance((LIMITS.uploadHours + 1) * 3_600_000);
    expect((await others.start(one())).state).toBe('open');
  });
});
