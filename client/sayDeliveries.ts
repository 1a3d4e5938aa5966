import type { AnswerOf } from '../core/contract/answers.ts';
import type { CommandContext } from './command.ts';

type ListedDelivery = AnswerOf<'inbox'>['items'][number];

/** Prints deliveries for a person: what a clerk needs to decide what to open first, and what nobody signed. */
export function sayDeliveries(
  deliveries: readonly ListedDelivery[],
  context: Pick<CommandContext, 'word' | 'table'>,
): void {
  const { word } = context;
  const titles = ['delivery', 'state', 'urgent', 'recipient', 'sender', 'number', 'signature', 'subject'] as const;
  const rows = deliveries.map(({ deliveryId, state, urgent, recipient, headline }) => [
    deliveryId,
    word(state),
    urgent ? word('yes') : '',
    recipient,
    headline.senderCode,
    [headline.codeNumber, headline.codeNotation].filter(Boolean).join('/'),
    word(headline.signed === 'none' ? 'referenceOnly' : 'verified'),
    headline.subject ?? headline.statusCode ?? '',
  ]);
  context.table(titles.map(word), rows);
}
