import * as z from 'zod/mini';
import { isDeliveryId } from '../core/contract/ids.ts';
import { localTime } from '../core/edxml/localTime.ts';
import type { Evidence, ProvenStep } from './checkEvidence.ts';
import type { CommandContext } from './command.ts';
import { eventTold } from './eventWords.ts';
import { titled } from './table.ts';

type Page = Pick<CommandContext, 'word' | 'language' | 'say' | 'table'>;

/** What both kinds of records say of the document: a receipt names sender and recipients with more than their codes. */
const ABOUT = z.object({
  doc: z.object({ msg: z.string(), hash: z.string() }),
  from: z.union([z.string(), z.object({ code: z.string() })]),
  to: z.optional(z.union([z.string(), z.array(z.string())])),
});

/** Steps that are proved, for a person: what they are about, then each with its place in the log. */
export function sayEvidence({ of }: Evidence, steps: readonly ProvenStep[], page: Page): void {
  const { say, table, word, language } = page;
  say(headOf(of, steps, page));
  const titles = (['order', 'event', 'when', 'by', 'logEntry'] as const).map(word);
  table(
    titles,
    steps.map((step) => [
      String(step.n),
      eventTold(step, language),
      clock(step.at),
      step.by ?? '',
      String(step.log.index),
    ]),
  );
}

function headOf(of: string, steps: readonly ProvenStep[], { word }: Page): string {
  const [first] = steps;
  const about = ABOUT.safeParse(first?.payload);
  const { doc, from, to } = about.success ? about.data : {};
  return titled([
    [word(isDeliveryId(of) ? 'delivery' : 'dispatch'), of],
    [word('sender'), (typeof from === 'string' ? from : from?.code) ?? ''],
    [word('recipient'), typeof to === 'string' ? to : (to ?? []).join(', ')],
    [word('documentId'), doc?.msg ?? ''],
    [word('sha256'), doc?.hash ?? ''],
    [word('log'), first ? `${first.log.origin}, ${first.log.size} ${word('entries')}` : ''],
    [word('times'), word('vietnamTime')],
  ]);
}

/** A moment as a clock in Vietnam shows it; what is none stays as it was signed. */
function clock(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : localTime(at);
}
