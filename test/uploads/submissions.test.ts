import { randomBytes } from 'node:crypto';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BearerTokens } from '../../client/bearerTokens.ts';
import { checkReceipt } from '../../client/checkReceipt.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { letterWithFiles } from '../kit/detached.ts';
import { refusalCodeOf, refusalOf } from '../kit/outcomes.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { spoil } from '../refusals/spoil.ts';

const CONCLUDE = 'docaxis-evaluation-conclude';
const CENTRE = 'trung-tam-mau';

let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town?.stop());

const sender = () => town.clients[CENTRE];
const background = (bytes: Buffer) => sender().submit(bytes, { background: true });
const idOf = ({ submissionId = '' }: AnswerOf<'submit'>): string => submissionId;
const decided = (id: string) =>
  until(async () => {
    const submission = await sender().submission(id);
    return submission.state !== 'working' && submission;
  }, `${id} is decided`);
/** Objects of messages that wait for the background. */
const held = async (): Promise<readonly string[]> => {
  const place = { Bucket: outputOf(town.axis, 'UploadsBucket'), Prefix: 'submissions/' };
  const { Contents = [] } = await town.stores.s3.send(new ListObjectsV2Command(place));
  return Contents.map(({ Key = '' }) => Key);
};
/** What the watchman does once a run that died must be over. */
const laterOn = async () => {
  town.advance((LIMITS.concludeSeconds + LIMITS.overdueSeconds + 1) * 1000);
  await town.watch();
};

/** The raw answer to a submission that prefers not to wait. */
async function ask(bytes: Buffer, prefer: string): Promise<Response> {
  const key = town.world.systems.find(({ systemId }) => systemId === CENTRE)?.key;
  if (!key) throw new Error('no key');
  const { url, axis: audience } = town.facts;
  const tokens = new BearerTokens({ audience, system: CENTRE, key, now: () => town.axis.clock.now() });
  const authorization = `Bearer ${await tokens.token()}`;
  const headers = { authorization, 'content-type': 'application/edxml', prefer };
  return fetch(new URL('/v1/dispatches', url), { method: 'POST', headers, body: new Uint8Array(bytes) });
}

describe('a submission whose sender prefers not to wait', () => {
  test('is checked at once, answered 202 with its address, and accepted in the background with a receipt', async () => {
    const bytes = await town.letter();
    const response = await ask(bytes, 'wait=5, Respond-Async; x=1');
    const answer: AnswerOf<'submit'> = JSON.parse(await response.text());
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/submissions/${answer.submissionId}`);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('preference-applied')).toBe('respond-async');
    expect(answer).toMatchObject({ outcome: 'working', report: { signed: 'xmldsig' }, recipients: [{ code: 'X92' }] });
    expect(answer.receipt).toBeUndefined();

    const submission = await decided(idOf(answer));
    expect(submission).toMatchObject({ state: 'accepted', dispatchId: answer.dispatchId });
    const { receiptIssuer } = await sender().axis();
    expect(checkReceipt(submission.answer ?? {}, receiptIssuer).ok).toBe(true);
    expect(submission.answer?.outcome).toBe('accepted');
    expect(await town.submit(bytes)).toMatchObject({ outcome: 'again', receipt: submission.answer?.receipt });
    await until(async () => (await held()).length === 0, 'the message is let go');
    await town.settle();
    const { deliveries } = await town.clients['bo-minh-hoa'].receive({ max: 10 });
    expect(deliveries.filter(({ dispatchId }) => dispatchId === answer.dispatchId)).toHaveLength(1);
  });

  test('another preference changes nothing', async () => {
    expect((await ask(await town.letter(), 'return=minimal, x-respond-async')).status).toBe(201);
  });

  test('is refused at once for what is wrong at once, and leaves nothing', async () => {
    const before = (await town.stores.items('sub_')).length;
    const letter = await town.letter();
    const altered = Buffer.from(letter.toString('latin1').replace('thử', 'thu'), 'latin1');
    altered[letter.indexOf('Subject>') + 12] = 0x41;
    expect(await refusalCodeOf(background(altered))).toBe('signature-invalid');
    expect(await town.stores.items('sub_')).toHaveLength(before);
    expect(await held()).toEqual([]);
  });

  test('a dry run waits for its checks, whatever it prefers', async () => {
    const answer = await sender().submit(await town.letter(), { background: true, dryRun: true });
    expect(answer.outcome).toBe('would-be-accepted');
  });

  test('asked for twice at once is one submission and one dispatch', async () => {
    const bytes = await town.letter();
    const answers = await Promise.all([background(bytes), background(bytes)].map((answer) => answer.catch(codeOf)));
    const working = answers.filter((answer) => typeof answer !== 'string');
    expect(new Set(working.map(({ dispatchId }) => dispatchId)).size).toBe(1);
    // The loser of the race is told to ask again, or meets the submission or the dispatch that is there.
    expect(answers.filter((answer) => typeof answer === 'string').every((code) => code === 'busy')).toBe(true);
    const submissionId = working.map(idOf).find((id) => id !== '') ?? '';
    expect((await decided(submissionId)).state).toBe('accepted');
    const dispatches = await town.stores.items(working[0]?.dispatchId ?? 'none');
    expect(dispatches).toHaveLength(1);
  });

  test('a foreign system is told that there is none', async () => {
    const { submissionId = '' } = await background(await town.letter());
    expect(await refusalCodeOf(town.clients['bo-minh-hoa'].submission(submissionId))).toBe('submission-not-found');
    expect(await refusalCodeOf(sender().submission(`sub_${'a'.repeat(32)}`))).toBe('submission-not-found');
    expect(await refusalCodeOf(sender().submission('sub_x'))).toBe('submission-not-found');
  });

  test('is gone after a day, what it became is not', async () => {
    const { submissionId = '', dispatchId } = await background(await town.letter());
    await decided(submissionId);
    town.advance((LIMITS.uploadHours + 1) * 3_600_000);
    expect(await refusalCodeOf(sender().submission(submissionId))).toBe('submission-not-found');
    expect((await sender().dispatch(dispatchId)).receipt).toBeDefined();
  });
});

describe('in the background', () => {
  /** Calls of the worker that were cut. */
  const cuts = () => town.axis.calls().filter(({ principal, status }) => /conclude/i.test(principal) && status === 0);

  test.each([
    ['its first write', { operation: 'UpdateItem' }],
    ['the bytes', { operation: 'PutObject' }],
    ['the record', { operation: 'PutItem' }],
    ['the hint for the fan-out', { service: 'sqs', operation: 'SendMessage' }],
    ['its last write', { operation: 'UpdateItem', nth: 2 }],
    ['letting the message go', { operation: 'DeleteObject' }],
  ] as const)(
    'a run that dies before %s is made up for by the watchman: one dispatch, one receipt',
    async (_, rule) => {
      const before = cuts().length;
      town.axis.interfere([{ nth: 1, ...rule, principal: CONCLUDE, fate: 'kill-before' }]);
      const bytes = await town.letter();
      const { submissionId = '', dispatchId } = await background(bytes);
      await until(() => cuts().length > before, 'the worker died');
      town.axis.interfere([]);
      await laterOn();
      const { state, answer } = await decided(submissionId);
      expect(state).toBe('accepted');
      expect((await town.submit(bytes)).receipt).toBe(answer?.receipt);
      expect(await town.stores.items(dispatchId)).toHaveLength(1);
    },
  );

  test('a hint that never reached the queue is made up for by the watchman', async () => {
    town.axis.interfere([{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }]);
    const { submissionId = '' } = await background(await town.letter());
    town.axis.interfere([]);
    expect((await sender().submission(submissionId)).state).toBe('working');
    await laterOn();
    expect((await decided(submissionId)).state).toBe('accepted');
  });

  test('what changed meanwhile counts: refused with the reason, as if it had been asked for then, and nothing is kept', async () => {
    const { sha256 } = await sender().upload(new Blob([randomBytes(1000)]), { what: 'attachment' });
    const bytes = await town.sign(letterWithFiles([{ sha256, name: 'a.bin', type: 'application/octet-stream' }]));
    const before = await town.stores.objects();
    town.axis.interfere([{ service: 'sqs', principal: 'docaxis-evaluation-submit', fate: 'fail-before' }]);
    const { submissionId = '', dispatchId } = await background(bytes);
    town.axis.interfere([]);
    const [upload] = (await town.stores.items('upl_')).filter((item) => item.sha256 === sha256);
    await town.stores.remove(upload?.id ?? '');
    await laterOn();
    expect(await decided(submissionId)).toMatchObject({ state: 'refused', refusal: { code: 'attachment-missing' } });
    const refusal = await refusalOf(sender().submitted(submissionId));
    expect([refusal.code, refusal.vi.detail.length > 0]).toEqual(['attachment-missing', true]);
    expect(await town.stores.item(dispatchId)).toBeUndefined();
    expect(await town.stores.objects()).toEqual(before);
    await until(async () => !(await held()).some((key) => key.includes(submissionId)), 'the message is let go');

    // After the refusal the same submission starts over.
    const again = await refusalOf(sender().submit(bytes, { background: true }));
    expect(again.code).toBe('attachment-missing');
  });
});

describe('attachments that take long to copy', () => {
  test('go on in the background by themselves; the client waits for the end and gives the receipt', async () => {
    const file = randomBytes(1000);
    const { sha256, uploadId } = await sender().upload(new Blob([file]), { what: 'attachment' });
    // A real one of this length would take minutes here: only its record says that it is so long.
    await spoil(town.stores, uploadId, { attribute: 'bytes', value: LIMITS.copiedAtOnceBytes + 1 });
    const bytes = await town.sign(letterWithFiles([{ sha256, name: 'a.bin', type: 'application/octet-stream' }]));
    const phases: string[] = [];
    const answer = await sender().submit(bytes, { onProgress: ({ phase }) => phases.push(phase) });
    expect(answer).toMatchObject({ outcome: 'accepted' });
    expect(answer.receipt).toBeDefined();
    expect(phases).toContain('working');
  });
});

const codeOf = (error: unknown): string =>
  error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : 'fault';
