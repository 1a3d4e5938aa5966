import type { FunctionName } from '../../core/contract/environment.ts';
import type { InterferenceRule, RecordedCall } from '../../local/runtime/callBook.ts';

/** One call to AWS that a flow makes: the nth of its kind. */
export interface Point {
  readonly function: FunctionName;
  /** Lambda itself calls, for the function: it takes messages off a queue. */
  readonly byLambda: boolean;
  /** A client calls, by a link that the function signed. */
  readonly byLink: boolean;
  /** What rules know the caller by. */
  readonly principal: string;
  readonly service: RecordedCall['service'];
  readonly operation: string;
  /** The resource as rules name it; `*` at its end where every run has another one. */
  readonly resource: string;
  /** Counted from 1. */
  readonly nth: number;
}

/**
 * How a call fails. The first three last until the SDK has used up its attempts, so that the function itself sees the failure;
 * `answer-lost` takes effect once without an answer, and the SDK's repeat meets what it did itself.
 */
export const WAYS = ['before', 'after', 'answer-lost', 'throttled', 'killed-before', 'killed-after'] as const;
export type Way = (typeof WAYS)[number];

export const WAY_WORDS: Readonly<Record<Way, string>> = {
  before: 'fails before it takes effect, at every attempt',
  after: 'takes effect and fails, at every attempt',
  'answer-lost': 'takes effect and its answer is lost, once',
  throttled: 'is throttled, at every attempt',
  'killed-before': 'its worker is killed before it takes effect',
  'killed-after': 'its worker is killed after it took effect',
};

const FATES = {
  before: 'fail-before',
  after: 'fail-after',
  'answer-lost': 'fail-after',
  throttled: 'throttle',
  'killed-before': 'kill-before',
  'killed-after': 'kill-after',
} as const satisfies Record<Way, InterferenceRule['fate']>;

/** Attempts of the functions' clients (adapters/aws/clients.ts). */
const ATTEMPTS = 3;
const LAST_FOR: Readonly<Record<Way, number>> = {
  before: ATTEMPTS,
  after: ATTEMPTS,
  'answer-lost': 1,
  throttled: ATTEMPTS,
  'killed-before': 1,
  'killed-after': 1,
};

/** The ways in which a call can fail: Lambda's own poller is no worker that could be killed, and tries once. */
export const waysOf = ({ byLambda }: Point): readonly Way[] => (byLambda ? ['before', 'after', 'throttled'] : WAYS);

/** Rules that fail this call in this way and nothing else. Each of several equal ones takes the next call that is left to it. */
export function rulesOf(
  { byLambda, principal, service, operation, resource, nth }: Point,
  way: Way,
): InterferenceRule[] {
  const rule = { principal, service, operation, resource, nth, fate: FATES[way] };
  return Array.from({ length: byLambda ? 1 : LAST_FOR[way] }, () => rule);
}

const POLLER = '/lambda-poller';

/** The functions of an axis, to tell whose calls are whose. */
export interface Caller {
  /** `docaxis-STAGE-FUNCTION` */
  readonly name: string;
  readonly roleName: string;
}

/** The points of a flow, in the order of its calls. Polls of queues are Lambda's own and no part of any flow. */
export function pointsOf(
  calls: readonly RecordedCall[],
  callers: readonly Caller[],
  of: readonly FunctionName[],
): readonly Point[] {
  const counts = new Map<string, number>();
  return calls.flatMap((call) => {
    const byLambda = call.principal.endsWith(POLLER);
    const role = call.principal.replace(POLLER, '');
    const caller = callers.find(({ name, roleName }) => (byLambda ? roleName === role : name === call.function));
    const name = of.find((one) => caller?.name.endsWith(`-${one}`));
    if (name === undefined || (byLambda && call.operation === 'ReceiveMessage')) return [];
    const { service, operation } = call;
    const principal = byLambda ? call.principal : (caller?.name ?? '');
    const resource = resourcePattern(call);
    const key = [principal, service, operation, resource].join(' ');
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    return [
      {
        function: name,
        byLambda,
        byLink: call.presigned === true,
        principal,
        service,
        operation,
        resource,
        nth,
      },
    ];
  });
}

/** Keys of objects, and names of queues of new systems, are other ones in every run. */
function resourcePattern({ service, resource }: RecordedCall): string {
  if (service === 's3') return resource.replace(/^([^/]+\/[^/]+\/).*$/, '$1*');
  if (service === 'sqs') return resource.replace(/(-inbox-).*$/, '$1*');
  return resource;
}

/** The call in words: `submit dynamodb:PutItem Dispatches`. */
export function callOf({ function: name, byLambda, byLink, service, operation, resource }: Point): string {
  const who = byLambda ? `Lambda for ${name}` : byLink ? `client by link of ${name}` : name;
  return `${who} ${service}:${operation} ${resourceWord(resource)}`;
}

/** The point in words, with its number where there are several of its kind. */
export const pointName = (point: Point): string => `${callOf(point)} #${point.nth}`;

/** The construct's name for what CloudFormation named. */
function resourceWord(resource: string): string {
  const [, path = ''] = /:::?[^:]*?([^:]*)$/.exec(resource) ?? [];
  const inbox = /-inbox-\*$/.test(resource) ? 'Inbox' : undefined;
  const object = /^[^/]+\/([a-z]+)\/\*$/.exec(path)?.[1];
  const index = /\/index\/(\w+)$/.exec(resource)?.[1];
  const named = /(?:docaxis-\w+-(?:data-|Queues)?)([A-Za-z]+?)[0-9A-F]{8}/.exec(resource)?.[1];
  if (inbox) return inbox;
  if (object) return `${object}/`;
  if (index) return `${named} by ${index}`;
  return named ?? (resource.includes(':key/') ? 'key' : (path.split('/').at(-1) ?? resource));
}
