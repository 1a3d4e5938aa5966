import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { derSequence, derUnsigned } from '../../adapters/trust/derWriter.ts';
import type { Authorities } from '../../world/authorities.ts';
import { answerTimeStampRequest, issueTimeStamper } from '../../world/timeStamps.ts';

/** A time-stamping authority on the loopback interface, until it is disposed of. */
export interface TimeStamperServer extends AsyncDisposable {
  readonly url: string;
}

/** RFC 3161 section 3.4, at one and the same moment; a refusing one answers `rejection` to everything. */
export async function startTimeStamper(
  authorities: Authorities,
  at: Date,
  mood?: 'refusing',
): Promise<TimeStamperServer> {
  const stamper = await issueTimeStamper(authorities, at);
  const rejection = derSequence(derSequence(derUnsigned(Buffer.from([2]))));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => respond(request, response, Buffer.concat(chunks)));
  });
  const respond = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const asked = request.headers['content-type'] === 'application/timestamp-query';
    response.writeHead(asked ? 200 : 415, { 'content-type': 'application/timestamp-reply' });
    response.end(mood ? rejection : answerTimeStampRequest(stamper, body, at));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the authority has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
