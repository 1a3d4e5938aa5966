import type { FlowResult } from './enumerate.ts';
import { callOf, type Point, WAY_WORDS, WAYS, waysOf } from './points.ts';

/** What the page tells of one flow: a row of the table and a line with its calls. */
export interface FlowText {
  readonly flow: string;
  readonly row: string;
  readonly calls: string;
}

/** The row and the line of a flow of which every failure was injected and survived. */
export function flowText(flow: string, points: readonly Point[]): FlowText {
  const injected = points.reduce((sum, point) => sum + waysOf(point).length, 0);
  const counts = new Map<string, number>();
  for (const point of points) counts.set(callOf(point), (counts.get(callOf(point)) ?? 0) + 1);
  const calls = [...counts].map(([call, count]) => (count === 1 ? call : `${call} (${count} times)`));
  return {
    flow,
    row: `| ${flow} | ${points.length} | ${injected} | ${injected} |`,
    calls: `- **${flow}**: ${calls.join(', ')}.`,
  };
}

/** What an earlier page tells of a flow; undefined if nothing. */
export function textIn(page: string, flow: string): FlowText | undefined {
  const lines = page.split('\n');
  const row = lines.find((line) => line.startsWith(`| ${flow} | `));
  const calls = lines.find((line) => line.startsWith(`- **${flow}**: `));
  return row === undefined || calls === undefined ? undefined : { flow, row, calls };
}

/** `docs/crashpoints.md`. Nothing in it depends on time or machine. */
export function crashpointsPage(flows: readonly FlowText[]): string {
  const sums = [1, 2, 3].map((column) =>
    flows.reduce((sum, { row }) => sum + Number(row.split('|')[column + 1]?.trim() ?? 0), 0),
  );
  return `# Crash points

Written by \`npm run crashpoints\`, which fails every call to AWS that a flow makes, one in each run, in every way:

${WAYS.map((way) => `- **${way}**: the call ${WAY_WORDS[way]}`).join('\n')}

After each failure the clients repeat what was not answered, time passes and the watchman looks. Then must hold: every receipt
has its dispatch, and the dispatch the bytes that were sent; every recipient has its delivery, once in its inbox, and takes the
same bytes; every timeline is complete and in order; no queue holds anything and nothing was set aside; what the flow itself was
for has happened. At the end of each flow, a day later: no delivery without its dispatch, no work that is due and not done, no
object without a record that the sweeper left.

Polls of queues are Lambda's own and are not failed. Lambda itself, when it takes a message off a queue, is no worker that could
be killed.

| Flow | Calls | Failures injected | Survived |
| --- | ---: | ---: | ---: |
${flows.map(({ row }) => row).join('\n')}
| **all** | ${sums.join(' | ')} |

## The calls

${flows.map(({ calls }) => calls).join('\n')}
`;
}

/** The table as the command prints it. */
export function resultTable(results: readonly FlowResult[]): string {
  const rows = results.map(({ flow, points, injections, problems }) => {
    const survived = injections.filter(({ fate }) => fate === 'survived').length;
    return [flow, points.length, injections.length, survived, problems.length === 0 ? '' : 'wrong at its end'];
  });
  const lines = [['flow', 'calls', 'injected', 'survived', ''], ...rows].map((cells) => cells.map(String));
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map(([name = '', ...rest]) =>
      [name.padEnd(widths[0] ?? 0), ...rest.map((cell, place) => cell.padStart(widths[place + 1] ?? 0))]
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
