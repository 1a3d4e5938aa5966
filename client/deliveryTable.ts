import type { AnswerOf } from '../core/contract/answers.ts';
import type { CommandContext } from './command.ts';
import { table } from './table.ts';

type ListedDelivery = AnswerOf<'inbox'>['items'][number];

/** Deliveries for a person: what a clerk needs to decide what to open first. */
export function deliveryTable(deliveries: readonly ListedDelivery[], { word }: Pick<CommandContext, 'word'>): string {
  const titles = ['delivery', 'state', 'urgent', 'recipient', 'sender', 'number', 'subject'] as const;
  const rows = deliveries.map(({ deliveryId, state, urgent, recipient, headline }) => [
    deliveryId,
    word(state),
    urgent ? word('yes') : '',
    recipient,
    headline.senderCode,
    [headline.codeNumber, headline.codeNotation].filter(Boolean).join('/'),
    headline.subject ?? headline.statusCode ?? '',
  ]);
  return table(titles.map(word), rows);
}
