import type { LogEvent } from '../../core/contract/logEvents.ts';
import { LOG_EVENTS, LOG_FAULTS, LOG_FIELDS } from '../../core/contract/logEvents.ts';
import { LOG_QUERIES, linesOfDispatches, linesOfRequest } from '../../core/contract/logQueries.ts';
import { ABOUT_METRICS, METRICS, type MetricFacts, type MetricName } from '../../core/contract/metrics.ts';
import { GENERATED, table } from './table.ts';

type Catalogue = Readonly<Record<string, LogEvent>>;

/** Every line that the functions write, every number that they count, and how both are asked. */
export function logEventsPage(): string {
  return [
    '# Log events and metrics',
    '',
    GENERATED,
    '',
    'Each function writes one JSON object a line into its log group `/docaxis/STAGE/FUNCTION`. `message` is one of the names below, and the code',
    'can write no other: the logger is typed by this list. On every line stand `level`, `timestamp`, `service` (the function), `stage`, `version`',
    'and, where X-Ray follows the request, `xray_trace_id`. No line holds content of a document, a token, a link or a key. `edge` means every',
    'function that a route calls.',
    '',
    '## What happened',
    '',
    'Level INFO.',
    '',
    eventTable(LOG_EVENTS),
    '',
    '## What went wrong',
    '',
    'Level ERROR. Each line carries `error` with name, message and stack, and counts as a `Fault`.',
    '',
    eventTable(LOG_FAULTS),
    '',
    '## Fields',
    '',
    table(
      ['Field', 'Holds'],
      Object.entries(LOG_FIELDS)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, holds]) => [`\`${name}\``, holds]),
    ),
    '',
    '## One request from end to end',
    '',
    'The answer to every request carries `x-correlation-id`. A submission keeps it in the record of its dispatch and in each fan-out message, so that',
    'the lines of the fan-out carry it, too, also when the watchman asked for it again. What recipients do is found by the dispatch. `docaxis ops',
    'trace CORRELATION_ID` shows all of it; by hand, in CloudWatch Logs Insights over the log groups of the stage:',
    '',
    query(linesOfRequest('CORRELATION_ID')),
    '',
    'and with the `dispatchId` of those lines:',
    '',
    query(linesOfDispatches(['DISPATCH_ID'])),
    '',
    '## Further questions',
    '',
    'What the dashboard and `docaxis ops stats` ask.',
    '',
    ...Object.values(LOG_QUERIES).flatMap((text) => [query(text), '']),
    '## Metrics',
    '',
    'Namespace `docaxis`, dimensions `service` and `stage`. CloudWatch charges each combination of values in the hours in which it is written, so',
    'there are no further dimensions but the closed ones below; the code of a refusal stands beside its count in the log line alone.',
    '',
    table(
      ['Metric', 'Unit', 'By', 'Further dimension', 'Counts'],
      Object.entries<MetricFacts>(METRICS).map(([key, { name, unit, dimension }]) => [
        `\`${name}\``,
        unit,
        ABOUT_METRICS[key as MetricName].by.map((each) => `\`${each}\``).join(', '),
        dimension ? `\`${dimension.name}\`: ${dimension.values.join(', ')}` : '',
        ABOUT_METRICS[key as MetricName].means,
      ]),
    ),
    '',
  ].join('\n');
}

function eventTable(catalogue: Catalogue): string {
  return table(
    ['Event', 'By', 'Fields', 'Means', 'What to do'],
    Object.entries(catalogue).map(([name, { by, fields, means, act }]) => [
      `\`${name}\``,
      by.map((each) => `\`${each}\``).join(', '),
      fields.map((field) => `\`${field}\``).join(', '),
      means,
      act,
    ]),
  );
}

const query = (text: string): string => ['```', text.replaceAll(' | ', '\n| '), '```'].join('\n');
