import { type CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LogRow, LogSearch } from '../../core/contract/seeing.ts';

/** Milliseconds between two looks at a query that runs; most are over in one or two seconds. */
const LOOKS_MS = [0, 200, 300, 500, ...Array.from({ length: 20 }, () => 1_000)];

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Asks CloudWatch Logs Insights. It charges for the gigabytes that it looks through. */
export class InsightsLogs implements LogSearch {
  readonly #client: CloudWatchLogsClient;
  readonly #groups: readonly string[];

  /** @param groups names of the log groups: at most 50. */
  constructor(client: CloudWatchLogsClient, groups: readonly string[]) {
    this.#client = client;
    this.#groups = groups;
  }

  /** @throws Error when the query fails or is not over within about 20 seconds. */
  async ask(
    query: string,
    { from, until }: { readonly from: number; readonly until: number },
  ): Promise<readonly LogRow[]> {
    const { queryId } = await this.#client.send(
      new StartQueryCommand({
        logGroupNames: [...this.#groups],
        startTime: Math.floor(from / 1000),
        endTime: Math.ceil(until / 1000),
        queryString: query,
      }),
    );
    for (const ms of LOOKS_MS) {
      if (ms > 0) await pause(ms);
      const { status, results = [] } = await this.#client.send(new GetQueryResultsCommand({ queryId }));
      if (status === 'Complete') return results.map(rowOf);
      if (status !== 'Scheduled' && status !== 'Running') throw new Error(`the query of the logs ended as ${status}`);
    }
    throw new Error('the query of the logs took too long');
  }
}

const rowOf = (
  cells: readonly { readonly field?: string | undefined; readonly value?: string | undefined }[],
): LogRow =>
  Object.fromEntries(cells.flatMap(({ field, value }) => (field === undefined ? [] : [[field, value ?? '']])));
