import type { FunctionName } from './environment.ts';

/**
 * Questions to the logs in the language of CloudWatch Logs Insights: the dashboard shows them, `docaxis ops stats` and `ops trace` ask
 * them, and the local axis answers exactly the part of the language that they use.
 */
export const LOG_QUERIES = {
  /** What happened in each minute, as the lines of the catalogue say it. */
  minutes: [
    'filter message in ["submitted", "concluded", "delivered", "settled", "watched"]',
    'stats count(*) as lines, sum(deliveries) as put by bin(1m) as minute, message, what, outcome, state',
    'limit 10000',
  ].join(' | '),
  /** From the line of the count itself: it is written for a refusal that leaves no other line, too. */
  refusals: [
    'filter ispresent(Refused)',
    'stats sum(Refused) as refused by code',
    'sort refused desc',
    'limit 100',
  ].join(' | '),
  /** Milliseconds of submissions from request to answer, and of deliveries from acceptance to the inbox. */
  latencies: [
    'filter ispresent(ms)',
    'stats count(*) as lines, pct(ms, 50) as p50, pct(ms, 95) as p95, pct(ms, 99) as p99 by message',
    'limit 10',
  ].join(' | '),
} as const satisfies Record<string, string>;

/** Every line of one request: what the function that it came to wrote, and what the fan-out of its dispatch did. */
export const linesOfRequest = (correlationId: string): string =>
  lineQuery(`filter correlationId = "${quoted(correlationId)}"`);

/** Every line about some dispatches, by whoever asked. */
export const linesOfDispatches = (ids: readonly string[]): string =>
  lineQuery(`filter dispatchId in [${ids.map((id) => `"${quoted(id)}"`).join(', ')}]`);

const lineQuery = (filter: string): string =>
  ['fields @timestamp, @message', filter, 'sort @timestamp asc', 'limit 500'].join(' | ');

/** Nothing that somebody typed ends a text of the query. */
const quoted = (text: string): string => text.replaceAll(/[^\w=+/.-]/g, '');

/** CloudWatch log group of a function. */
export const logGroupOf = (stage: string, name: FunctionName): string => `/docaxis/${stage}/${name}`;
