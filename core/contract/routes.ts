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
  /** What it does, one sentence for the contract. */
  readonly summary: string;
}

const viewing = ['viewer', 'operator', 'security'] as const;
const operating = ['operator'] as const;
const securing = ['security'] as const;

export const ROUTES = {
  submit: {
    method: 'POST',
    path: '/v1/dispatches',
    function: 'submit',
    caller: 'system',
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

  addSystem: {
    method: 'POST',
    path: '/v1/admin/systems',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Register a system',
  },
  showSystem: {
    method: 'GET',
    path: '/v1/admin/systems/{systemId}',
    function: 'administer',
    caller: 'operator',
    roles: viewing,
    summary: 'See a system, its keys and its latest refusals',
  },
  addKey: {
    method: 'POST',
    path: '/v1/admin/systems/{systemId}/keys',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Register a client key of a system',
  },
  suspendSystem: {
    method: 'POST',
    path: '/v1/admin/systems/{systemId}/suspension',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Suspend or resume a system',
  },
  retireKey: {
    method: 'POST',
    path: '/v1/admin/systems/{systemId}/keys/{kid}/retirement',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Retire a client key, at once or after an overlap',
  },
  addSecret: {
    method: 'POST',
    path: '/v1/admin/systems/{systemId}/secrets',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Issue a secret for the compatibility faces; the answer shows it once',
  },
  retireSecret: {
    method: 'POST',
    path: '/v1/admin/systems/{systemId}/secrets/{secretId}/retirement',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Retire a secret, at once or after an overlap',
  },
  addAgency: {
    method: 'POST',
    path: '/v1/admin/agencies',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Register an agency with its code and route',
  },
  showAgency: {
    method: 'GET',
    path: '/v1/admin/agencies/{agencyId}',
    function: 'administer',
    caller: 'operator',
    roles: viewing,
    summary: 'See an agency',
  },
  findAgency: {
    method: 'GET',
    path: '/v1/admin/agencies',
    function: 'administer',
    caller: 'operator',
    roles: viewing,
    summary: 'See the agency that has or had a code',
  },
  importAgencies: {
    method: 'POST',
    path: '/v1/admin/import',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Bring a part of a directory in: add what is missing, change what differs, or only say what would be',
  },
  changeAgency: {
    method: 'PUT',
    // Not the bare id: in IAM a `*` goes over slashes, and who may change a name would set policies as well.
    path: '/v1/admin/agencies/{agencyId}/details',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Change the name, the parent or the code of an agency; the old code stays its own',
  },
  addCertificate: {
    method: 'POST',
    path: '/v1/admin/agencies/{agencyId}/certificates',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Register a signing certificate of an agency',
  },
  retireCertificate: {
    method: 'POST',
    path: '/v1/admin/agencies/{agencyId}/certificates/{thumbprint}/retirement',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Retire a signing certificate, at once or after an overlap',
  },
  addAlias: {
    method: 'POST',
    path: '/v1/admin/agencies/{agencyId}/aliases',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Give an agency a further code for a period, or end one of its codes',
  },
  moveAgency: {
    method: 'POST',
    path: '/v1/admin/agencies/{agencyId}/route',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Let another system serve an agency; what waits for it follows',
  },
  mergeAgency: {
    method: 'POST',
    path: '/v1/admin/agencies/{agencyId}/merger',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Merge an agency into another one, which gets what is addressed to it from now on',
  },
  suspendAgency: {
    method: 'POST',
    path: '/v1/admin/agencies/{agencyId}/suspension',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Suspend or resume an agency',
  },
  setPolicy: {
    method: 'PUT',
    path: '/v1/admin/agencies/{agencyId}/policy',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Say whether an agency may send unsigned messages',
  },
  showTrust: {
    method: 'GET',
    path: '/v1/admin/trust',
    function: 'administer',
    caller: 'operator',
    roles: viewing,
    summary: 'See the trust list in force, and who published it when and why',
  },
  showRevocation: {
    method: 'GET',
    path: '/v1/admin/trust/revocation',
    function: 'administer',
    caller: 'operator',
    roles: viewing,
    summary: 'See where news of revoked certificates come from, how old they are and what fails',
  },
  setTrust: {
    method: 'PUT',
    path: '/v1/admin/trust',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Publish a trust list; a broken one leaves the old one in force',
  },
  tryTrust: {
    method: 'POST',
    path: '/v1/admin/trust/trial',
    function: 'administer',
    caller: 'operator',
    roles: securing,
    summary: 'Judge registered certificates by a trust list that is not published, page by page: whom would it affect?',
  },
  requeue: {
    method: 'POST',
    path: '/v1/admin/deliveries/{deliveryId}/requeue',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Put a delivery that was set aside back into its inbox',
  },
  discard: {
    method: 'POST',
    path: '/v1/admin/deliveries/{deliveryId}/discard',
    function: 'administer',
    caller: 'operator',
    roles: operating,
    summary: 'Give up a delivery that was set aside, with a reason',
  },
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
