import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AxisFault } from '../../client/axisFault.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { type BrokenTown, drop, startBrokenTown, type Template } from './brokenTown.ts';

/** One of each kind is missing from the template; each shows in a place of its own, so one axis can miss them all. */
function breakOff(template: Template): void {
  drop(template, 'AWS::ApiGatewayV2::Route', '"GET /v1/me"');
  drop(template, 'AWS::Lambda::EventSourceMapping', 'DeliverFunction');
  drop(template, 'AWS::Events::Rule', 'EveryMinute');
  drop(template, 'AWS::Lambda::Permission', 'EveryMinuteAllowEventRule');
  drop(template, 'AWS::Lambda::Permission', 'ApiPOSTv1inboxcredentialsreceivePermission');
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::Lambda::Function' && Properties.FunctionName === 'docaxis-evaluation-fetch') {
      delete (Properties.Environment as { Variables: Record<string, unknown> }).Variables.DISPATCHES_BUCKET;
    }
    if (Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes('"ViewRole')) {
      const policy = Properties.PolicyDocument as { Statement: { Resource: unknown }[] };
      for (const statement of policy.Statement)
        statement.Resource = [statement.Resource].flat().filter((one) => !JSON.stringify(one).includes('/index/names'));
    }
  }
}

let intact: TestAxis;
let broken: BrokenTown;
beforeAll(async () => {
  [intact, broken] = await Promise.all([startTestAxis(), startBrokenTown(breakOff)]);
});
afterAll(() => Promise.all([intact?.stop(), broken?.stop()]));

type Either = Pick<TestAxis, 'axis' | 'clients'>;
const centre = ({ clients }: Either) => clients['trung-tam-mau'];
const ministry = ({ clients }: Either) => clients['bo-minh-hoa'];
const logged = ({ axis }: Either, text: string, name?: string) =>
  axis.logs(name ? { function: name } : {}).some(({ line }) => line.includes(text));

/** What a call comes to: `ok`, the code of a refusal, or the status of a fault. */
const failureOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => {
      if (error instanceof AxisRefusal) return error.code;
      return error instanceof AxisFault ? String(error.status) : String(error);
    },
  );

describe('what is taken from the template is missed, and the intact copy has it', () => {
  test('a route: unknown, in the words of the axis', async () => {
    expect(await failureOf(centre(intact).me())).toBe('ok');
    expect(await failureOf(centre(broken).me())).toBe('route-not-found');
  });

  test('a grant: AccessDenied at the call itself, an opaque 500 outside, the reason in the log', async () => {
    expect(await failureOf(centre(intact).agencies({ name: 'bo' }))).toBe('ok');
    expect(await failureOf(centre(broken).agencies({ name: 'bo' }))).toBe('500');
    expect(
      broken.axis
        .calls()
        .filter(({ status }) => status === 400)
        .map(({ operation }) => operation),
    ).toEqual(['Query']);
    expect(logged(broken, 'AccessDenied', 'docaxis-evaluation-view')).toBe(true);
    expect(logged(intact, 'AccessDenied')).toBe(false);
  });

  test('an environment variable: the function does not start and names it', async () => {
    const content = async (town: Either) => {
      const { dispatchId } = await centre(town).submit(await intact.letter());
      return failureOf(centre(town).content(dispatchId));
    };
    expect(await content(intact)).toBe('ok');
    expect(await content(broken)).toBe('500');
    expect(logged(broken, 'function fetch lacks the environment variables DISPATCHES_BUCKET')).toBe(true);
  });

  test('a Lambda permission: the gateway cannot invoke the function for that route, for its others it can', async () => {
    expect(await failureOf(ministry(intact).credentials())).toBe('ok');
    expect(await failureOf(ministry(broken).credentials())).toBe('500');
    expect(await failureOf(ministry(broken).waiting())).toBe('ok');
    expect(logged(broken, 'does not permit this API to invoke it')).toBe(true);
  });

  test('an event source: the letter is accepted and its message waits; nothing is delivered', async () => {
    const sent = await intact.submitLetter();
    await intact.settle();
    const { dispatchId } = await centre(broken).submit(await intact.letter());
    const QueueUrl = outputOf(broken.axis, 'FanOutQueue');
    await until(async () => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await broken.stores.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Number(Attributes?.ApproximateNumberOfMessages) > 0;
    }, 'the message waits');
    expect((await centre(intact).dispatch(sent.answer.dispatchId)).state).toBe('dispatched');
    expect((await centre(broken).dispatch(dispatchId)).state).toBe('accepted');
    expect((await ministry(broken).waiting()).items).toEqual([]);
    expect(broken.axis.functions.find(({ name }) => name.endsWith('deliver'))?.environments()).toBe(0);
  });

  test('a schedule: the hour strikes, the minute does not', async () => {
    const hourPasses = async (town: Either) => {
      town.axis.clock.advance(3_600_000);
      await until(() => logged(town, '"message":"swept"'), 'the sweeper ran');
      return logged(town, '"message":"watched"');
    };
    intact.advance(60_000);
    await until(() => logged(intact, '"message":"watched"'), 'the watchman ran');
    expect(await hourPasses(intact)).toBe(true);
    expect(await hourPasses(broken)).toBe(false);
  });
});

test('dropping what is not there, or is there twice, is a mistake of the test and says so', () => {
  const template: Template = { Resources: { a: { Type: 'T', Properties: {} }, b: { Type: 'T', Properties: {} } } };
  expect(() => drop(template, 'T', 'nothing like it')).toThrow(RangeError);
  expect(() => drop(template, 'T', '')).toThrow(RangeError);
});
