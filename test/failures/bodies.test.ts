import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSha256 } from '../../core/contract/ids.ts';
import { detachedName } from '../../core/edxml/detachedName.ts';
import { sampleDocument } from '../../world/documents.ts';
import { connectOldSystem } from '../compat/startTarget.ts';
import { letterWithFiles } from '../kit/detached.ts';
import { startTown, type Town } from '../refusals/town.ts';
import { keptIn, postMessage } from './postMessage.ts';

const SENDER = 'trung-tam-mau';
const TYPE = 'application/edxml';

let town: Town;
let secret: string;
/** What a parser that follows what is written would ask. */
let bait: Server;
let asked = 0;
beforeAll(async () => {
  town = await startTown();
  ({ secret } = await connectOldSystem(town, { system: SENDER, agency: 'X91.04' }));
  bait = createServer((_, response) => {
    asked += 1;
    response.end('<a/>');
  });
  await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  bait?.close();
  await town?.stop();
});

const authorization = () => town.token(SENDER, town.keyOf(SENDER));
const post = (body: Buffer, headers?: Readonly<Record<string, string>>) => postMessage(town, body, headers);
const kept = () => keptIn(town);

/** The same to the provincial face, as a form or as whatever it is called. */
async function postForm(body: Buffer, type: string) {
  const headers = { 'x-systemid': SENDER, 'x-secretkey': secret, 'content-type': type };
  const url = new URL('/lgsp/v1/sendEdoc', town.facts.url);
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  const { ErrorCode }: { ErrorCode: string } = JSON.parse(await response.text());
  return { status: response.status, ErrorCode };
}

const form = (file: Buffer, field = 'edocFile'): Buffer =>
  Buffer.concat([
    Buffer.from(`--rg\r\nContent-Disposition: form-data; name="${field}"; filename="a.edxml"\r\n\r\n`),
    file,
    Buffer.from('\r\n--rg--\r\n'),
  ]);

const ENTITIES: readonly (readonly [string, (port: number) => string])[] = [
  ['an external entity', (port) => `<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:${port}/">]>`],
  ['an entity of a file', () => '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
  ['an external definition', (port) => `<!DOCTYPE a SYSTEM "http://127.0.0.1:${port}/a.dtd">`],
  ['a parameter entity', (port) => `<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:${port}/"> %p;]>`],
  [
    'a billion laughs',
    () =>
      `<!DOCTYPE a [<!ENTITY x "ha">${Array.from({ length: 30 }, (_, n) => `<!ENTITY x${n} "${`&x${n || ''};`.repeat(10)}">`).join('')}]>`,
  ],
];

test.each(ENTITIES)('case 23: %s is refused on every way in, at once, and nobody is asked for it', async (_, type) => {
  const before = await kept();
  const text = (await town.letter()).toString('utf8');
  const { port } = bait.address() as AddressInfo;
  const hostile = Buffer.from(text.replace(/(<\?xml[^>]*\?>)?/, `$1${type(port)}`).replace('>V/v', '>&x;V/v'));
  expect(await post(hostile)).toMatchObject({ status: 422, problem: { code: 'edxml-malformed', rule: 'doctype' } });
  expect(await postForm(form(hostile), 'multipart/form-data; boundary=rg')).toMatchObject({ ErrorCode: '22' });
  expect(asked).toBe(0);
  expect(await kept()).toEqual(before);
});

describe('case 26: what a body is called and what it is', () => {
  test('case 26: a wrong or missing type is refused, by name, before anything is read', async () => {
    const letter = await town.letter();
    for (const type of [
      'text/xml',
      'application/xml',
      'multipart/form-data; boundary=rg',
      'nonsense',
      'application/edxml+zip',
    ])
      expect(await post(letter, { 'content-type': type })).toMatchObject({
        status: 415,
        problem: { code: 'content-type-unsupported' },
      });
    expect(await post(letter, {})).toMatchObject({ status: 415 });
  });

  test('case 26: a charset beside the type means nothing: the message says what it is in', async () => {
    const letter = await town.letter();
    const accepted = await post(letter, { 'content-type': `${TYPE}; charset=utf-16` });
    expect(accepted.status).toBe(201);
    expect((await post(letter)).status).toBe(200);
  });

  test.each<[string, (letter: Buffer) => Buffer, RegExp]>([
    ['UTF-16', (letter) => Buffer.from(`\ufeff${letter.toString('utf8')}`, 'utf16le'), /encoding|malformed/],
    [
      'a byte that is no UTF-8',
      (letter) => Buffer.from(letter.toString('latin1').replace('V/v', 'V\xff'), 'latin1'),
      /encoding/,
    ],
    ['a byte order mark', (letter) => Buffer.concat([Buffer.from('\ufeff'), letter]), /encoding|malformed|declaration/],
    ['nothing at all', () => Buffer.alloc(0), /malformed/],
  ])('case 26: %s is refused by its rule', async (_, change, rule) => {
    const letter = Buffer.from((await town.letter()).toString('utf8').replace(/Công văn/, 'V/v Công văn'));
    const { status, problem } = await post(change(letter));
    expect([status, problem.code]).toEqual([422, 'edxml-malformed']);
    expect(problem.rule).toMatch(rule);
  });

  test('case 26: a form without its boundary, its field or anything in it is refused in the words of its face', async () => {
    const file = await town.letter();
    expect(await postForm(form(file), 'multipart/form-data')).toMatchObject({ status: 415 });
    expect(await postForm(form(file), 'multipart/form-data; boundary=another')).toMatchObject({ ErrorCode: '34' });
    expect(await postForm(form(file, 'file'), 'multipart/form-data; boundary=rg')).toMatchObject({ ErrorCode: '34' });
    expect(await postForm(Buffer.from('--rg--\r\n'), 'multipart/form-data; boundary=rg')).toMatchObject({
      ErrorCode: '34',
    });
    expect(await postForm(form(file).subarray(0, -40), 'multipart/form-data; boundary=rg')).toMatchObject({
      ErrorCode: '34',
    });
  });
});

describe('case 27: parts of a message', () => {
  test('case 27: a file that the manifest names and nobody sent is asked for by its digest, and nothing is kept', async () => {
    const before = await kept();
    const sha256 = createHash('sha256').update('không có').digest('hex');
    if (!isSha256(sha256)) throw new TypeError(sha256);
    const letter = await town.sign(letterWithFiles([{ sha256, name: 'a.pdf', type: 'application/pdf' }]));
    expect(await post(letter)).toMatchObject({
      problem: { code: 'attachment-missing', missing: [detachedName(sha256)] },
    });
    expect(await kept()).toEqual(before);
  });

  test('case 27: parts that the manifest lacks, that are not there, or twice under one id are told to everybody who sees the report; their order is free', async () => {
    const content = Buffer.from('%PDF-1.7\n');
    const attachments = ['a1', 'a2'].map((ContentId) => ({
      ContentId,
      AttachmentName: `${ContentId}.pdf`,
      ContentType: 'application/pdf',
      content,
    }));
    let number = 9001;
    const draft = { from: 'X91.04', to: ['X92'], number: 9001, date: '2026/03/02', subject: 'Thư có hai tệp' } as const;
    const whole = sampleDocument({ ...draft, attachments }).toString('utf8');
    const warning = async (change: (text: string) => string) => {
      const { status, problem } = await post(
        await town.sign(Buffer.from(change(whole.replaceAll('9001', String(++number))))),
      );
      expect(status).toBe(201);
      const { checks } = problem.report as { checks: readonly { id: string; reason?: string }[] };
      return checks.find(({ id }) => id === 'message-fields')?.reason;
    };
    const reference = /<edXML:Reference>(?:(?!<edXML:Reference>)[\s\S])*?cid:a2[\s\S]*?<\/edXML:Reference>/;
    const attachment = /(<Attachment>[\s\S]*?<\/Attachment>)(\s*)(<Attachment>[\s\S]*?<\/Attachment>)/;
    expect(await warning((text) => text)).toBeUndefined();
    expect(await warning((text) => text.replace(attachment, '$3$2$1'))).toBeUndefined();
    expect(await warning((text) => text.replace(reference, ''))).toMatch(/^AttachmentEncoded\S* has no counterpart/);
    expect(await warning((text) => text.replace(attachment, '$1'))).toMatch(/^edXMLManifest\S* has no counterpart/);
    expect(await warning((text) => text.replaceAll('cid:a2', 'cid:a1'))).toMatch(/no counterpart.*no counterpart/);
  });

  test('case 27: a declared digest that is another one is refused with the one that came', async () => {
    const letter = await town.letter();
    const other = createHash('sha256').update('khác').digest('base64');
    const { status, problem } = await post(letter, { 'content-type': TYPE, 'content-digest': `sha-256=:${other}:` });
    expect([status, problem.code]).toEqual([400, 'content-digest-mismatch']);
    expect(problem.detail).toContain(createHash('sha256').update(letter).digest('hex'));
  });
});

describe('case 28: what is no message, or not all of one', () => {
  test('case 28: a page of errors where a message should be is refused as no message', async () => {
    for (const page of ['<html><body>502 Bad Gateway</body></html>', '{"error":"fault"}', 'Internal Server Error'])
      expect(await post(Buffer.from(page))).toMatchObject({ status: 422, problem: { code: 'edxml-malformed' } });
  });

  test('case 28: a message that is cut off anywhere is refused, and leaves nothing', async () => {
    const letter = await town.letter();
    const before = await kept();
    for (let share = 1; share < 10; share++) {
      const { status } = await post(letter.subarray(0, Math.floor((letter.length * share) / 10)));
      expect(status).toBe(422);
    }
    expect(await kept()).toEqual(before);
  });

  test('case 28: a connection that ends in head or body leaves nothing, and the same message is taken afterwards', async () => {
    const letter = await town.letter();
    const before = await kept();
    const head = `POST /v1/dispatches HTTP/1.1\r\nHost: x\r\nContent-Type: ${TYPE}\r\nAuthorization: ${await authorization()}\r\nContent-Length: ${letter.length}\r\n\r\n`;
    const whole = Buffer.concat([Buffer.from(head), letter]);
    const calls = (): number =>
      town.axis.functions.find(({ name }) => name.endsWith('-submit'))?.counts().invocations ?? 0;
    const callsBefore = calls();
    for (const end of [20, head.length - 2, head.length, head.length + 100, whole.length - 1])
      await sendUpTo(whole, end);
    expect((await post(letter)).status).toBe(201);
    // The gateway waits for all of a request before it calls anybody.
    expect(calls()).toBe(callsBefore + 1);
    expect((await kept()).records).toBe(before.records + 1);
  });
});

/** Sends so many octets and hangs up once they have left. */
async function sendUpTo(bytes: Buffer, end: number): Promise<void> {
  const socket = connect(Number(new URL(town.facts.url).port), '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(bytes.subarray(0, end), () => resolve());
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await closed;
}
