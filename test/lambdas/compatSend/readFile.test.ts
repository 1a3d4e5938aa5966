import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { Outcome } from '../../../core/contract/refusals.ts';
import { readFormFile } from '../../../lambdas/compatSend/readFormFile.ts';
import { readSdkFile } from '../../../lambdas/compatSend/readSdkFile.ts';
import { gatewayEvent } from '../gatewayEvent.ts';

const told = (outcome: Outcome<Buffer>): string | Buffer => (outcome.ok ? outcome.value : outcome.refusal.code);
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const sdk = (body: Buffer, hash: string | undefined = hashOf(body), type = 'application/octet-stream') =>
  told(
    readSdkFile({
      event: gatewayEvent({ body: body.toString('base64'), isBase64Encoded: true, headers: { 'content-type': type } }),
      parameter: (...names) => (names.includes('hash-file') ? hash : undefined),
    }),
  );

describe('the file of sendEdoc', () => {
  const file = Buffer.from('<a/>');

  test('is the bytes that were signed, without what stands behind them', () => {
    expect(sdk(Buffer.concat([file, Buffer.from('\r\n')]), hashOf(file))).toEqual(file);
  });

  test('may be as large as the limit, with the line end behind it, and not a byte larger', () => {
    const largest = Buffer.alloc(LIMITS.messageBytes, 'x');
    expect(sdk(Buffer.concat([largest, Buffer.from('\r\n')]), hashOf(largest))).toEqual(largest);
    expect(sdk(Buffer.alloc(LIMITS.messageBytes + 1))).toBe('message-needs-upload');
    expect(sdk(Buffer.alloc(LIMITS.messageBytes + 3))).toBe('message-needs-upload');
  });

  test('is not believed without its digest, and not as text that a gateway decoded', () => {
    const event = gatewayEvent({ body: '<a/>', headers: { 'content-type': 'text/xml' } });
    expect(told(readSdkFile({ event, parameter: () => hashOf(file) }))).toBe('content-type-unsupported');
    const bare = { event: gatewayEvent({ body: 'PGEvPg==', isBase64Encoded: true }), parameter: () => undefined };
    expect(told(readSdkFile(bare))).toBe('parameter-invalid');
  });
});

describe('the file of a form', () => {
  const bytes = Buffer.from([0, 13, 10, 45, 45, 255, 10]);
  const formOf = async (fill: (form: FormData) => void): Promise<string | Buffer> => {
    const form = new FormData();
    fill(form);
    const request = new Response(form);
    const body = Buffer.from(await request.arrayBuffer()).toString('base64');
    const headers = { 'content-type': request.headers.get('content-type') ?? '' };
    return told(readFormFile(gatewayEvent({ body, isBase64Encoded: true, headers })));
  };

  test('comes out byte for byte, whatever else is in the form', async () => {
    const file = await formOf((form) => {
      form.set('messageType', 'edoc');
      form.set('edocFile', new Blob([new Uint8Array(bytes)]), 'van-ban.edxml');
    });
    expect(file).toEqual(bytes);
  });

  test.each([
    ['no file', () => undefined],
    ['a text instead', (form: FormData) => form.set('edocFile', '<a/>')],
    [
      'two files',
      (form: FormData) => {
        form.append('edocFile', new Blob(['a']), 'a');
        form.append('edocFile', new Blob(['b']), 'b');
      },
    ],
  ])('with %s is refused', async (_, fill) => expect(await formOf(fill)).toBe('parameter-invalid'));

  test.each([
    ['application/octet-stream', 'content-type-unsupported'],
    ['multipart/form-data', 'content-type-unsupported'],
    ['multipart/form-data; boundary=x', 'parameter-invalid'],
  ])('of type %s around nothing is refused', (type, code) => {
    const event = gatewayEvent({ body: 'AAAA', isBase64Encoded: true, headers: { 'content-type': type } });
    expect(told(readFormFile(event))).toBe(code);
  });

  const written = (boundary: string, disposition: string, type = `multipart/form-data; boundary=${boundary}`) => {
    const body = `preamble\r\n--${boundary} \r\nContent-Type: text/xml\r\n${disposition}\r\n\r\n<a/>\r\n--${boundary}--\r\n`;
    const headers = { 'content-type': type };
    const event = gatewayEvent({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true, headers });
    return told(readFormFile(event));
  };
  const FILE = 'Content-Disposition: form-data; name="edocFile"; filename="Công văn \\"1\\".edxml"';

  test.each(['x', '===1764230400000===', '*****', "a'()+_,-./:=?", '-'.repeat(70)])(
    'may have the boundary %s, as programs write them by hand',
    (boundary) => {
      expect(written(boundary, FILE, `multipart/form-data; charset=utf-8; boundary="${boundary}"`)).toEqual(
        Buffer.from('<a/>'),
      );
    },
  );

  test.each([
    ['a boundary over 70 characters', 'x'.repeat(71), FILE],
    ['a part without a name', 'x', 'Content-Disposition: form-data; filename="a"'],
    ['a part that says nothing of itself', 'x', 'X-A: 1'],
    ['a head without end', 'x', `${FILE}\r\nX-A: ${'a'.repeat(5000)}`],
  ])('with %s is refused', (_, boundary, disposition) => {
    expect(written(boundary, disposition)).toBe('parameter-invalid');
  });

  test('of many more parts than any form has is refused', () => {
    const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n';
    const body = Buffer.from(`${part.repeat(100_000)}--x--`).toString('base64');
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(told(readFormFile(gatewayEvent({ body, isBase64Encoded: true, headers })))).toBe('parameter-invalid');
  });

  test('over the limit is refused with the way for more', async () => {
    const large = new Blob([new Uint8Array(LIMITS.messageBytes + 1)]);
    expect(await formOf((form) => form.set('edocFile', large, 'a'))).toBe('message-needs-upload');
  });
});
