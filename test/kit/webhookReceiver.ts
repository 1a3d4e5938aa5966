import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A notification as it came in. */
export interface Notification {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** An endpoint on this machine that remembers what it was told; it answers 204 unless told otherwise. */
export interface WebhookReceiver {
  readonly url: string;
  readonly seen: Notification[];
  /** How it answers from now on. */
  answer: (response: ServerResponse) => void;
  /** The events of a type, as they are read from the bodies. */
  events(type: string): readonly { readonly id: string; readonly data: Readonly<Record<string, unknown>> }[];
  stop(): Promise<void>;
}

export const answering =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, headers).end();

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const seen: Notification[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers } = request;
      const header = (name: string) => String(headers[name]);
      const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')];
      const body = Buffer.concat(chunks).toString('utf8');
      seen.push({ id, timestamp, signature: header('webhook-signature'), body, headers });
      receiver.answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook?key=very-private-key`,
    seen,
    answer: answering(204),
    events: (type) =>
      seen.flatMap(({ id, body }) => {
        const event: { type: string; data: Record<string, unknown> } = JSON.parse(body);
        return event.type === type ? [{ id, data: event.data }] : [];
      }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

/** The signature by the words of the Standard Webhooks specification, written apart from the axis's own. */
export function standardSignature({ id, timestamp, body }: Notification, secret: string): string {
  const [, key = ''] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret) ?? [];
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  return `v1,${createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64')}`;
}
