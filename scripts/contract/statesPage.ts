import {
  BUSINESS_STATES,
  BUSINESS_TRANSITIONS,
  CONTENT_STATES,
  CONTENT_TRANSITIONS,
  finalsOf,
  RECALL_STATES,
  RECALL_TRANSITIONS,
  REVISION_STATES,
  REVISION_TRANSITIONS,
} from '../../core/contract/lifeStates.ts';
import {
  DELIVERY_STATES,
  DELIVERY_TRANSITIONS,
  DISPATCH_STATES,
  DISPATCH_TRANSITIONS,
  isFinal,
  TALLIES,
  type Transition,
} from '../../core/contract/states.ts';
import { GENERATED, table } from './table.ts';

type Transitions = Readonly<Record<string, Transition<string>>>;

/** The state table for people: diagrams and tables of what can happen to a dispatch and to a delivery. */
export function statesPage(): string {
  return [
    '# States',
    '',
    GENERATED,
    '',
    'A transition that is not listed here cannot be written: the conditional writes are made from the same table.',
    '',
    '## Dispatch',
    '',
    diagram(DISPATCH_TRANSITIONS, []),
    '',
    transitionTable(DISPATCH_TRANSITIONS),
    '',
    `States: ${DISPATCH_STATES.map((state) => `\`${state}\``).join(', ')}.`,
    '',
    '## Delivery',
    '',
    deliveryDiagram(),
    '',
    transitionTable(DELIVERY_TRANSITIONS),
    '',
    table(
      ['State', 'Final'],
      DELIVERY_STATES.map((state) => [`\`${state}\``, isFinal(state) ? 'yes' : 'no']),
    ),
    '',
    "## Beside a delivery's way through the inbox",
    '',
    'What other messages leave on a delivery, each in its own order. A mark is written only from the states that are listed.',
    '',
    '### Business status',
    '',
    diagram(BUSINESS_TRANSITIONS, finalsOf(BUSINESS_STATES, BUSINESS_TRANSITIONS)),
    '',
    transitionTable(BUSINESS_TRANSITIONS),
    '',
    '### Recall',
    '',
    diagram(RECALL_TRANSITIONS, finalsOf(RECALL_STATES, RECALL_TRANSITIONS)),
    '',
    transitionTable(RECALL_TRANSITIONS),
    '',
    '### Update or replacement',
    '',
    diagram(REVISION_TRANSITIONS, finalsOf(REVISION_STATES, REVISION_TRANSITIONS)),
    '',
    transitionTable(REVISION_TRANSITIONS),
    '',
    '## Content of a dispatch',
    '',
    diagram(CONTENT_TRANSITIONS, finalsOf(CONTENT_STATES, CONTENT_TRANSITIONS)),
    '',
    transitionTable(CONTENT_TRANSITIONS),
    '',
    '## Events that are counted',
    '',
    'They collapse into first, last and count, so that a patient poller cannot fill a timeline.',
    '',
    table(
      ['Count', 'Event'],
      Object.entries(TALLIES).map(([name, event]) => [`\`${name}\``, `\`${event}\``]),
    ),
    '',
  ].join('\n');
}

/** The states of a delivery as a diagram. */
export const deliveryDiagram = (): string => diagram(DELIVERY_TRANSITIONS, DELIVERY_STATES.filter(isFinal));

/** A Mermaid state diagram. Its names take no hyphens and begin with a letter, so states get an alias. */
function diagram(transitions: Transitions, finals: readonly string[]): string {
  const alias = (state: string): string =>
    state === 'none' ? '[*]' : state.replaceAll('-', '_').replace(/^(?=\d)/, 's');
  const states = new Set(Object.values(transitions).flatMap(({ from, to }) => [...from, to]));
  const named = [...states]
    .filter((state) => state !== 'none' && state !== alias(state))
    .map((state) => `  state "${state}" as ${alias(state)}`);
  const arrows = Object.values(transitions).flatMap(({ name, from, to }) =>
    from.map((state) => `  ${alias(state)} --> ${alias(to)}: ${name}`),
  );
  const ends = finals.map((state) => `  ${alias(state)} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', ...named, ...arrows, ...ends, '```'].join('\n');
}

function transitionTable(transitions: Transitions): string {
  const rows = Object.values(transitions).map(({ name, from, to, event }) => [
    `\`${name}\``,
    from.map((state) => `\`${state}\``).join(', '),
    `\`${to}\``,
    `\`${event}\``,
  ]);
  return table(['Transition', 'From', 'To', 'Timeline event'], rows);
}
