import { AxisFault } from './axisFault.ts';
import { isLoopback } from './axisUrl.ts';

/**
 * A link that the axis gave, when it may be used: https, or plain http to this machine when the axis itself is here.
 *
 * @throws AxisFault `unexpected` for every other one.
 */
export function linkUrl(link: string, localAxis: boolean): URL {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  const allowed = url?.protocol === 'https:' || (localAxis && url?.protocol === 'http:' && isLoopback(url));
  if (url === undefined || !allowed) throw new AxisFault('unexpected', 'the axis gave a link that is not https');
  return url;
}
