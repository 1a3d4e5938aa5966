import type * as z from 'zod/mini';
import type { WEBHOOK_BODIES } from '../../core/contract/webhook.ts';

export type WebhookType = keyof typeof WEBHOOK_BODIES;

const timestamp = '2026-03-02T02:00:00.000Z';
const deliveryId = `dlv_${'a'.repeat(32)}`;
const dispatchId = `dsp_${'a'.repeat(32)}`;
const uncollected = { deliveryId, dispatchId, recipient: 'X92', expiresAt: '2026-03-05T02:00:00.000Z' };

/** What each notification tells, in one sentence, and an example of its body. */
export const WEBHOOK_EXAMPLES: {
  readonly [T in WebhookType]: readonly [string, z.infer<(typeof WEBHOOK_BODIES)[T]>];
} = {
  'webhook.ping': [
    'The axis asks whether the endpoint is yours, before it keeps it',
    { type: 'webhook.ping', timestamp, data: { system: 'bo-minh-hoa' } },
  ],
  'delivery.waiting': [
    'You have mail',
    {
      type: 'delivery.waiting',
      timestamp,
      data: { deliveries: [{ deliveryId, dispatchId, recipient: 'X92', kind: 'document', urgent: false }] },
    },
  ],
  'delivery.uncollected': [
    'Nobody has collected what you sent, and soon it expires',
    { type: 'delivery.uncollected', timestamp, data: uncollected },
  ],
  'delivery.expired': [
    'What you sent expired before anybody collected it',
    { type: 'delivery.expired', timestamp, data: uncollected },
  ],
  'certificate.expiring': [
    'A signing certificate of your agency ends soon',
    {
      type: 'certificate.expiring',
      timestamp,
      data: { agency: 'X92', thumbprint: 'A'.repeat(43), notAfter: '2026-04-01T00:00:00.000Z', daysLeft: 30 },
    },
  ],
};
