import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { FunctionName } from '../../../core/contract/environment.ts';
import {
  FACE_ROUTE_NAMES,
  FACE_ROUTES,
  type FaceOperationsOf,
  type FaceRoute,
  type FaceRouteName,
  faceRouteKey,
} from '../../../core/contract/faceRoutes.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { PauseSign } from '../../../core/contract/pause.ts';
import type { SystemRecord } from '../../../core/contract/records.ts';
import { accept, type Outcome, refuse } from '../../../core/contract/refusals.ts';
import { noteRefusal, type RefusalTraces } from '../noteRefusal.ts';
import { costOf, type RateLimiter } from '../rateLimiter.ts';
import type { Reply } from '../reply.ts';
import { surround } from '../surround.ts';
import { notPaused } from '../whilePaused.ts';
import type { FaceAuthenticator } from './faceAuthenticator.ts';
import {
  faultedReply,
  jsonReply,
  type Members,
  redirectReply,
  refusedReply,
  succeeded,
  takesGzip,
} from './faceReply.ts';
import { parameterOf, type SignedValues } from './signedHeaders.ts';

/** A call of a face, after its caller was checked. */
export interface FaceRequest {
  readonly event: APIGatewayProxyEventV2;
  readonly correlationId: string;
  readonly caller: SystemRecord;
  /** A parameter under the first of these names that was given: of the signed text, or of the query. */
  parameter(...names: readonly string[]): string | undefined;
}

/** What an operation answers: the members of its JSON, or where the answer lies. */
export type FaceAnswer = { readonly members: Members } | { readonly href: string };
export type FaceHandle = (request: FaceRequest) => Promise<Outcome<FaceAnswer>>;
/** A handler for every operation of a function: one without does not compile. */
export type FaceHandles<F extends FunctionName> = { readonly [R in FaceOperationsOf<F>]: FaceHandle };

/** Keeps answers that are too large for a function where a link leads to them for a while. */
export interface LargeAnswers {
  /** The link to this JSON, packed by gzip where asked. */
  keep(json: string, packed: boolean): Promise<string>;
}

export interface FaceEdgePorts extends RefusalTraces {
  readonly authenticator: FaceAuthenticator;
  readonly limiter: RateLimiter;
  /** Where a pause is said; only the function that takes messages looks there. */
  readonly pause?: PauseSign;
  /** Functions whose answers are always small keep none. */
  readonly large?: LargeAnswers;
}

/**
 * The edge of the functions behind the compatibility faces. It does what `edge` does, in the shape that their clients read:
 * every refusal and fault, unknown operations included, is JSON in their own members; only where a file is expected it has no body.
 */
export function faceEdge<F extends FunctionName>(handles: FaceHandles<F>, ports: FaceEdgePorts) {
  const served: Partial<Record<FaceRouteName, FaceHandle>> = handles;
  return (event: APIGatewayProxyEventV2): Promise<Reply> => {
    const name = FACE_ROUTE_NAMES.find((known) => faceRouteKey(known) === event.routeKey);
    const asFile = wantsFile(event, name);
    return surround({
      event,
      observer: ports.observer,
      route: () => name,
      run: async () => {
        const passage: Passage = { again: false };
        const outcome = await answer(event, { name, handle: name && served[name], passage }, ports);
        if (outcome.ok) return withHeaders(outcome.value, passage);
        const { refusal } = outcome;
        const { caller, again } = passage;
        const changes = name !== undefined && FACE_ROUTES[name].changes;
        const correlationId = event.requestContext.requestId;
        await noteRefusal({ refusal, correlationId, route: name, caller, changes, again }, ports);
        return withHeaders(refusedReply(refusal, asFile), passage);
      },
      faulted: (correlationId) => faultedReply(correlationId, asFile),
    });
  };
}

/** The SDK takes whatever a call of `downloadEdoc` answers for the file, also on a path or by a method that does not exist. */
const wantsFile = ({ rawPath }: APIGatewayProxyEventV2, name: FaceRouteName | undefined): boolean => {
  const route: FaceRoute | undefined = name && FACE_ROUTES[name];
  return route?.file === true || rawPath.endsWith('/downloadEdoc');
};

/** What is learned about a call on its way in. */
interface Passage {
  caller?: SystemRecord;
  /** What the answer says of the caller's budget. */
  headers?: Readonly<Record<string, string>>;
  again: boolean;
}

const withHeaders = (reply: Reply, { headers }: Passage): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});

interface Asked {
  readonly name: FaceRouteName | undefined;
  readonly handle: FaceHandle | undefined;
  readonly passage: Passage;
}

async function answer(
  event: APIGatewayProxyEventV2,
  { name, handle, passage }: Asked,
  ports: FaceEdgePorts,
): Promise<Outcome<Reply>> {
  if (!name || !handle)
    return refuse('route-not-found', { method: event.requestContext.http.method, path: event.rawPath });
  const called = await callOf(event, name, ports);
  if (!called.ok) return called;
  const { caller, parameter } = called.value;
  passage.caller = caller;
  const isMessage = FACE_ROUTES[name].function === 'compatSend';
  const paid = await ports.limiter.spend(caller, costOf(event, isMessage));
  passage.headers = paid.headers;
  passage.again = paid.again;
  if (!paid.outcome.ok) return paid.outcome;
  const running = isMessage ? await notPaused(name, ports.pause) : accept(null);
  if (!running.ok) return running;
  const outcome = await handle({ event, correlationId: event.requestContext.requestId, caller, parameter });
  return outcome.ok ? accept(await replyOf(outcome.value, event, ports)) : outcome;
}

type Called = Pick<FaceRequest, 'caller' | 'parameter'>;

async function callOf(
  event: APIGatewayProxyEventV2,
  name: FaceRouteName,
  { authenticator }: FaceEdgePorts,
): Promise<Outcome<Called>> {
  if (FACE_ROUTES[name].face === 'vxp') {
    const signed = await authenticator.signed(event.headers);
    return signed.ok ? accept({ caller: signed.value.caller, ...readingFrom(signed.value.values) }) : signed;
  }
  const keyed = await authenticator.keyed(event.headers);
  const given = Object.entries(event.queryStringParameters ?? {});
  const values = new Map(given.filter((pair): pair is [string, string] => pair[1] !== undefined));
  return keyed.ok ? accept({ caller: keyed.value.caller, ...readingFrom(values) }) : keyed;
}

const readingFrom = (values: SignedValues): Pick<FaceRequest, 'parameter'> => ({
  parameter: (...names) => parameterOf(values, ...names),
});

async function replyOf(answered: FaceAnswer, event: APIGatewayProxyEventV2, ports: FaceEdgePorts): Promise<Reply> {
  if ('href' in answered) return redirectReply(answered.href);
  const encodings = event.headers['accept-encoding'];
  const body = succeeded(answered.members);
  if (body.length <= LIMITS.faceAnswerBytes || !ports.large) return jsonReply(body, encodings);
  return redirectReply(await ports.large.keep(body, takesGzip(encodings)));
}
