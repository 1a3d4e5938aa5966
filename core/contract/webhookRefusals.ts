import { type CatalogueEntry, entry } from './catalogueEntry.ts';

/** The part of the refusal catalogue that is about webhooks. */
export const WEBHOOK_REFUSALS = {
  'webhook-unusable': entry(
    422,
    'system',
    [
      'Webhook not usable',
      'The endpoint was not registered, what was there stays: {problem}. It must be public, on https, and answer the ping with 2xx within {seconds} s.',
    ],
    [
      'Webhook không dùng được',
      'Địa chỉ chưa được đăng ký, cấu hình cũ giữ nguyên: {problem}. Địa chỉ phải công khai, dùng https và trả lời ping bằng mã 2xx trong {seconds} giây.',
    ],
  ),
  'webhook-not-found': entry(
    404,
    'system',
    ['No webhook', 'Your system has no webhook. Register one with PUT /v1/webhook.'],
    ['Chưa có webhook', 'Hệ thống của bạn chưa có webhook. Hãy đăng ký bằng PUT /v1/webhook.'],
  ),
} as const satisfies Record<string, CatalogueEntry>;
