import type { RouteName } from '../../core/contract/routes.ts';

/** `status` or `status code`; `status message` where the gateway answers by itself. */
export type Expected = string;

/** What one system gets: the right one, one without that agency or delivery, and the system of a suspended agency. */
export interface SystemRow {
  readonly caller: 'system';
  readonly right: Expected;
  readonly foreign: Expected;
  readonly ofSuspendedAgency: Expected;
}

export interface OperatorRow {
  readonly caller: 'operator';
  readonly viewer: Expected;
  readonly operator: Expected;
  readonly security: Expected;
}

export interface OpenRow {
  readonly caller: 'anyone';
  readonly everybody: Expected;
}

const system = (right: Expected, foreign: Expected, ofSuspendedAgency: Expected): SystemRow => ({
  caller: 'system',
  right,
  foreign,
  ofSuspendedAgency,
});
const operators = (viewer: Expected, operator: Expected, security: Expected): OperatorRow => ({
  caller: 'operator',
  viewer,
  operator,
  security,
});
const everybody = (expected: Expected): OpenRow => ({ caller: 'anyone', everybody: expected });

/** The gateway's own answer where IAM says no: it cannot be shaped. */
export const FORBIDDEN = '403 Forbidden';

/**
 * Every route by who calls it. A suspended agency sends nothing and nothing new is accepted for it, but what waits for it
 * already can be collected and settled.
 */
export const EXPECTATIONS: Readonly<Record<RouteName, SystemRow | OperatorRow | OpenRow>> = {
  submit: system('201', '403 sender-not-served', '403 sender-suspended'),
  submission: system('200', '404 submission-not-found', '200'),
  sent: system('200', '404 agency-not-found', '200'),
  dispatch: system('200', '404 dispatch-not-found', '200'),
  // It is the sender's; every caller here is a recipient.
  dispatchEvidence: system('404 dispatch-not-found', '404 dispatch-not-found', '404 dispatch-not-found'),
  deliveryEvidence: system('200', '404 delivery-not-found', '200'),
  logFile: everybody('302'),
  content: system('302', '404 dispatch-not-found', '302'),
  attachments: system('200', '404 dispatch-not-found', '200'),
  attachment: system('302', '404 dispatch-not-found', '302'),
  startUpload: system('201', '201', '201'),
  upload: system('200', '404 upload-not-found', '200'),
  uploadParts: system('200', '404 upload-not-found', '200'),
  // Nobody has sent its parts.
  completeUpload: system('409 upload-incomplete', '404 upload-not-found', '409 upload-incomplete'),
  receive: system('200', '404 agency-not-found', '200'),
  inbox: system('200', '200', '200'),
  credentials: system('200', '200', '200'),
  lease: system('200', '404 delivery-not-found', '200'),
  acknowledge: system('200', '404 delivery-not-found', '200'),
  acknowledgeBatch: system('200 acknowledged', '200 delivery-not-found', '200 acknowledged'),
  release: system('200', '404 delivery-not-found', '200'),
  reject: system('200', '404 delivery-not-found', '200'),
  extend: system('200', '404 delivery-not-found', '200'),
  agencies: system('200', '200', '200'),
  directory: system('303', '303', '303'),
  me: system('200', '200', '200'),
  // Only a system that asks knows an endpoint; here nobody answers.
  setWebhook: system('422 webhook-unusable', '422 webhook-unusable', '422 webhook-unusable'),
  showWebhook: system('404 webhook-not-found', '404 webhook-not-found', '404 webhook-not-found'),
  removeWebhook: system('404 webhook-not-found', '404 webhook-not-found', '404 webhook-not-found'),
  health: everybody('200'),
  axis: everybody('200'),

  addSystem: operators(FORBIDDEN, '200', FORBIDDEN),
  showSystem: operators('200', '200', '200'),
  addKey: operators(FORBIDDEN, FORBIDDEN, '200'),
  suspendSystem: operators(FORBIDDEN, FORBIDDEN, '200'),
  setLimits: operators(FORBIDDEN, '200', FORBIDDEN),
  retireKey: operators(FORBIDDEN, FORBIDDEN, '200'),
  addSecret: operators(FORBIDDEN, FORBIDDEN, '200'),
  retireSecret: operators(FORBIDDEN, FORBIDDEN, '200'),
  addAgency: operators(FORBIDDEN, '200', FORBIDDEN),
  showAgency: operators('200', '200', '200'),
  findAgency: operators('200', '200', '200'),
  importAgencies: operators(FORBIDDEN, '200', FORBIDDEN),
  changeAgency: operators(FORBIDDEN, '200', FORBIDDEN),
  addCertificate: operators(FORBIDDEN, FORBIDDEN, '200'),
  retireCertificate: operators(FORBIDDEN, FORBIDDEN, '200'),
  addAlias: operators(FORBIDDEN, '200', FORBIDDEN),
  moveAgency: operators(FORBIDDEN, '200', FORBIDDEN),
  mergeAgency: operators(FORBIDDEN, '200', FORBIDDEN),
  suspendAgency: operators(FORBIDDEN, FORBIDDEN, '200'),
  setPolicy: operators(FORBIDDEN, FORBIDDEN, '200'),
  showTrust: operators('200', '200', '200'),
  showRevocation: operators('200', '200', '200'),
  setTrust: operators(FORBIDDEN, FORBIDDEN, '200'),
  tryTrust: operators(FORBIDDEN, FORBIDDEN, '200'),
  showPause: operators('200', '200', '200'),
  setPause: operators(FORBIDDEN, '200', FORBIDDEN),
  rebuild: operators(FORBIDDEN, '200', FORBIDDEN),
  holdDispatch: operators(FORBIDDEN, '200', FORBIDDEN),
  listAside: operators('200', '200', '200'),
  explain: operators('200', '200', '200'),
  reportLines: operators('200', '200', '200'),
  stats: operators('200', '200', '200'),
  trace: operators('200', '200', '200'),
  requeue: operators(FORBIDDEN, '200', FORBIDDEN),
  discard: operators(FORBIDDEN, '200', FORBIDDEN),
};
