import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Queues } from './queues.ts';
import type { StageConfig } from './stageConfig.ts';
import type { StepFunctions } from './stepFunction.ts';

/** What invokes functions apart from requests: queues and schedules. */
export function addTriggers(
  scope: Construct,
  {
    functions,
    queues,
    stage,
  }: { readonly functions: StepFunctions; readonly queues: Queues; readonly stage: StageConfig },
): void {
  const reportBatchItemFailures = true;
  functions.deliver.live.addEventSource(
    new SqsEventSource(queues.fanOut, { batchSize: 10, maxConcurrency: 10, reportBatchItemFailures }),
  );
  functions.seal.live.addEventSource(
    new SqsEventSource(queues.seal, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures }),
  );
  functions.conclude.live.addEventSource(
    new SqsEventSource(queues.submissions, { batchSize: 1, maxConcurrency: 10, reportBatchItemFailures }),
  );
  functions.notify.live.addEventSource(
    // Alone in its batch: a slow endpoint holds up nobody else's notification.
    new SqsEventSource(queues.webhooks, { batchSize: 1, maxConcurrency: 5, reportBatchItemFailures }),
  );
  const every = (id: string, rate: Duration, ...targets: readonly LambdaTarget[]) =>
    new Rule(scope, id, { schedule: Schedule.rate(rate), targets: [...targets] });
  const watch = (task: string) =>
    new LambdaTarget(functions.watch.live, { event: RuleTargetInput.fromObject({ task }) });
  every('EveryMinute', Duration.minutes(1), watch('watch'));
  every('EveryHour', Duration.hours(1), watch('sweep'));
  every('EveryDay', Duration.days(1), watch('certificates'));
  every('EveryQuarter', Duration.minutes(15), new LambdaTarget(functions.publish.live));
  // Often, so that a trust list published just now is looked through soon; a source is asked only when it is time.
  every('EveryFiveMinutes', Duration.minutes(5), new LambdaTarget(functions.revocation.live), watch('remember'));
  if (!stage.evidence) return;
  every('LogRound', Duration.minutes(1), new LambdaTarget(functions.log.live));
  // The next round is the retry. Others beside it would only lose, and end well: their alarm would hear nothing of a log that is late.
  functions.log.live.configureAsyncInvoke({ retryAttempts: 0 });
}
