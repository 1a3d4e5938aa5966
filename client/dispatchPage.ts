import { isFinal } from '../core/contract/states.ts';
import { localTime } from '../core/edxml/localTime.ts';
import type { CommandContext } from './command.ts';
import { eventTold } from './eventWords.ts';
import { ASKS, CLOCK_STATES, CLOCKS, CONTENTS, kindOf, OUTCOMES, RELATIONS, REQUESTS, statusOf } from './lifeWords.ts';
import { printable, titled } from './table.ts';
import { timelineOf } from './timelineOf.ts';
import type { WholeDispatch } from './wholeDispatch.ts';
import type { Word } from './words.ts';

type Delivery = WholeDispatch['deliveries'][number];
type Related = NonNullable<WholeDispatch['thread']>['earlier'][number];
type Words = Pick<CommandContext, 'word' | 'language'>;
type Page = Pick<CommandContext, 'word' | 'language' | 'say' | 'table'>;

/** A moment of an answer as a clock in Vietnam shows it. */
const clock = (iso: string | undefined): string => (iso === undefined ? '' : localTime(Date.parse(iso)));

const numberOf = ({ codeNumber, codeNotation }: Pick<Related, 'codeNumber' | 'codeNotation'>): string =>
  [codeNumber, codeNotation].filter(Boolean).join('/');

/** One dispatch as a page for a person: what it is, what it belongs to, how each recipient stands, deadlines, what happened. */
export function sayDispatch(dispatch: WholeDispatch, page: Page): void {
  const { say, word } = page;
  say(headOf(dispatch, page));
  sayThread(dispatch, page);
  sayRecipients(dispatch, page);
  sayDeadlines(dispatch, page);
  say(`\n${word('timeline')}`);
  for (const line of eventLines(dispatch, page)) say(line);
}

function headOf(dispatch: WholeDispatch, { word, language }: Words): string {
  const { headline, retention } = dispatch;
  return titled([
    [word('dispatch'), dispatch.dispatchId],
    [word('kind'), kindOf(headline, language)],
    [word('number'), numberOf(headline)],
    [word('subject'), headline.subject ?? ''],
    [word('sender'), `${headline.senderCode}  ${headline.senderName}`],
    [word('documentId'), headline.documentId],
    [word('acceptedAt'), clock(headline.acceptedAt)],
    [word('signature'), word(headline.signed === 'none' ? 'referenceOnly' : 'verified')],
    [word('dueDate'), dispatch.dueDate ?? ''],
    [word('expires'), clock(dispatch.expiresAt)],
    [word('content'), retention ? `${CONTENTS[retention.state][language]}  ${clock(retention.at)}` : ''],
    [word('legalHold'), clock(dispatch.heldSince)],
    [word('times'), word('vietnamTime')],
  ]);
}

function sayThread({ thread }: WholeDispatch, page: Page): void {
  if (thread === undefined) return;
  const { say, language } = page;
  const row = (related: Related, side: 'earlier' | 'later') => [
    RELATIONS[side][related.as][language],
    related.sender,
    numberOf(related),
    clock(related.acceptedAt),
    related.dispatchId,
    related.subject ?? '',
  ];
  const rows = [
    ...thread.earlier.map((related) => row(related, 'earlier')),
    ...thread.later.map((related) => row(related, 'later')),
  ];
  sayRows(['thread', 'sender', 'number', 'acceptedAt', 'dispatch', 'subject'], rows, page);
  if (thread.more) say('…');
}

function sayRecipients({ deliveries }: WholeDispatch, page: Page): void {
  const { word, language } = page;
  const rows = deliveries.map((delivery) => [
    delivery.recipient,
    word(delivery.state),
    statusesOf(delivery, page),
    askedOf(delivery, page),
    (delivery.about ?? []).map((one) => `${one.dispatchId} ${OUTCOMES[one.outcome][language]}`).join(', '),
    isFinal(delivery.state) ? '' : clock(delivery.expiresAt),
    delivery.reason ?? '',
  ]);
  sayRows(['recipient', 'state', 'status', 'asked', 'about', 'expires', 'reason'], rows, page);
}

/** The current business status; where no ordered code was reported, the last one that was. */
function statusesOf({ businessStatus }: Delivery, { language }: Words): string {
  return statusOf(businessStatus?.code ?? businessStatus?.reported.at(-1)?.code, language);
}

/** What newer messages ask of who has it, and the answer. */
export function askedOf({ recall, revision }: Pick<Delivery, 'recall' | 'revision'>, { language }: Words): string {
  const asked = [...(recall ? [{ how: 'recall' as const, state: recall.state }] : []), ...(revision ? [revision] : [])];
  return asked.map(({ how, state }) => `${ASKS[how][language]}: ${REQUESTS[state][language]}`).join(', ');
}

function sayDeadlines({ deliveries }: WholeDispatch, page: Page): void {
  const { word, language } = page;
  const rows = deliveries.flatMap(({ recipient, timeliness = [] }) =>
    timeliness.map((reading) => [
      recipient,
      CLOCKS[reading.clock][language],
      clock(reading.startedAt),
      clock(reading.deadline),
      clock(reading.metAt),
      CLOCK_STATES[reading.state][language],
      [
        ...(reading.basis === 'claimed' ? [word('claimed')] : []),
        ...(reading.provisional ? [word('provisional')] : []),
      ].join(', '),
    ]),
  );
  sayRows(['recipient', 'deadline', 'started', 'due', 'met', 'state', 'note'], rows, page);
}

/** A table below an empty line, without columns in which nothing stands; nothing at all without rows. */
function sayRows(titles: readonly Word[], rows: readonly (readonly string[])[], { say, table, word }: Page): void {
  if (rows.length === 0) return;
  const filled = titles.map((_, column) => rows.some((row) => row[column] !== ''));
  say('');
  table(
    titles.filter((_, column) => filled[column]).map((title) => word(title)),
    rows.map((row) => row.filter((_, column) => filled[column])),
  );
}

function eventLines(dispatch: WholeDispatch, { language }: Words): readonly string[] {
  return timelineOf(dispatch).map(({ where, entry }) => {
    const told = eventTold(entry, language);
    const parts = [clock(entry.at), where, told, entry.by, entry.detail ?? '', entry.dispatch ?? ''];
    return printable(parts.filter((part) => part !== '').join('  '));
  });
}
