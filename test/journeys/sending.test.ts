import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { signDetachedDocument } from '../../client/signDocument.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { systemProfile } from '../../local/profiles.ts';
import { sampleDocument } from '../../world/documents.ts';
import { until } from '../kit/until.ts';
import { startTown, type Town } from '../refusals/town.ts';

let town: Town;
beforeAll(async () => {
  town = await startTown();
});
afterAll(() => town?.stop());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const centre = () => town.clients['trung-tam-mau'];
const ministry = () => town.clients['bo-minh-hoa'];
const tokenOfCentre = () => town.token('trung-tam-mau', town.keyOf('trung-tam-mau'));

async function refusalOf(call: Promise<unknown>): Promise<AxisRefusal> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AxisRefusal) return error;
  throw new Error('it was not refused', { cause: error });
}
const codeOf = async (call: Promise<unknown>): Promise<string> => (await refusalOf(call)).code;

let numbers = 5_000;
const unsigned = (): Buffer =>
  sampleDocument({ from: 'X91.04', to: ['X92'], number: ++numbers, date: '2026/03/02', subject: 'Chữ ký đi kèm' });

const WRITES = [
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
  'PutObject',
  'SendMessage',
  'SendMessageBatch',
  'Sign',
];
const lastCall = () => town.axis.calls().at(-1)?.n ?? 0;
const writesSince = (n: number) => town.axis.calls(n).filter(({ operation }) => WRITES.includes(operation));

describe('a dry run', () => {
  test('says what would happen and writes nothing: no item, no object, no message, no signature', async () => {
    const bytes = await town.letter();
    const before = lastCall();
    const answer = await centre().submit(bytes, { dryRun: true });
    expect(answer).toMatchObject({ outcome: 'would-be-accepted', recipients: [{ code: 'X92' }] });
    expect(answer.receipt).toBeUndefined();
    expect(answer.report.checks.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(writesSince(before)).toEqual([]);
    const real = await centre().submit(bytes);
    expect(real).toMatchObject({ outcome: 'accepted', dispatchId: answer.dispatchId });
    expect(await centre().submit(bytes, { dryRun: true })).toMatchObject({ outcome: 'again', receipt: real.receipt });
  });
});

describe('a detached signature (JWS) beside an unsigned document', () => {
  const profile = () => systemProfile('trung-tam-mau', town.world, town.facts);
  const asAgency = async (bytes: Buffer, as?: string) => signDetachedDocument(bytes, profile(), as);

  test('that holds makes the document signed, and is handed to the recipient as it was sent', async () => {
    const bytes = unsigned();
    const documentSignature = await asAgency(bytes);
    const { dispatchId, report } = await centre().submit(bytes, { documentSignature });
    expect(report.signed).toBe('jws');
    await town.settle();
    const seen = await ministry().dispatch(dispatchId);
    expect(seen).toMatchObject({ documentSignature, headline: { signed: 'jws' } });
  });

  test('over other bytes is refused', async () => {
    const documentSignature = await asAgency(unsigned());
    expect(await codeOf(centre().submit(unsigned(), { documentSignature }))).toBe('signature-invalid');
  });

  test('by another agency is refused, even of the same system', async () => {
    const bytes = unsigned();
    const documentSignature = await asAgency(bytes, 'X91.05');
    expect(await codeOf(centre().submit(bytes, { documentSignature }))).toBe('certificate-not-registered');
  });

  test('must hold also where the document is signed itself', async () => {
    const bytes = await town.letter();
    expect(await codeOf(centre().submit(bytes, { documentSignature: await asAgency(unsigned()) }))).toBe(
      'signature-invalid',
    );
    const both = await centre().submit(bytes, { documentSignature: await asAgency(bytes) });
    expect(both.report.signed).toBe('both');
  });

  test('over 4,096 characters is refused before it is read; none at all is refused by the policy', async () => {
    const bytes = unsigned();
    expect(await codeOf(centre().submit(bytes, { documentSignature: 'a'.repeat(4097) }))).toBe('parameter-invalid');
    expect(await codeOf(centre().submit(bytes, { documentSignature: 'a..b' }))).toBe('signature-invalid');
    expect(await codeOf(centre().submit(bytes))).toBe('signature-required');
  });
});

describe('what arrives is what was sent', () => {
  const post = async (headers: Record<string, string>, bytes: Buffer) =>
    fetch(new URL('/v1/dispatches', town.facts.url), {
      method: 'POST',
      headers: { authorization: await tokenOfCentre(), ...headers },
      body: new Uint8Array(bytes),
    });
  const digestOf = (bytes: Buffer) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

  test.each<[string, Record<string, string>, number]>([
    ['application/edxml', { 'content-type': 'application/edxml' }, 201],
    ['application/octet-stream', { 'content-type': 'application/octet-stream' }, 201],
    ['application/xml', { 'content-type': 'application/xml' }, 415],
    [
      'a digest of other bytes',
      { 'content-type': 'application/edxml', 'content-digest': digestOf(Buffer.from('x')) },
      400,
    ],
    ['a malformed digest', { 'content-type': 'application/edxml', 'content-digest': 'sha-256=x' }, 400],
  ])('%s', async (_, headers, status) => {
    expect((await post(headers, await town.letter())).status).toBe(status);
  });

  test('with the right digest it is accepted, and the answer carries a correlation id that the log has, too', async () => {
    const bytes = await town.letter();
    const response = await post({ 'content-type': 'application/edxml', 'content-digest': digestOf(bytes) }, bytes);
    expect(response.status).toBe(201);
    const id = response.headers.get('x-correlation-id') ?? '';
    const { dispatchId }: { dispatchId: string } = JSON.parse(await response.text());
    await until(
      () =>
        town.axis
          .logs()
          .some(({ line }) => line.includes('"submitted"') && line.includes(id) && line.includes(dispatchId)),
      'the line of the submission',
    );
  });

  test('a refusal names its correlation id, and so does the record of it that the operator sees', async () => {
    const refusal = await refusalOf(centre().submit(Buffer.from('<x/>')));
    const id = refusal.instance.replace('urn:docaxis:request:', '');
    const { refusals } = await town.operator.call('showSystem', { path: { systemId: 'trung-tam-mau' } });
    expect(refusals.find(({ correlationId }) => correlationId === id)).toMatchObject({
      code: refusal.code,
      route: 'submit',
    });
    expect(town.axis.logs().some(({ line }) => line.includes(id) && line.includes(refusal.code))).toBe(true);
  });

  test('receipts verify offline; one of other bytes, or with another issuer, does not', async () => {
    const { answer, bytes } = await town.submitLetter();
    const { receiptIssuer } = await centre().axis();
    const verdict = centre().verifyReceipt(answer, receiptIssuer);
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(verdict).toMatchObject({ ok: true, payload: { id: answer.dispatchId, doc: { hash }, to: ['X92'] } });
    const [head, , tail] = (answer.receipt ?? '').split('.');
    const forged = Buffer.from(JSON.stringify({ at: new Date().toISOString() })).toString('base64url');
    expect(centre().verifyReceipt({ ...answer, receipt: `${head}.${forged}.${tail}` }, receiptIssuer).ok).toBe(false);
    const { kty, crv, x, y } = town.foreign.key;
    expect(centre().verifyReceipt(answer, { kty, crv, x, y }).ok).toBe(false);
  });
});

describe('content', () => {
  test('is a redirect, or a link in JSON; ranges work on the link; it carries no token', async () => {
    const { answer, bytes } = await town.submitLetter();
    const path = `/v1/dispatches/${answer.dispatchId}/content`;
    const redirect = await town.send({ method: 'GET', path }, await tokenOfCentre());
    expect(redirect.status).toBe(302);
    expect(redirect.headers.get('cache-control')).toBe('no-store');
    const location = redirect.headers.get('location') ?? '';
    const range = await fetch(location, { headers: { range: 'bytes=10-19' } });
    expect([range.status, Buffer.from(await range.arrayBuffer())]).toEqual([206, bytes.subarray(10, 20)]);
    const { href, sha256 } = await centre().content(answer.dispatchId);
    const whole = Buffer.from(await (await fetch(href)).arrayBuffer());
    expect(createHash('sha256').update(whole).digest('hex')).toBe(sha256);
    const withToken = await fetch(href, { headers: { authorization: await tokenOfCentre() } });
    expect(withToken.status).toBe(400);
  });

  test('links end after a minute by the clock of the axis', async () => {
    const { answer } = await town.submitLetter();
    const { href, expiresAt } = await centre().content(answer.dispatchId);
    expect(Date.parse(expiresAt) - town.axis.clock.now()).toBeLessThanOrEqual(LIMITS.linkSeconds * 1000);
    expect((await fetch(href)).status).toBe(200);
    town.advance(61_000);
    expect((await fetch(href)).status).toBe(403);
  });

  test('a link opens no other object, and nothing but GET', async () => {
    const [first, second] = [await town.submitLetter(), await town.submitLetter()];
    const { href } = await centre().content(first.answer.dispatchId);
    const other = href.replace(first.answer.dispatchId, second.answer.dispatchId);
    expect((await fetch(other)).status).toBe(403);
    expect((await fetch(href, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await fetch(href, { method: 'DELETE' })).status).toBe(403);
  });
});

describe('time passes', () => {
  test('what nobody collects for 30 days expires, and the sender sees it; what is under lease is left alone until it ends', async () => {
    const [lost, held] = [await town.submitLetter(), await town.submitLetter()];
    await town.settle();
    const deliveryOf = async ({ answer }: typeof lost) => (await centre().dispatch(answer.dispatchId)).deliveries[0];
    town.advance(LIMITS.deliveryDays * DAY - 6 * HOUR);
    await town.watch();
    expect((await deliveryOf(lost))?.state).toBe('queued');
    await ministry().lease(held.answer.recipients[0]?.deliveryId ?? '', { leaseSeconds: LIMITS.leaseSeconds.most });
    town.advance(7 * HOUR);
    await town.watch();
    expect(await deliveryOf(lost)).toMatchObject({ state: 'expired', reason: 'not collected in time' });
    expect((await deliveryOf(held))?.state).toBe('offered');
    town.advance(6 * HOUR);
    await town.watch();
    expect((await deliveryOf(held))?.state).toBe('expired');
    expect(await codeOf(ministry().lease(lost.answer.recipients[0]?.deliveryId ?? ''))).toBe('delivery-settled');
  });

  test('the sweeper removes only objects without a record that are older than a day', async () => {
    const { stores, axis } = town;
    const sweep = () => axis.invoke('docaxis-evaluation-watch', { task: 'sweep' });
    const { answer } = await town.submitLetter();
    const keyOf = (id: string) => `dispatches/dsp_${id.repeat(32)}/${'0'.repeat(64)}`;
    const put = (Key: string) => stores.s3.send(new PutObjectCommand({ Bucket: stores.bucket, Key, Body: 'x' }));
    await put(keyOf('a'));
    town.advance(20 * HOUR);
    await put(keyOf('b'));
    await sweep();
    expect(await stores.objects()).toEqual(expect.arrayContaining([keyOf('a'), keyOf('b')]));
    town.advance(5 * HOUR);
    await sweep();
    const left = await stores.objects();
    expect(left).not.toContain(keyOf('a'));
    expect(left).toContain(keyOf('b'));
    expect(left.filter((key) => key.includes(answer.dispatchId))).toHaveLength(1);
  });

  test('past half of its life the key that signs receipts is replaced; both receipts hold', async () => {
    const { receiptIssuer } = await centre().axis();
    const signs = () =>
      town.axis.calls().filter(({ operation, function: name }) => operation === 'Sign' && name?.endsWith('-submit'))
        .length;
    const first = await town.submitLetter();
    const before = signs();
    const second = await town.submitLetter();
    expect(second.answer.receiptCertificate).toBe(first.answer.receiptCertificate);
    expect(signs()).toBe(before);
    town.advance(3 * HOUR + 60_000);
    const third = await town.submitLetter();
    expect(third.answer.receiptCertificate).not.toBe(first.answer.receiptCertificate);
    expect(signs()).toBe(before + 1);
    for (const { answer } of [first, third]) expect(centre().verifyReceipt(answer, receiptIssuer).ok).toBe(true);
  });
});

test('no secret is in a log: no token, lease token, link, vended credential or private key', async () => {
  const token = (await tokenOfCentre()).replace('Bearer ', '');
  await town.send({ method: 'GET', path: '/v1/me' }, `Bearer ${token}`);
  await town.send({ method: 'GET', path: '/v1/me' }, `Bearer ${token}x`);
  await town.submitLetter({ subject: 'Nội dung không được vào nhật ký' });
  await town.settle();
  const [held] = (await ministry().receive({ links: true })).deliveries;
  const leaseToken = held?.lease.token ?? '';
  await codeOf(ministry().acknowledge(held?.deliveryId ?? '', { leaseToken: `${leaseToken.slice(0, -1)}!` }));
  await ministry().acknowledge(held?.deliveryId ?? '', { leaseToken });
  const credentials = await ministry().credentials();
  const text = town.axis
    .logs()
    .map(({ line }) => line)
    .join('\n');
  const secrets = {
    token,
    signature: token.split('.')[2],
    leaseToken,
    link: 'X-Amz-Signature',
    secretAccessKey: credentials.secretAccessKey,
    sessionToken: credentials.sessionToken,
    privateKey: String(town.keyOf('bo-minh-hoa').d),
    operator: town.facts.operators.security.secretAccessKey,
    subject: 'không được vào nhật ký',
  };
  expect(text).toContain('"received"');
  for (const [name, secret] of Object.entries(secrets)) expect(text.includes(secret ?? name), name).toBe(false);
});
