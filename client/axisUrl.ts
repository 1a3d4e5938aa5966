const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a URL stays on this machine. */
export const isLoopback = (url: URL): boolean => LOOPBACK.has(url.hostname);

/**
 * Checks where a client is about to talk to: HTTPS, or plain HTTP on this machine; no user, no query.
 *
 * @throws TypeError naming what is wrong.
 */
export function axisUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new TypeError('the URL of the axis is not a URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new TypeError('the URL of the axis must be https (plain http only on this machine)');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError('the URL of the axis must have no user, query or fragment');
  }
  return url;
}
