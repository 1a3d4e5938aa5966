import type { RefusalCode } from '../../core/contract/refusals.ts';
import type { RouteName } from '../../core/contract/routes.ts';
import { VERIFICATION_FAILURES } from '../../core/contract/seeing.ts';

/** What the contract says of a route beside its schemas: parameters, and the refusals that are its own. */
export interface RouteFacts {
  /** Status of success. */
  readonly success: 200 | 201 | 302 | 303;
  /** Further statuses of success, each with its reason. */
  readonly also?: Readonly<Record<number, string>>;
  /** Query parameters, each with one sentence. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What an answer about many can say of one, never its own status. */
  readonly ofOne?: readonly RefusalCode[];
  /** Refusals of this route; those of its caller and its body come on top. */
  readonly refusals: readonly RefusalCode[];
}

const page = {
  limit: 'How many at most: a whole number from 1 to 100 (25)',
  after: 'Where to go on: `next` of the page before',
} as const;

/** Why somebody who may see a dispatch is not handed its content. */
const withheld = ['content-not-held', 'content-recalled', 'content-deleted'] as const;

const settling = ['delivery-not-found', 'delivery-settled', 'lease-lost'] as const;

/** Why a message is not taken, whoever brings it. */
const notTaken = [
  'edxml-malformed',
  'edxml-invalid',
  'secret-marked',
  ...VERIFICATION_FAILURES,
  'sender-not-served',
  'sender-suspended',
  'recipient-unknown',
  'recipient-unreachable',
  'recipient-suspended',
  'recipients-too-many',
  'upload-not-sealed',
  'attachment-missing',
  'document-conflict',
  'document-unknown',
  'document-ambiguous',
  'acts-too-many',
  'delivery-expires-invalid',
] as const;

export const ROUTE_FACTS: { readonly [R in RouteName]: RouteFacts } = {
  submit: {
    success: 201,
    also: {
      200: 'The same bytes were accepted before, or this is a dry run',
      202: 'Every check holds and the rest takes long, or the caller prefers not to wait: look at `Location`',
    },
    query: { dryRun: '`true` runs every check and writes nothing' },
    headers: {
      'Content-Digest': 'SHA-256 of the body (RFC 9530); refused when the bytes received have another one',
      'Document-Signature': 'Detached JWS over the body (RFC 7515 appendix F)',
      'Document-Revocation': "OCSP answer about the signer's certificate (RFC 6960), DER in base64",
      'Delivery-Expires':
        'When deliveries that nobody collected expire: ISO 8601 with its zone, an hour to a year from now',
      Prefer: '`respond-async`: answer 202 once every check holds, and go on in the background (RFC 7240)',
    },
    refusals: [
      'content-type-unsupported',
      'body-too-large',
      'content-digest-mismatch',
      'parameter-invalid',
      ...notTaken,
      'upload-not-found',
      'body-malformed',
      'axis-paused',
      'busy',
    ],
  },
  submission: { success: 200, refusals: ['submission-not-found'] },
  sent: {
    success: 200,
    query: { ...page, agency: 'Code of one of your agencies; without it the only one that you serve' },
    refusals: ['parameter-invalid', 'agency-not-found'],
  },
  dispatch: {
    success: 200,
    query: { after: 'Where to go on with the deliveries: `next` of the answer before' },
    refusals: ['dispatch-not-found', 'parameter-invalid'],
  },
  dispatchEvidence: { success: 200, refusals: ['dispatch-not-found', 'evidence-not-kept'] },
  deliveryEvidence: { success: 200, refusals: ['delivery-not-found', 'evidence-not-kept'] },
  logFile: {
    success: 302,
    also: { 200: 'With `as=link`: the link in JSON' },
    query: { as: '`link` answers JSON, for clients that follow no redirects' },
    refusals: ['log-file-not-found', 'evidence-not-kept', 'parameter-invalid'],
  },
  content: {
    success: 302,
    also: { 200: 'With `as=link`: the link in JSON' },
    query: {
      as: '`link` answers JSON, for clients that forward `Authorization` on redirects',
      delivery: 'The delivery under which a recipient fetches',
    },
    refusals: ['dispatch-not-found', 'delivery-not-found', ...withheld, 'parameter-invalid'],
  },
  attachments: {
    success: 200,
    query: { delivery: 'The delivery under which a recipient asks' },
    refusals: ['dispatch-not-found', 'delivery-not-found', ...withheld, 'edxml-malformed'],
  },
  attachment: {
    success: 302,
    also: { 200: 'With `as=link`: the link in JSON' },
    query: {
      as: '`link` answers JSON, for clients that forward `Authorization` on redirects',
      delivery: 'The delivery under which a recipient fetches',
    },
    refusals: [
      'dispatch-not-found',
      'delivery-not-found',
      ...withheld,
      'edxml-malformed',
      'attachment-not-found',
      'parameter-invalid',
    ],
  },
  startUpload: {
    success: 201,
    also: { 200: 'The same content was started before: go on with it' },
    refusals: ['message-too-large', 'uploads-too-many', 'axis-paused', 'busy'],
  },
  upload: { success: 200, refusals: ['upload-not-found'] },
  uploadParts: { success: 200, refusals: ['upload-not-found', 'parameter-invalid'] },
  completeUpload: {
    success: 200,
    also: { 202: 'The axis reads what was sent: look at `Location`, or complete again' },
    refusals: ['upload-not-found', 'upload-incomplete', 'busy'],
  },
  receive: { success: 200, ofOne: [...settling, 'digest-mismatch'], refusals: ['agency-not-found'] },
  inbox: { success: 200, query: page, refusals: ['parameter-invalid'] },
  credentials: { success: 200, refusals: [] },
  lease: { success: 200, refusals: ['delivery-not-found', 'delivery-held', 'delivery-settled'] },
  acknowledge: { success: 200, refusals: [...settling, 'digest-mismatch'] },
  acknowledgeBatch: { success: 200, refusals: [] },
  release: { success: 200, refusals: settling },
  reject: { success: 200, refusals: settling },
  extend: { success: 200, refusals: [...settling, 'lease-not-extended'] },
  agencies: {
    success: 200,
    query: {
      ...page,
      code: 'How the code begins',
      name: 'How the name begins',
      parent: 'Code of the agency right above',
    },
    refusals: ['parameter-invalid'],
  },
  directory: {
    success: 303,
    also: { 200: 'With `as=link`: the link in JSON', 304: 'Nothing newer than the version of `If-None-Match`' },
    query: {
      as: '`link` answers JSON, for clients that forward `Authorization` on redirects',
      since: 'A version that you have: leads to what changed since, or to the full list where that is too long ago',
    },
    headers: { 'If-None-Match': 'The `ETag` of the version that you have' },
    refusals: ['directory-not-published', 'parameter-invalid'],
  },
  me: { success: 200, query: page, refusals: ['parameter-invalid'] },
  setWebhook: { success: 200, refusals: ['webhook-unusable', 'busy'] },
  showWebhook: { success: 200, refusals: ['webhook-not-found'] },
  removeWebhook: { success: 200, refusals: ['webhook-not-found'] },
  health: { success: 200, refusals: [] },
  axis: { success: 200, refusals: [] },

  addSystem: { success: 200, refusals: ['already-claimed'] },
  showSystem: { success: 200, refusals: ['system-not-found'] },
  addKey: { success: 200, refusals: ['system-not-found', 'key-unusable', 'already-claimed', 'busy'] },
  suspendSystem: { success: 200, refusals: ['system-not-found', 'busy'] },
  setLimits: { success: 200, refusals: ['system-not-found', 'busy'] },
  retireKey: {
    success: 200,
    refusals: ['system-not-found', 'key-not-found', 'parameter-invalid', 'state-conflict', 'busy'],
  },
  addSecret: { success: 200, refusals: ['system-not-found', 'secrets-too-many', 'busy'] },
  retireSecret: {
    success: 200,
    refusals: ['system-not-found', 'secret-not-found', 'parameter-invalid', 'state-conflict', 'busy'],
  },
  addAgency: { success: 200, refusals: ['parameter-invalid', 'system-not-found', 'already-claimed', 'busy'] },
  showAgency: { success: 200, refusals: ['agency-not-found'] },
  findAgency: {
    success: 200,
    query: { code: 'A code that the agency has or had' },
    refusals: ['agency-not-found', 'parameter-invalid'],
  },
  importAgencies: { success: 200, refusals: [] },
  changeAgency: { success: 200, refusals: ['agency-not-found', 'parameter-invalid', 'already-claimed', 'busy'] },
  addCertificate: {
    success: 200,
    refusals: ['agency-not-found', 'certificate-unusable', 'already-claimed', 'busy'],
  },
  retireCertificate: {
    success: 200,
    refusals: ['agency-not-found', 'certificate-not-found', 'parameter-invalid', 'state-conflict', 'busy'],
  },
  addAlias: { success: 200, refusals: ['agency-not-found', 'parameter-invalid', 'already-claimed', 'busy'] },
  moveAgency: { success: 200, refusals: ['agency-not-found', 'system-not-found', 'busy'] },
  mergeAgency: { success: 200, refusals: ['agency-not-found', 'parameter-invalid', 'state-conflict', 'busy'] },
  suspendAgency: { success: 200, refusals: ['agency-not-found', 'busy'] },
  setPolicy: { success: 200, refusals: ['agency-not-found', 'busy'] },
  showTrust: { success: 200, refusals: [] },
  showRevocation: { success: 200, refusals: [] },
  setTrust: { success: 200, refusals: ['trust-list-invalid', 'state-conflict', 'busy'] },
  tryTrust: { success: 200, refusals: ['trust-list-invalid', 'parameter-invalid'] },
  showPause: { success: 200, refusals: [] },
  setPause: { success: 200, refusals: ['busy'] },
  rebuild: { success: 200, ofOne: notTaken, refusals: ['busy'] },
  holdDispatch: { success: 200, refusals: ['dispatch-not-found', 'state-conflict', 'busy'] },
  listAside: { success: 200, query: page, refusals: ['parameter-invalid'] },
  stats: {
    success: 200,
    query: { minutes: 'How far back: a whole number from 5 to 180 (60)' },
    refusals: ['parameter-invalid'],
  },
  trace: {
    success: 200,
    query: {
      id: 'The `x-correlation-id` of an answer',
      hours: 'How far back: a whole number from 1 to 720 (24)',
    },
    refusals: ['parameter-invalid'],
  },
  explain: {
    success: 200,
    refusals: [
      'dispatch-not-found',
      'delivery-not-found',
      'submission-not-found',
      'upload-not-found',
      'parameter-invalid',
    ],
  },
  reportLines: {
    success: 200,
    query: {
      from: 'First moment of the period, ISO 8601 with its zone',
      to: 'The moment after its last one, at most 93 days later',
      until: 'Reports on directives count up to here, at most 60 days after the period; `to` if absent',
      segment: 'Which part of the whole: a whole number from 0 (0)',
      segments: 'How many parts: a whole number from 1 to 64 (1)',
      after: 'Where to go on: `next` of the page before',
    },
    refusals: ['parameter-invalid'],
  },
  requeue: { success: 200, refusals: ['delivery-not-found', 'state-conflict', 'busy'] },
  discard: { success: 200, refusals: ['delivery-not-found', 'state-conflict', 'busy'] },
};
