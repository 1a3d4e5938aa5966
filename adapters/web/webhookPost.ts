import type { IncomingMessage } from 'node:http';
import { LIMITS } from '../../core/contract/limits.ts';
import type { Posted, WebhookPost } from '../../core/contract/webhook.ts';
import { askPublicly, type PublicWebOptions } from './publicWeb.ts';

/**
 * Posts to webhooks by the rules for strangers' addresses, and over https only; plain http reaches this very machine, where that is
 * allowed. 2xx is success. A redirect is a failure like any other status; what is answered is thrown away unread beyond its bound.
 */
export function createWebhookPost(options: Omit<PublicWebOptions, 'httpsOnly'>): WebhookPost {
  return async ({ url, headers, body }) => {
    const request = {
      address: url,
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.from(body),
    };
    const answer = await askPublicly(request, { ...options, httpsOnly: true }, judge);
    return 'what' in answer ? { ok: false, why: answer.why } : answer;
  };
}

async function judge(response: IncomingMessage): Promise<Posted> {
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) return { ok: false, why: `it answers ${statusCode}` };
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a response without an encoding gives buffers');
    bytes += chunk.length;
    if (bytes > LIMITS.webhook.replyBytes) break;
  }
  return { ok: true };
}
