import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/** What stands on every line, and no more: every byte of a line is paid for. The trace, where X-Ray follows this request. */
export class LineFormatter extends LogFormatter {
  override formatAttributes(
    { logLevel, message, timestamp, serviceName, xRayTraceId }: UnformattedAttributes,
    facts: LogAttributes,
  ): LogItem {
    const attributes = { level: logLevel, message, timestamp: this.formatTimestamp(timestamp), service: serviceName };
    const trace = isFollowed() && xRayTraceId ? { xray_trace_id: xRayTraceId } : {};
    return new LogItem({ attributes: { ...attributes, ...trace } }).addAttributes(facts);
  }
}

/** AWS X-Ray Developer Guide, "Tracing header": whether this invocation is sampled. */
const isFollowed = (): boolean => (process.env._X_AMZN_TRACE_ID ?? '').includes('Sampled=1');
