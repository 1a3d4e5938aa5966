import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';

const entries = z.array(z.looseObject({ Id: z.string(), MessageBody: z.string() })).optional();
const sent = z.looseObject({ MessageBody: z.string().optional(), Entries: entries });

/** Most that SQS delays a message. */
const LONGEST_S = 900;

/** The answer to a send of which nothing ever arrives. */
export function lost(input: Record<string, unknown>): Record<string, unknown> {
  const { MessageBody = '', Entries } = sent.parse(input);
  if (Entries === undefined) return receiptOf(MessageBody);
  return { Successful: Entries.map((entry) => ({ Id: entry.Id, ...receiptOf(entry.MessageBody) })), Failed: [] };
}

const receiptOf = (body: string) => ({
  MessageId: randomUUID(),
  MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
});

/** The same send with all of its messages delayed, so that later ones overtake them. */
export function late(input: Record<string, unknown>, ms: number | undefined): Record<string, unknown> {
  if (ms === undefined) return input;
  const DelaySeconds = Math.min(LONGEST_S, Math.ceil(ms / 1000));
  const { Entries } = sent.parse(input);
  if (Entries === undefined) return { ...input, DelaySeconds };
  return { ...input, Entries: Entries.map((entry) => ({ ...entry, DelaySeconds })) };
}
