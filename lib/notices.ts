import { Aspects, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct, type IConstruct } from 'constructs';
import type { StageConfig } from './stageConfig.ts';

/** Whom a stage tells of alarms and costs, where its configuration names somebody. */
export class Notices extends Construct {
  constructor(scope: Construct, id: string, stage: StageConfig) {
    super(scope, id);
    if (stage.alarms.email !== undefined) this.#alarms(stage.name, stage.alarms.email);
    if (stage.budget) this.#budget(stage.name, stage.budget);
  }

  #alarms(stage: string, email: string): void {
    const topic = new Topic(this, 'Alarms', { topicName: `docaxis-${stage}-alarms`, enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    // Every alarm of the stack, whoever adds it.
    Aspects.of(Stack.of(this)).add({
      visit: (node: IConstruct) => {
        if (node instanceof CfnAlarm) node.alarmActions = [topic.topicArn];
      },
    });
  }

  /** Costs are told apart by the tag that every resource of the stage carries; switch it on as a cost allocation tag. */
  #budget(stage: string, { monthlyUsd, email }: NonNullable<StageConfig['budget']>): void {
    const warning = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `docaxis-${stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyUsd, unit: 'USD' },
        costFilters: { TagKeyValue: [`user:docaxis:stage$${stage}`] },
      },
      notificationsWithSubscribers: [warning('ACTUAL', 80), warning('ACTUAL', 100), warning('FORECASTED', 100)],
    });
  }
}
