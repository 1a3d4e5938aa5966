import { ADMIN_ROUTES } from './adminRoutes.ts';
import type { Deprecation } from './deprecation.ts';
import type { FunctionName } from './environment.ts';

/** Who may call a route: nobody in particular, a system with its token, or an operator with AWS IAM. */
export type Caller = 'anyone' | 'system' | 'operator';
/** Operators' roles, each a right to call (AWS IAM, SigV4); a role sees what the roles before it see. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'security'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly function: FunctionName;
  readonly caller: Caller;
  /** Least operator roles that may call it; only for `caller: 'operator'`. */
  readonly roles?: readonly OperatorRole[];
  /** Whether it is refused while the axis is paused. */
  readonly pausable?: true;
  /** Whether it goes one day, and when. */
  readonly deprecation?: Deprecation;
  /** What it does, one sentence for the contract. */
  readonly summary: string;
}

/** Every route of the API, by the name that handlers, clients and refusals' records know it by. */
export const ROUTES = {
  submit: {
    method: 'POST',
    path: '/v1/dispatches',
    function: 'submit',
    caller: 'system',
    pausable: true,
    summary: 'Submit a signed edXML message; answers with the signed receipt',
  },
  submission: {
    method: 'GET',
    path: '/v1/submissions/{submissionId}',
    function: 'view',
    caller: 'system',
    summary: 'See what became of a submission that went on in the background',
  },
  sent: {
    method: 'GET',
    path: '/v1/dispatches',
    function: 'view',
    caller: 'system',
    summary: 'List what one of your agencies sent, newest first',
  },
  dispatch: {
    method: 'GET',
    path: '/v1/dispatches/{dispatchId}',
    function: 'view',
    caller: 'system',
    summary: 'See a dispatch with its deliveries and timelines',
  },
  dispatchEvidence: {
    method: 'GET',
    path: '/v1/dispatches/{dispatchId}/evidence',
    function: 'prove',
    caller: 'system',
    summary:
      'Get signed records of what became of a dispatch that you sent, each with the proof that it stands in the log',
  },
  deliveryEvidence: {
    method: 'GET',
    path: '/v1/deliveries/{deliveryId}/evidence',
    function: 'prove',
    caller: 'system',
    summary: 'Get signed records of what became of a delivery that you sent or received, each with its proof',
  },
  logFile: {
    method: 'GET',
    path: '/v1/log/{file+}',
    function: 'prove',
    caller: 'anyone',
    summary: 'Read the evidence log (C2SP tlog-tiles): `checkpoint`, or a tile, by a redirect to a short-lived link',
  },
  content: {
    method: 'GET',
    path: '/v1/dispatches/{dispatchId}/content',
    function: 'fetch',
    caller: 'system',
    summary: 'Fetch the exact bytes by a redirect to a short-lived link',
  },
  attachments: {
    method: 'GET',
    path: '/v1/dispatches/{dispatchId}/attachments',
    function: 'attachments',
    caller: 'system',
    summary: 'List the attachments of a dispatch: what they really are, and their digests',
  },
  attachment: {
    method: 'GET',
    path: '/v1/dispatches/{dispatchId}/attachments/{n}',
    function: 'attachments',
    caller: 'system',
    summary: 'Fetch one attachment by a redirect to a short-lived link',
  },
  startUpload: {
    method: 'POST',
    path: '/v1/uploads',
    function: 'upload',
    caller: 'system',
    pausable: true,
    summary: 'Start an upload, or go on with the one of the same content',
  },
  upload: {
    method: 'GET',
    path: '/v1/uploads/{uploadId}',
    function: 'upload',
    caller: 'system',
    summary: 'See how far an upload is',
  },
  uploadParts: {
    method: 'POST',
    path: '/v1/uploads/{uploadId}/parts',
    function: 'upload',
    caller: 'system',
    summary: 'Get links to which the parts of an upload are sent',
  },
  completeUpload: {
    method: 'POST',
    path: '/v1/uploads/{uploadId}/complete',
    function: 'upload',
    caller: 'system',
    summary: 'Say that everything was sent: the axis checks the digest and seals the upload',
  },
  receive: {
    method: 'POST',
    path: '/v1/inbox/receive',
    function: 'receive',
    caller: 'system',
    summary: 'Lease waiting deliveries, urgent ones first',
  },
  inbox: {
    method: 'GET',
    path: '/v1/inbox',
    function: 'receive',
    caller: 'system',
    summary: 'List waiting deliveries without leasing them',
  },
  credentials: {
    method: 'POST',
    path: '/v1/inbox/credentials',
    function: 'receive',
    caller: 'system',
    summary: 'Get short-lived AWS credentials to long-poll your own inbox queue',
  },
  lease: {
    method: 'POST',
    path: '/v1/deliveries/{deliveryId}/lease',
    function: 'receive',
    caller: 'system',
    summary: 'Lease the delivery that a hint names',
  },
  acknowledge: {
    method: 'POST',
    path: '/v1/deliveries/{deliveryId}/acknowledge',
    function: 'acknowledge',
    caller: 'system',
    summary: 'Acknowledge a leased delivery',
  },
  acknowledgeBatch: {
    method: 'POST',
    path: '/v1/deliveries/acknowledge',
    function: 'acknowledge',
    caller: 'system',
    summary: 'Acknowledge several leased deliveries',
  },
  release: {
    method: 'POST',
    path: '/v1/deliveries/{deliveryId}/release',
    function: 'acknowledge',
    caller: 'system',
    summary: 'Give a leased delivery back',
  },
  reject: {
    method: 'POST',
    path: '/v1/deliveries/{deliveryId}/reject',
    function: 'acknowledge',
    caller: 'system',
    summary: 'Refuse a leased delivery with a reason',
  },
  extend: {
    method: 'POST',
    path: '/v1/deliveries/{deliveryId}/extend',
    function: 'acknowledge',
    caller: 'system',
    summary: 'Hold a leased delivery for longer',
  },
  agencies: {
    method: 'GET',
    path: '/v1/agencies',
    function: 'view',
    caller: 'system',
    summary: 'Search the directory by code, name or parent',
  },
  directory: {
    method: 'GET',
    path: '/v1/directory',
    function: 'fetch',
    caller: 'system',
    summary: 'Fetch the published directory, or what changed since a version, by a redirect to a short-lived link',
  },
  me: {
    method: 'GET',
    path: '/v1/me',
    function: 'view',
    caller: 'system',
    summary: 'See your system and the agencies it serves',
  },
  setWebhook: {
    method: 'PUT',
    path: '/v1/webhook',
    function: 'webhook',
    caller: 'system',
    summary: 'Say where your system is notified: the endpoint answers a ping first; the answer shows the secret once',
  },
  showWebhook: {
    method: 'GET',
    path: '/v1/webhook',
    function: 'webhook',
    caller: 'system',
    summary: 'See your webhook and how it does',
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/v1/webhook',
    function: 'webhook',
    caller: 'system',
    summary: 'Be notified no more',
  },
  health: {
    method: 'GET',
    path: '/v1/health',
    function: 'view',
    caller: 'anyone',
    summary: 'Whether the axis answers',
  },
  axis: {
    method: 'GET',
    path: '/v1',
    function: 'view',
    caller: 'anyone',
    summary: 'Version, limits and public keys of the axis',
  },
  ...ADMIN_ROUTES,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
/** The routes that one function serves. */
export type RoutesOf<F extends FunctionName> = {
  [R in RouteName]: (typeof ROUTES)[R]['function'] extends F ? R : never;
}[RouteName];

/** API Gateway's route key, e.g. `POST /v1/dispatches`. */
export const routeKey = (name: RouteName): string => `${ROUTES[name].method} ${ROUTES[name].path}`;
export const ROUTE_NAMES = Object.keys(ROUTES) as readonly RouteName[];

/** Functions that no route calls: the queue and the clock do. */
export const isRouted = (name: FunctionName): boolean => ROUTE_NAMES.some((route) => ROUTES[route].function === name);
