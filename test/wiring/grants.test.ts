import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Statement } from '../../local/contract/statement.ts';
import type { RecordedCall } from '../../local/runtime/callBook.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { type Grant, grantsOf, unused, uses, withSources } from './grantUse.ts';
import { standardWalk } from './standardWalk.ts';

let town: TestAxis;
let roles: readonly string[];
let calls: readonly RecordedCall[];

/** What the Lambda service does with a role by itself, outside of any function: logs, traces, and the look at a queue. */
const BY_LAMBDA_ITSELF = [
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'xray:',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueUrl',
  'sqs:GetQueueAttributes',
];
/** What operators' roles may call is tried cell by cell in the refusal table. */
const isOperators = (role: string) => /-(viewer|operator|security)$/.test(role);

beforeAll(async () => {
  town = await startTestAxis();
  const { axis } = town;
  roles = axis.resources
    .filter(({ type, ref }) => type === 'AWS::IAM::Role' && !isOperators(ref))
    .map(({ ref }) => ref);
  await standardWalk(town);
  calls = withSources(axis.calls(), outputOf(axis, 'UploadsBucket'));
  // The longest walk of all: on a busy machine it takes its time.
}, 600_000);
afterAll(() => town?.stop());

const statementsOf = (role: string): readonly Statement[] => town.axis.rolePrincipal(role).statements;
const grantsOfFunctions = (): readonly Grant[] =>
  roles
    .flatMap((role) => grantsOf(role, statementsOf(role)))
    .filter(({ action }) => !BY_LAMBDA_ITSELF.some((start) => action.startsWith(start)));

test('one walk with every function uses every grant of every function', () => {
  expect(roles).toHaveLength(25);
  expect(unused(grantsOfFunctions(), calls)).toEqual([]);
});

test('in it nothing was denied', () => {
  // The last call of a worker that was killed comes from nobody: its credentials are gone before it is.
  // Without the right to list, S3 says 403 of what is not there: a second run of the worker finds the message let go, and the first
  // round that is ever counted finds no count, nor the first one of the log a checkpoint.
  const isGone = ({ operation, resource }: RecordedCall) =>
    operation === 'GetObject' && /\/(?:submissions\/|memory\/|log\/public\/checkpoint$)/.test(resource);
  const denied = calls.filter((call) => call.status === 403 && call.principal !== 'anonymous' && !isGone(call));
  expect(denied).toEqual([]);
});

test('a planted grant is named', () => {
  const [role = ''] = roles;
  const planted = {
    role,
    action: 'dynamodb:DeleteItem',
    resource: 'arn:aws:dynamodb:ap-southeast-1:000000000000:table/x',
  };
  expect(unused([...grantsOfFunctions(), planted], calls)).toEqual([planted]);
});

test('without any one statement of any role a call of the walk is denied', () => {
  const needless = roles.flatMap((role) => {
    const principal = town.axis.rolePrincipal(role);
    return principal.statements
      .filter(({ Action }) => !Action.every((action) => BY_LAMBDA_ITSELF.some((start) => action.startsWith(start))))
      .filter((statement) => {
        const rest = principal.statements.filter((other) => other !== statement);
        const needed = grantsOf(role, [statement]).some((grant) =>
          calls.some((call) => uses(call, grant) && !grantsOf(role, rest).some((other) => uses(call, other))),
        );
        return !needed && !statement.Condition;
      })
      .map((statement) => ({ role, statement }));
  });
  expect(needless).toEqual([]);
});
