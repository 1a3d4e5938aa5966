import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { ROUTE_NAMES, routeKey } from '../../core/contract/routes.ts';
import { refusalsOf } from './responses.ts';
import { type Cell, GENERATED, table } from './table.ts';

/** The refusal catalogue for people: every code, in both languages, and the routes that can answer it. */
export function refusalsPage(): string {
  const codes = (Object.keys(REFUSALS) as RefusalCode[]).toSorted();
  const rows = codes.map((code): readonly Cell[] => {
    const { status, retryable, who, en, vi } = REFUSALS[code];
    return [
      `\`${code}\``,
      status,
      retryable ? 'yes' : 'no',
      who,
      `**${en.title}.** ${en.detail}`,
      `**${vi.title}.** ${vi.detail}`,
    ];
  });
  const routes = codes.flatMap((code) => {
    const names = ROUTE_NAMES.filter((name) => refusalsOf(name).includes(code));
    return names.length === 0 ? [] : [`- \`${code}\`: ${names.map((name) => `\`${routeKey(name)}\``).join(', ')}`];
  });
  return [
    '# Refusals',
    '',
    GENERATED,
    '',
    'Every expected "no" of the axis, as `application/problem+json` (RFC 9457). A code is stable for ever; texts may improve.',
    '"Again" says whether the very same request can succeed later. `{name}` is filled from the request.',
    '',
    table(['Code', 'Status', 'Again', 'Who must act', 'English', 'Tiếng Việt'], rows),
    '',
    '## Where they come from',
    '',
    ...routes,
    '',
  ].join('\n');
}
