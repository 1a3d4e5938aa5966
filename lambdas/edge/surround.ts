import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Observer } from './observe.ts';
import type { Reply } from './reply.ts';

export interface Surrounded {
  readonly event: APIGatewayProxyEventV2;
  readonly observer: Observer;
  /** The route, as far as it is known when something fails. */
  readonly route: () => string | undefined;
  readonly run: () => Promise<Reply>;
  /** The answer to an unexpected failure: opaque, findable by its correlation id. */
  readonly faulted: (correlationId: string) => Reply;
}

/** What is around every answer: its correlation id, an opaque answer where something fails, and counts written out. */
export async function surround({ event, observer, route, run, faulted }: Surrounded): Promise<Reply> {
  const correlationId = event.requestContext.requestId;
  try {
    return withId(await run(), correlationId);
  } catch (error) {
    observer.fault('fault', error, { correlationId, route: route() });
    return withId(faulted(correlationId), correlationId);
  } finally {
    observer.flush();
  }
}

const withId = (reply: Reply, correlationId: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'x-correlation-id': correlationId },
});
