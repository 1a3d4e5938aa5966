import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request for a path. */
export type Serving =
  | Buffer
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: Buffer }
  /** Takes the request and never answers. */
  | 'silence'
  /** Answers by hand; gets the body of a POST. */
  | ((body: Buffer, response: ServerResponse) => void);

/** A server of revocation lists and OCSP answers on this machine, for tests; it can fail in many ways. */
export interface NewsServer {
  readonly url: string;
  /** Paths as they are served; change it at any time. */
  readonly serve: Map<string, Serving>;
  /** Requests so far: `METHOD /path`, with `if-none-match` where it was sent. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export async function startNewsServer(): Promise<NewsServer> {
  const serve = new Map<string, Serving>();
  const asked: string[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url = '/', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    asked.push([method, url, headers['if-none-match']].filter((part) => part !== undefined).join(' '));
    const serving = serve.get(url) ?? { status: 404 };
    if (serving === 'silence') return;
    if (typeof serving === 'function') return serving(Buffer.concat(chunks), response);
    const {
      status,
      headers: more,
      body,
    } = Buffer.isBuffer(serving) ? { status: 200, headers: {}, body: serving } : serving;
    response.writeHead(status, more).end(body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    serve,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
