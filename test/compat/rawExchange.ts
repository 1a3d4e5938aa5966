import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One HTTP/1.1 request as octets: names keep their case, values their bytes, nothing is added, joined or sorted. */
export interface RawRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: Buffer])[];
  readonly body: Buffer;
  /** Hang up at this point, as a broken network does; the answer is then nothing. */
  readonly hangUp?: 'in-the-body' | 'before-the-answer';
}

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Without content encoding. */
  readonly body: Buffer;
  /** Milliseconds from the connection to the last octet. */
  readonly took: number;
}

/** Milliseconds that a client without time limits is given here, so that a silent server fails a check and not a run. */
const PATIENCE = 60_000;
/** Milliseconds that the SDK's HTTP layer waits for `100 Continue` before it sends the body all the same. */
const CONTINUE_PATIENCE = 3000;

/** Sends a request over a socket of its own and reads the answer; nothing if the connection ended before one. */
export async function rawExchange(request: RawRequest): Promise<RawAnswer | undefined> {
  const begin = performance.now();
  const socket = connect(Number(request.url.port || 80), request.url.hostname);
  try {
    return await talk(socket, request, begin);
  } finally {
    socket.destroy();
  }
}

async function talk(socket: Socket, request: RawRequest, begin: number): Promise<RawAnswer | undefined> {
  const arrived = new Arrivals(socket);
  socket.write(headOf(request));
  if (asksFirst(request)) await arrived.until(() => arrived.head() !== undefined, CONTINUE_PATIENCE);
  // An early final answer is taken as it is: the body is not sent any more.
  if (arrived.head() === undefined || arrived.head()?.status === 100) {
    arrived.dropInterim();
    if (request.hangUp === 'in-the-body') {
      socket.write(request.body.subarray(0, request.body.length >> 1));
      await flushed(socket);
      return undefined;
    }
    socket.write(request.body);
  }
  if (request.hangUp === 'before-the-answer') {
    await flushed(socket);
    return undefined;
  }
  await arrived.until(() => arrived.dropInterim() !== undefined && arrived.whole(), PATIENCE);
  return arrived.answer(performance.now() - begin);
}

const asksFirst = ({ headers }: RawRequest): boolean => headers.some(([name]) => name === 'Expect');

const flushed = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => socket.end(() => resolve()).once('error', reject));

function headOf({ method, url, headers }: RawRequest): Buffer {
  const lines = headers.map(([name, value]) => Buffer.concat([Buffer.from(`${name}: `), value, Buffer.from('\r\n')]));
  return Buffer.concat([
    Buffer.from(`${method} ${url.pathname}${url.search} HTTP/1.1\r\n`),
    ...lines,
    Buffer.from('\r\n'),
  ]);
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** Where the body begins. */
  readonly end: number;
}

/** The octets that a server has sent so far, and what they amount to. */
class Arrivals {
  #bytes = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('end', end).on('close', end).on('error', end);
  }

  /** Waits for the condition, the end of the connection or the end of patience. */
  async until(condition: () => boolean, patience: number): Promise<void> {
    const limit = performance.now() + patience;
    while (!condition() && !this.#ended && performance.now() < limit) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limit - performance.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  head(): Head | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [first = '', ...rest] = this.#bytes.subarray(0, end).toString('latin1').split('\r\n');
    const headers = new Map(
      rest.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    return { status: Number(first.split(' ')[1]), headers, end: end + 4 };
  }

  /** Forgets a `100 Continue`; answers the final head when it is there. */
  dropInterim(): Head | undefined {
    const head = this.head();
    if (head?.status !== 100) return head;
    this.#bytes = this.#bytes.subarray(head.end);
    return this.head();
  }

  whole(): boolean {
    const head = this.head();
    return head !== undefined && this.#body(head) !== undefined;
  }

  answer(took: number): RawAnswer | undefined {
    const head = this.head();
    const body = head && this.#body(head);
    if (!head || !body) return undefined;
    const plain = head.headers.get('content-encoding') === 'gzip' ? gunzipSync(body) : body;
    return { status: head.status, headers: head.headers, body: plain, took };
  }

  #body(head: Head): Buffer | undefined {
    const rest = this.#bytes.subarray(head.end);
    if (head.headers.get('transfer-encoding') === 'chunked') return joinChunks(rest);
    const declared = head.headers.get('content-length');
    if (declared === undefined) return this.#ended ? rest : undefined;
    return rest.length >= Number(declared) ? rest.subarray(0, Number(declared)) : undefined;
  }
}

/** The octets of a chunked body (RFC 9112 section 7.1), or nothing while the last chunk is missing. */
function joinChunks(octets: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = octets.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(octets.subarray(at, line).toString('latin1'), 16);
    if (size === 0) return Buffer.concat(chunks);
    const end = line + 2 + size;
    if (octets.length < end + 2) return undefined;
    chunks.push(octets.subarray(line + 2, end));
    at = end + 2;
  }
}
