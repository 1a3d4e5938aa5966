import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxisClock } from '../../../local/runtime/axisClock.ts';
import { type FunctionDefinition, LambdaFunction } from '../../../local/runtime/lambdaFunction.ts';
import { LogBook } from '../../../local/runtime/logBook.ts';

/** A function made of a few lines of source, without any embedded service behind it. */
export interface TestFunction extends AsyncDisposable {
  readonly lambda: LambdaFunction;
  readonly clock: AxisClock;
  readonly logs: LogBook;
  /** Access keys of the environments that ended. */
  readonly forgotten: string[];
}

/** Starts a function from the source of a module that exports `handler`. */
export function testFunction(source: string, overrides: Partial<FunctionDefinition> = {}): TestFunction {
  const folder = mkdtempSync(join(tmpdir(), 'axis-function-'));
  const file = join(folder, 'index.mjs');
  writeFileSync(file, source);
  const clock = new AxisClock();
  const logs = new LogBook();
  const forgotten: string[] = [];
  let keys = 0;
  const lambda = new LambdaFunction(
    {
      name: 'tested',
      arn: 'arn:aws:lambda:ap-southeast-1:000000000000:function:tested',
      stack: 'Stack',
      logicalId: 'Tested',
      path: undefined,
      roleName: 'role',
      file,
      handler: 'handler',
      handlerSetting: 'index.handler',
      runtime: 'nodejs24.x',
      timeoutSeconds: 10,
      memoryMb: 128,
      concurrency: 10,
      logGroup: '/aws/lambda/tested',
      variables: { GIVEN: 'yes' },
      ...overrides,
    },
    {
      clock,
      logs,
      region: 'ap-southeast-1',
      endpoints: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' },
      credentials: () => ({ accessKeyId: `key-${++keys}`, secretAccessKey: 'secret', sessionToken: 'token' }),
      forget: (accessKeyId) => forgotten.push(accessKeyId),
    },
  );
  const dispose = async (): Promise<void> => {
    await lambda.stop(0);
    rmSync(folder, { recursive: true });
  };
  return { lambda, clock, logs, forgotten, [Symbol.asyncDispose]: dispose };
}
