import { ALARMS } from '../../core/contract/alarms.ts';
import { GENERATED, table } from './table.ts';

const WHERE = {
  every: 'every stage',
  few: 'coverage `few`',
  all: 'coverage `all`',
  canary: 'release `canary`',
} as const;

/** Every alarm, what it means to people, and where it says what to do. */
export function alarmsPage(): string {
  return [
    '# Alarms',
    '',
    GENERATED,
    '',
    'An alarm is called `docaxis-STAGE-NAME`; its description says the same as here. Which stage has which is chosen in its description',
    '([decision 0031](decisions/0031-stages.md)): CloudWatch charges every metric that an alarm looks at.',
    '',
    table(
      ['Alarm', 'Where', 'What it means', 'Ý nghĩa', 'What to do'],
      Object.entries(ALARMS).map(([name, { en, vi, runbook, where }]) => [
        `\`${name}\``,
        WHERE[where],
        en,
        vi,
        `[${runbook}](runbooks/${runbook}.md)`,
      ]),
    ),
    '',
  ].join('\n');
}
