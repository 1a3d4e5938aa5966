import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OldSdk } from './oldSdk.ts';
import { readAnswer } from './readAnswer.ts';
import { brokenHashOf, signHeaders, timestampOf } from './signHeaders.ts';

const OK = '{"status":"OK","ErrorCode":"0","ErrorDesc":"Success","DocId":"7d0e"}';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** A server that keeps the octets of every request and answers each connection with the next text of its script. */
class Recorder {
  readonly requests: Buffer[] = [];
  /** Answers in turn; null hangs up without one. */
  script: (string | null)[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => {
      const chunks: Buffer[] = [];
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        const all = Buffer.concat(chunks);
        const head = all.indexOf('\r\n\r\n');
        const length = Number(/Content-Length: (\d+)/i.exec(all.subarray(0, head).toString('latin1'))?.[1] ?? 0);
        if (head >= 0 && chunks.length === 1 && all.includes('Expect: 100-continue')) socket.write(CONTINUE);
        if (head < 0 || all.length < head + 4 + length) return;
        this.requests.push(all);
        socket.end(this.script.shift() ?? '');
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the recorder has no port');
    return `http://127.0.0.1:${address.port}/base`;
  }

  stop(): void {
    this.#server.close();
  }
}

const answerOf = (body: string, status = 200): string =>
  `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

describe('the vectors of the wire', () => {
  test('the signed text, its names and its HMAC, in the order of the map', () => {
    const values = new Map([
      ['systemid', 'X91.W00'],
      ['timestamp', '22112026T050501+0374'],
      ['servicetype', 'eDoc'],
      ['messagetype', 'edoc'],
      ['Content-Type', 'application/json'],
    ]);
    expect(signHeaders(values, 'made-up-secret-91')).toEqual({
      signHeader:
        '{"XroadVnpt-systemid":"X91.W00","XroadVnpt-servicetype":"eDoc","XroadVnpt-messagetype":"edoc","XroadVnpt-timestamp":"22112026T050501+0374","XroadVnpt-Content-Type":"application/json"}',
      signHeaderKey: 'systemid;servicetype;messagetype;timestamp;Content-Type',
      hashHeader: '0a63c41836a8270384627497c6b09118cead767fc415add8d7a2636f8471f179',
    });
  });

  test('the digest of a file without leading zeros', () => {
    expect(brokenHashOf(Buffer.from('<a>Việt</a>'))).toBe(
      'c921f43a73974eff44cc43f699d55f6c44c029764d8984895a5f8c028a97149',
    );
  });

  test('a time without a zone, milliseconds in four digits', () => {
    expect(timestampOf(new Date(2026, 10, 22, 5, 5, 1, 374))).toBe('22112026T050501+0374');
  });
});

describe('the SDK on the wire', () => {
  const recorder = new Recorder();
  let endpoint = '';
  beforeEach(async () => {
    endpoint ||= await recorder.start();
    recorder.requests.length = 0;
  });
  afterEach(() => {
    recorder.script = [];
  });
  const sdk = () => new OldSdk({ version: '2.0.1', endpoint, systemId: 'X91.W00', secret: 'made-up-secret-91' });

  test('sends the file and a line end, keeps the case of names, and repeats the whole POST once after a hang-up', async () => {
    recorder.script = [null, answerOf(OK)];
    const sent = await sdk().sendEdoc(Buffer.from('<a/>'), { from: 'X91.04', messagetype: 'edoc' });
    expect(sent).toMatchObject({ requests: 2, result: { status: 'OK', DocId: '7d0e' } });
    const [first, second] = recorder.requests.map((octets) => octets.toString('utf8'));
    expect(first).toBe(second);
    expect(first).toMatch(/^POST \/base\/sendEdoc HTTP\/1\.1\r\n/);
    expect(first).toContain('\r\nXroadVnpt-messagetype: edoc\r\n');
    expect(first).toMatch(/\r\n\r\n<a\/>\r\n$/);
    expect(first).not.toContain('Expect');
  });

  test('carries the parameters of earlier calls along, under one time', async () => {
    recorder.script = [answerOf(OK), answerOf(OK)];
    const client = sdk();
    await client.post('updateStatus', { docId: '5b1c', status: 'done' }, { body: '{}' });
    await client.post('getReceivedEdocList', { servicetype: 'eDoc', messagetype: 'edoc' });
    const [first = '', second = ''] = recorder.requests.map((octets) => octets.toString('utf8'));
    expect(second).toContain('"XroadVnpt-status":"done"');
    expect(second).toContain('Content-Length: 0');
    const timeOf = (octets: string) => /"XroadVnpt-timestamp":"([^"]+)"/.exec(octets)?.[1];
    expect(timeOf(first)).toBe(timeOf(second));
  });

  test('follows 303 as GET with its headers, and nothing else', async () => {
    recorder.script = [
      `HTTP/1.1 303 See Other\r\nLocation: ${endpoint}/ready\r\nContent-Length: 0\r\n\r\n`,
      answerOf('{"status":"OK","ErrorCode":"0","ErrorDesc":"","data":[]}'),
    ];
    const sent = await sdk().post('getAgenciesList');
    expect(sent.result).toEqual({ status: 'OK', ErrorCode: '0', ErrorDesc: '', data: [] });
    expect(recorder.requests[1]?.toString()).toMatch(/^GET \/base\/ready HTTP\/1\.1\r\n/);
    expect(recorder.requests[1]?.toString()).toContain('XroadVnpt-hash-header');
    recorder.stop();
  });
});

describe('what the SDK makes of an answer', () => {
  const read = (body: string, operation: string, version: '2.0.0' | '2.0.1', status = 200) =>
    readAnswer({ status, headers: new Map(), body: Buffer.from(body), took: 0 }, { operation, version });

  test('without all three members the caller sees an empty result, without JSON nothing', () => {
    const empty = { status: undefined, ErrorCode: undefined, ErrorDesc: undefined };
    expect(read('{"status":"FAIL","ErrorCode":"15"}', 'getEdoc', '2.0.1')).toEqual(empty);
    expect(read('{"message":"Forbidden"}', 'updateStatus', '2.0.0')).toEqual(empty);
    expect(read('', 'updateStatus', '2.0.0')).toEqual(empty);
    expect(read('<html>', 'getReceivedEdocList', '2.0.0')).toBeNull();
    expect(read('<html>', 'getReceivedEdocList', '2.0.1')).toMatchObject({ status: 'OK', data: [] });
  });

  test('a refusal needs DocId after sendEdoc, and data after getEdoc of 2.0.0', () => {
    const refusal = '{"status":"FAIL","ErrorCode":"18","ErrorDesc":"x"}';
    expect(read(refusal, 'sendEdoc', '2.0.1', 422)?.ErrorCode).toBeUndefined();
    expect(read(refusal.replace('}', ',"DocId":""}'), 'sendEdoc', '2.0.1', 422)?.ErrorCode).toBe('18');
    expect(read(refusal, 'getEdoc', '2.0.0')?.ErrorCode).toBeUndefined();
    expect(read(refusal, 'getEdoc', '2.0.1')?.ErrorCode).toBe('18');
    expect(read(refusal, 'sendEdoc', '2.0.1', 202)).toBeNull();
  });

  test('one null drops the whole list; an array of one is let pass', () => {
    const listOf = (item: string) =>
      read(`{"status":"OK","ErrorCode":"0","ErrorDesc":"","data":[${item}]}`, 'getSentEdocList', '2.0.0');
    expect(listOf('{"title":null}')?.data).toBeNull();
    expect(listOf('{"toCode":["A","B"]}')?.data).toBeNull();
    expect(listOf('{"toCode":["A"]}')?.data).toHaveLength(1);
  });
});
