import { expect, test } from 'vitest';
import { testFunction } from './testFunction.ts';

/** For what happens soon, on a machine that has other work. */
const patience = { timeout: 15_000 };

const probe = `
let invocations = 0;
export const handler = async (event, context) => {
  invocations++;
  if (event.do === 'env') return { ...process.env };
  if (event.do === 'count') return invocations;
  if (event.do === 'time') return { now: Date.now(), made: +new Date(), fixed: +new Date(5), text: Date(), same: new Date() instanceof Date && new Date().constructor === Date };
  if (event.do === 'context') return { ...context, left: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID };
  if (event.do === 'sleep') { await new Promise((r) => setTimeout(r, event.ms)); return 'slept'; }
  if (event.do === 'spin') for (;;);
  if (event.do === 'throw') throw new TypeError('on purpose');
  if (event.do === 'exit') process.exit(3);
  if (event.do === 'reject') { Promise.reject(new Error('nobody listens')); await new Promise((r) => setTimeout(r, 2000)); }
  if (event.do === 'memory') { const all = []; for (;;) all.push(new Array(1e5).fill({})); }
  if (event.do === 'big') return 'x'.repeat(event.bytes);
  if (event.do === 'log') { console.log('first\\nsecond'); console.error('third'); return null; }
};`;

test('an environment sees its own variables and nothing of this process', async () => {
  process.env.LEAK = 'must not be seen';
  await using tested = testFunction(probe);
  const env = await tested.lambda.invoke({ do: 'env' });
  delete process.env.LEAK;
  expect(Object.keys(env as object).sort()).toEqual(
    [
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
      'AWS_ACCESS_KEY_ID',
      'AWS_CONFIG_FILE',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_ENDPOINT_URL',
      'AWS_ENDPOINT_URL_SQS',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_XRAY_CONTEXT_MISSING',
      'GIVEN',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'PATH',
      'TZ',
    ].sort(),
  );
  expect(env).toMatchObject({ GIVEN: 'yes', AWS_ACCESS_KEY_ID: 'key-1', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
});

test('a warm environment is used again; invocations at once get one each, up to the cap', async () => {
  await using tested = testFunction(probe, { concurrency: 2 });
  expect(await tested.lambda.invoke({ do: 'count' })).toBe(1);
  expect(await tested.lambda.invoke({ do: 'count' })).toBe(2);
  const parallel = await Promise.all([1, 2, 3, 4, 5].map(() => tested.lambda.invoke({ do: 'sleep', ms: 20 })));
  expect(parallel).toEqual(Array(5).fill('slept'));
  expect(tested.lambda.environments).toBe(2);
  expect(tested.lambda.counts).toMatchObject({ invocations: 7, errors: 0, coldStarts: 2 });
});

test('dates follow the axis clock at once, timers and remaining time do not', async () => {
  await using tested = testFunction(probe);
  await tested.lambda.invoke({ do: 'count' });
  tested.clock.advance(3 * 86_400_000);
  const expected = tested.clock.now();
  const time = (await tested.lambda.invoke({ do: 'time' })) as Record<string, number | string>;
  expect(Math.abs(Number(time.now) - expected)).toBeLessThan(2_000);
  expect(Math.abs(Number(time.made) - expected)).toBeLessThan(2_000);
  expect(new Date(String(time.text)).getUTCDate()).toBe(new Date(expected).getUTCDate());
  expect(time).toMatchObject({ fixed: 5, same: true });
  const context = (await tested.lambda.invoke({ do: 'context' }, { requestId: 'r-1', traceId: 'Root=1' })) as Record<
    string,
    unknown
  >;
  expect(context).toMatchObject({
    awsRequestId: 'r-1',
    functionName: 'tested',
    memoryLimitInMB: '128',
    trace: 'Root=1',
  });
  expect(context.left).toBeGreaterThan(2_000);
});

const failures: [string, object, object][] = [
  ['a thrown error', { do: 'throw' }, { failure: 'handled', errorType: 'TypeError', message: 'on purpose' }],
  ['an exit', { do: 'exit' }, { failure: 'crashed', errorType: 'Runtime.ExitError' }],
  [
    'an unhandled rejection',
    { do: 'reject' },
    { failure: 'crashed', message: expect.stringContaining('nobody listens') },
  ],
  ['a heap above the memory size', { do: 'memory' }, { failure: 'crashed', errorType: 'Runtime.OutOfMemory' }],
  ['a result above 6 MB', { do: 'big', bytes: 6_291_556 }, { errorType: 'Function.ResponseSizeTooLarge' }],
  ['an event above 6 MB', { do: 'count', pad: 'x'.repeat(6_291_556) }, { failure: 'too-large' }],
];
test.each(failures)('%s fails the invocation, and the next one succeeds', async (_name, event, expected) => {
  await using tested = testFunction(probe);
  await expect(tested.lambda.invoke(event)).rejects.toMatchObject(expected);
  expect(await tested.lambda.invoke({ do: 'sleep', ms: 1 })).toBe('slept');
});

test.each([{ do: 'sleep', ms: 60_000 }, { do: 'spin' }])('%o is ended by the timeout', async (event) => {
  await using tested = testFunction(probe, { timeoutSeconds: 1 });
  await expect(tested.lambda.invoke(event)).rejects.toMatchObject({
    failure: 'timeout',
    message: expect.stringContaining('timed out after 1.00'),
  });
  await expect.poll(() => tested.forgotten, patience).toEqual(['key-1']);
  expect(await tested.lambda.invoke({ do: 'count' })).toBe(1);
});

const initErrors: [string, string, object][] = [
  ['a module that throws', 'throw new Error("at start");', { failure: 'init', message: 'at start' }],
  ['a missing handler', 'export const other = 1;', { failure: 'init', errorType: 'Runtime.HandlerNotFound' }],
  ['a syntax error', 'export const handler = (;', { failure: 'init', errorType: 'SyntaxError' }],
];
test.each(initErrors)('%s is reported as an init error', async (_name, source, expected) => {
  await using tested = testFunction(source);
  await expect(tested.lambda.invoke({})).rejects.toMatchObject(expected);
});

test('an environment can be killed in the middle of an invocation', async () => {
  await using tested = testFunction(probe);
  const running = tested.lambda.invoke({ do: 'sleep', ms: 60_000 });
  const rejected = expect(running).rejects.toMatchObject({ failure: 'killed' });
  await expect.poll(() => tested.lambda.environments, patience).toBe(1);
  expect(await tested.lambda.killEnvironment('key-1')).toBe(true);
  expect(await tested.lambda.killEnvironment('key-9')).toBe(false);
  await rejected;
  expect(await tested.lambda.invoke({ do: 'count' })).toBe(1);
});

test('lines are kept in order, each with its function and request', async () => {
  await using tested = testFunction(probe);
  await tested.lambda.invoke({ do: 'log' }, { requestId: 'r-7' });
  const lines = tested.logs.lines({ function: 'tested' }).map(({ requestId, line }) => [requestId, line]);
  expect(lines).toEqual([
    ['r-7', 'first'],
    ['r-7', 'second'],
    ['r-7', 'third'],
  ]);
});

test('a function without concurrency, or one that was stopped, is throttled', async () => {
  await using none = testFunction(probe, { concurrency: 0 });
  await expect(none.lambda.invoke({})).rejects.toMatchObject({ failure: 'throttled' });
  await using stopped = testFunction(probe);
  await stopped.lambda.stop(0);
  await expect(stopped.lambda.invoke({})).rejects.toMatchObject({ failure: 'throttled' });
});

test('tells the most that a function held, each by itself, and forgets it when asked', async () => {
  const source = (megabytes: number) =>
    `export const handler = async () => { const held = Buffer.alloc(${megabytes} * 1048576, 1); await new Promise((go) => setTimeout(go, 100)); return held.length; };`;
  await using large = testFunction(source(48));
  await using small = testFunction(source(1));
  await Promise.all([large.lambda.invoke({}), small.lambda.invoke({})]);
  expect(large.lambda.counts.peakBytes).toBeGreaterThan(48 * 1_048_576);
  expect(small.lambda.counts.peakBytes).toBeGreaterThan(1_048_576);
  expect(small.lambda.counts.peakBytes).toBeLessThan(32 * 1_048_576);
  large.lambda.forgetPeak();
  expect(large.lambda.counts.peakBytes).toBe(0);
});

test('the clock of its environments can be off, also after jumps, and right again', async () => {
  await using tested = testFunction(probe);
  const isOffBy = async (ms: number) => {
    const before = tested.clock.now();
    const { now } = (await tested.lambda.invoke({ do: 'time' })) as { now: number };
    return before <= now - ms && now - ms <= tested.clock.now();
  };
  tested.lambda.skew(-30_000);
  expect(await isOffBy(-30_000)).toBe(true);
  tested.clock.advance(86_400_000);
  expect(await isOffBy(-30_000)).toBe(true);
  tested.lambda.skew(0);
  expect(await isOffBy(0)).toBe(true);
});

test('an invocation can be ended sooner than its template says, until it is told otherwise', async () => {
  await using tested = testFunction(probe);
  await tested.lambda.invoke({ do: 'count' });
  tested.lambda.limit(50);
  await expect(tested.lambda.invoke({ do: 'sleep', ms: 5000 })).rejects.toMatchObject({ failure: 'timeout' });
  tested.lambda.limit();
  expect(await tested.lambda.invoke({ do: 'sleep', ms: 100 })).toBe('slept');
});
