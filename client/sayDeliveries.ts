import type { AnswerOf } from '../core/contract/answers.ts';
import type { CommandContext } from './command.ts';
import { askedOf } from './dispatchPage.ts';
import { kindOf, OUTCOMES } from './lifeWords.ts';

type ListedDelivery = AnswerOf<'inbox'>['items'][number];
type Context = Pick<CommandContext, 'word' | 'table' | 'language'>;

/** Prints deliveries for a person: what a clerk needs to decide what to open first, what nobody signed, and what is about what. */
export function sayDeliveries(deliveries: readonly ListedDelivery[], context: Context): void {
  const { word } = context;
  const titles = [
    'delivery',
    'state',
    'urgent',
    'recipient',
    'sender',
    'number',
    'signature',
    'about',
    'subject',
  ] as const;
  const rows = deliveries.map((delivery) => [
    delivery.deliveryId,
    word(delivery.state),
    delivery.urgent ? word('yes') : '',
    delivery.recipient,
    delivery.headline.senderCode,
    [delivery.headline.codeNumber, delivery.headline.codeNotation].filter(Boolean).join('/'),
    word(delivery.headline.signed === 'none' ? 'referenceOnly' : 'verified'),
    aboutOf(delivery, context),
    subjectOf(delivery, context),
  ]);
  context.table(titles.map(word), rows);
}

/** Whether it may be a repetition; on which earlier dispatch it acts and what came of it; or what newer messages ask about it. */
function aboutOf(delivery: ListedDelivery, context: Context): string {
  const acts = (delivery.about ?? []).map(
    ({ dispatchId, outcome }) => `${dispatchId} ${OUTCOMES[outcome][context.language]}`,
  );
  const restored = delivery.restoredAt === undefined ? '' : context.word('restoredAt');
  return [restored, ...acts, askedOf(delivery, context)].filter((part) => part !== '').join(', ');
}

/** What is no new document says so first. */
function subjectOf({ headline }: ListedDelivery, { language }: Context): string {
  const isPlain = headline.kind === 'document' && !headline.business;
  return [isPlain ? '' : kindOf(headline, language), headline.subject ?? ''].filter((part) => part !== '').join(': ');
}
