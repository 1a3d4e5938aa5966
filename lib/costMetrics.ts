import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';

/** US dollars, us-east-1; bench/cost/prices.json has the same and says of which day. */
export const PRICES = {
  lambdaMillion: 0.2,
  lambdaArmGbSecond: 0.0000133334,
  httpApiMillion: 1,
  dynamoWriteMillion: 0.625,
  dynamoReadMillion: 0.125,
} as const;

/** Most functions have 512 MB. */
const GIGABYTES = 0.5;
const DAY_SECONDS = 86_400;

export interface CostSources {
  /** `docaxis-STAGE`: names of functions begin with it. */
  readonly prefix: string;
  readonly apiId: string;
  readonly tables: readonly string[];
}

/** What drives the costs, counted by AWS, times its price: one line an item. */
export function costMetrics({ prefix, apiId, tables }: CostSources): IMetric[] {
  const sumOf = (search: string): string => `SUM(SEARCH('${search}', 'Sum', ${DAY_SECONDS}))`;
  const lambda = (metric: string) => sumOf(`{AWS/Lambda,FunctionName} MetricName="${metric}" "${prefix}-"`);
  const dynamo = (metric: string) =>
    ['TableName', 'GlobalSecondaryIndexName,TableName']
      .flatMap((dimensions) =>
        tables.map((table) => sumOf(`{AWS/DynamoDB,${dimensions}} MetricName="${metric}" TableName="${table}"`)),
      )
      .map((sum) => `FILL(${sum}, 0)`)
      .join(' + ');
  const million = (sum: string, price: number) => `(${sum}) * ${price} / 1000000`;
  const items = {
    'Lambda requests': million(lambda('Invocations'), PRICES.lambdaMillion),
    'Lambda time': `${lambda('Duration')} / 1000 * ${GIGABYTES} * ${PRICES.lambdaArmGbSecond}`,
    'API requests': million(sumOf(`{AWS/ApiGateway,ApiId} MetricName="Count" ApiId="${apiId}"`), PRICES.httpApiMillion),
    'DynamoDB writes': million(dynamo('ConsumedWriteCapacityUnits'), PRICES.dynamoWriteMillion),
    'DynamoDB reads': million(dynamo('ConsumedReadCapacityUnits'), PRICES.dynamoReadMillion),
  };
  return Object.entries(items).map(
    ([label, expression]) => new MathExpression({ expression, label, usingMetrics: {}, period: Duration.days(1) }),
  );
}
