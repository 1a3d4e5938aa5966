import { parseJsonObject } from '../../../adapters/trust/strictJson.ts';
import { METRICS } from '../../../core/contract/metrics.ts';
import { CANARY } from '../hostileText.ts';

/** Members of a line that the axis writes, and of its counts (CloudWatch embedded metric format). */
const MEMBERS = new Set<string>([
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'stage', 'version'],
  ...['code', 'route', 'correlationId', 'system', 'what', 'operator', 'reason', 'recipients', 'state', 'ms'],
  ...['dispatchId', 'deliveryId', 'submissionId', 'uploadId', 'agency', 'agencyId', 'outcome', 'n', 'bytes', 'isNew'],
  ...['_aws', ...Object.values(METRICS).map(({ name }) => name)],
]);
/** What a terminal or another reader of lines obeys, also outside ASCII. */
const OBEYED = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What is wrong with the lines that a request left: each is one JSON object of known members, without content or secrets. */
export function judgeLog(lines: readonly string[], secrets: readonly string[]): string | undefined {
  for (const line of lines) {
    if (line === '') continue;
    const wrong = judgeLine(line, secrets);
    if (wrong !== undefined) return `${wrong} ${JSON.stringify(line).slice(0, 600)}`;
  }
  return undefined;
}

function judgeLine(line: string, secrets: readonly string[]): string | undefined {
  const members = parseJsonObject(line);
  if (!members) return 'log line:';
  if (OBEYED.test(line)) return 'log control:';
  const strange = Object.keys(members).find((name) => !MEMBERS.has(name));
  if (strange !== undefined) return `log member: ${strange}`;
  if (secrets.some((secret) => line.includes(secret))) return 'log secret:';
  // An operator's reason is there on purpose.
  const { reason: _, ...others } = members;
  return JSON.stringify(others).includes(CANARY) ? 'log content:' : undefined;
}
