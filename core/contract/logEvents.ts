import type { FunctionName } from './environment.ts';

/** What a field of a log line holds. No field ever holds content of a message, a token, a link or a key. */
export const LOG_FIELDS = {
  about: 'Id of what it is about: of a dispatch, delivery, submission, agency, system or registry item',
  address: 'Where news of revoked certificates were asked for',
  agency: 'Code of an agency',
  asked: 'Sources that were asked',
  attempt: 'How often it was tried, this time included',
  bytes: 'Declared length in bytes',
  chunk: 'Which part of a dispatch’s recipients, from 0',
  code: 'Code of the refusal, or of an agency',
  correlationId: 'Of the request that began it: the `x-correlation-id` of its answer',
  deleted: 'Dispatches whose content or record was deleted',
  deliveries: 'Deliveries that were put for the first time',
  deliveryId: 'Id of a delivery',
  dispatchId: 'Id of a dispatch',
  event: 'Id of a notification',
  expired: 'Deliveries that expired',
  from: 'Since when the tables have forgotten',
  failing: 'Sources that failed',
  fate: '`done`, `again` or `set-aside`; of a notification `sent`, `again` or `dropped`',
  isNew: 'Whether it began now',
  left: 'Dispatches that were not rebuilt',
  issuer: 'Authority whose news are missing',
  logged: 'Steps that were logged in this round',
  batches: 'Batches that were committed in this round',
  size: 'Entries of the evidence log',
  leftOut: 'Sources beyond the limit',
  messageId: 'Id of the queue’s message',
  moved: 'Deliveries that followed their agency',
  ms: 'Milliseconds: of a submission from request to answer, of a delivery from acceptance to consignment',
  n: 'Number of an attachment',
  notAfter: 'End of the certificate’s validity',
  oldestMs: 'Milliseconds since the oldest dispatch was accepted whose fan-out was due',
  operator: 'Who did it: role and session',
  outcome: 'What it came to',
  overdue: 'Work whose time had come',
  reason: 'Why, in the operator’s words',
  recipients: 'How many agencies it is addressed to',
  rebuilt: 'Dispatches that were rebuilt',
  removed: 'Objects that were removed',
  renewed: 'Sources with fresh news',
  requeued: 'Fan-outs and submissions that were asked for again',
  round: 'Round of the watchman that the tables remember',
  route: 'Name of the route; `none` if there is no such',
  sources: 'Sources of news',
  spared: 'Objects that were spared because the tables may have forgotten their record',
  stale: 'Sources whose news are too old',
  staleHours: 'Hours since the oldest news',
  state: 'State that it is in now',
  submissionId: 'Id of a submission in the background',
  system: 'Id of the system that it concerns: of the caller, or whose inbox it is',
  thumbprint: 'SHA-256 of a certificate',
  to: 'Until when the tables have forgotten',
  systemId: 'Id of the system that an operator’s request names in its path',
  secretId: 'Id of a secret, never the secret itself',
  kid: 'Id of a client key',
  id: 'Id that a request names in its path',
  agencyId: 'Id of an agency',
  told: 'Systems that were told',
  type: 'Type of the notification',
  uploadId: 'Id of an upload',
  version: 'Version that was published',
  warned: 'Senders that were warned',
  what: 'What was asked for or what it came to',
  why: 'Why, in words of the code',
  window: 'Budget’s window',
  within7: 'Certificates that end within 7 days',
  within30: 'Certificates that end within 30 days',
  within60: 'Certificates that end within 60 days',
  withdrawn: 'Deliveries that were withdrawn',
} as const satisfies Record<string, string>;
type LogField = keyof typeof LOG_FIELDS;

/** Functions that routes call share an edge, which logs in the name of each. */
export const EDGE = 'edge';

/** What the catalogue says of a line. */
export interface LogEvent {
  /** Who writes it; `edge` is every function that a route calls. */
  readonly by: readonly (FunctionName | typeof EDGE)[];
  readonly fields: readonly LogField[];
  readonly means: string;
  /** What a person does about it. */
  readonly act: string;
}

const NOTHING = 'Nothing.';
const RETRIED =
  'Nothing at once: it is tried again. If it goes on, look at the error and at the service that it names.';

/** Lines of level INFO: what happened, in words of the walk. */
export const LOG_EVENTS = {
  submitted: {
    by: ['submit', 'compatSend'],
    fields: ['what', 'dispatchId', 'submissionId', 'recipients', 'ms', 'system', 'correlationId'],
    means: 'A message passed every check; `what` is the outcome: accepted, again, would-be-accepted or working.',
    act: NOTHING,
  },
  concluded: {
    by: ['conclude'],
    fields: ['outcome', 'submissionId', 'dispatchId', 'messageId', 'correlationId'],
    means: 'A submission in the background came to its end.',
    act: NOTHING,
  },
  delivered: {
    by: ['deliver'],
    fields: ['fate', 'why', 'dispatchId', 'chunk', 'deliveries', 'ms', 'messageId', 'correlationId'],
    means: 'A fan-out message was worked on. `deliveries` counts those that were put for the first time.',
    act: 'With the fate `set-aside`: docs/runbooks/dead-letters.md.',
  },
  received: {
    by: ['receive'],
    fields: ['deliveryId', 'dispatchId', 'system', 'correlationId'],
    means: 'A system holds a delivery under lease. The correlation id is that of its own request.',
    act: NOTHING,
  },
  fetched: {
    by: ['fetch', 'compatTake'],
    fields: ['dispatchId', 'deliveryId', 'system', 'correlationId'],
    means: 'A link to the content, or the content, was handed out.',
    act: NOTHING,
  },
  'attachment-fetched': {
    by: ['attachments'],
    fields: ['dispatchId', 'n', 'system', 'correlationId'],
    means: 'A link to one attachment was handed out.',
    act: NOTHING,
  },
  settled: {
    by: ['acknowledge', 'receive', 'compatTake'],
    fields: ['deliveryId', 'state', 'correlationId'],
    means: 'A lease came to its end: `state` is what the delivery became.',
    act: NOTHING,
  },
  'set-aside': {
    by: ['receive', 'compatTake', 'watch'],
    fields: ['deliveryId', 'dispatchId', 'system'],
    means: 'A delivery was offered again and again and never acknowledged: nobody is offered it any more.',
    act: 'docs/runbooks/delivery-set-aside.md',
  },
  refused: {
    by: [EDGE],
    fields: ['code', 'route', 'correlationId', 'system'],
    means:
      'A request was refused. The same refusal of a caller above its budget is counted and leaves no further line.',
    act: 'The refusal’s entry in docs/refusals.md says who must act.',
  },
  'budget-not-counted': {
    by: [EDGE],
    fields: ['window', 'why'],
    means: 'What a system spent could not be counted, and it was let through.',
    act: RETRIED,
  },
  'upload-started': {
    by: ['upload'],
    fields: ['uploadId', 'bytes', 'what', 'isNew', 'system', 'correlationId'],
    means: 'A system declared what it will upload.',
    act: NOTHING,
  },
  'upload-completed': {
    by: ['upload'],
    fields: ['uploadId', 'state', 'system', 'correlationId'],
    means: 'A system said that everything was sent.',
    act: NOTHING,
  },
  sealed: {
    by: ['seal'],
    fields: ['outcome', 'uploadId', 'messageId'],
    means: 'What was uploaded in parts was read and compared with what was declared.',
    act: NOTHING,
  },
  'webhook-set': {
    by: ['webhook'],
    fields: ['system', 'correlationId'],
    means: 'A system said where it is notified.',
    act: NOTHING,
  },
  'webhook-removed': {
    by: ['webhook'],
    fields: ['system', 'correlationId'],
    means: 'A system wants to be notified no more.',
    act: NOTHING,
  },
  notified: {
    by: ['notify'],
    fields: ['fate', 'why', 'type', 'attempt', 'system', 'event', 'messageId'],
    means: 'A notification was sent, is tried again, or was given up.',
    act: 'With the fate `dropped`: tell the system’s owner; what it was told of waits in its inbox all the same.',
  },
  'agency-registered': {
    by: ['compatAgencies'],
    fields: ['code', 'outcome', 'system', 'correlationId'],
    means: 'A centre registered an agency of its own.',
    act: NOTHING,
  },
  'agency-closed': {
    by: ['compatAgencies'],
    fields: ['code', 'outcome', 'system', 'correlationId'],
    means: 'A centre closed an agency of its own.',
    act: NOTHING,
  },
  operator: {
    by: ['administer', 'rebuild'],
    fields: [
      'what',
      'operator',
      'reason',
      'rebuilt',
      'left',
      'correlationId',
      'systemId',
      'agencyId',
      'dispatchId',
      'deliveryId',
      'kid',
      'secretId',
      'thumbprint',
      'id',
    ],
    means: 'An operator asked for a change: which route, who and why. It also stands in the record’s history.',
    act: 'Nothing, if the operator is one of yours.',
  },
  published: {
    by: ['publish'],
    fields: ['version'],
    means: 'The directory changed and was published.',
    act: NOTHING,
  },
  refreshed: {
    by: ['revocation'],
    fields: ['sources', 'asked', 'renewed', 'failing', 'stale', 'staleHours', 'leftOut'],
    means: 'News of revoked certificates were asked for.',
    act: 'Where sources are stale: docs/runbooks/revocation-stale.md.',
  },
  'no-news': {
    by: ['revocation'],
    fields: ['address', 'issuer', 'why'],
    means: 'A source gave no usable news of revoked certificates.',
    act: 'docs/runbooks/revocation-stale.md, if it goes on.',
  },
  watched: {
    by: ['watch'],
    fields: ['overdue', 'requeued', 'expired', 'warned', 'withdrawn', 'deleted', 'moved', 'oldestMs'],
    means: 'The watchman’s round of this minute.',
    act: 'If it is missing: docs/runbooks/watchman-silent.md.',
  },
  logged: {
    by: ['log'],
    fields: ['logged', 'batches', 'size'],
    means: 'Steps of timelines were signed and became entries of the evidence log.',
    act: 'If it is missing although documents move: docs/runbooks/log-silent.md.',
  },
  forgotten: {
    by: ['watch'],
    fields: ['round', 'from', 'to'],
    means: 'The tables were put back to an earlier time, and what was accepted since has no record.',
    act: 'docs/runbooks/restore.md',
  },
  swept: {
    by: ['watch'],
    fields: ['removed', 'spared'],
    means: 'Objects without a record were removed.',
    act: NOTHING,
  },
  'certificate-expires': {
    by: ['watch'],
    fields: ['agency', 'thumbprint', 'notAfter'],
    means: 'An agency’s last certificate ends within a week.',
    act: 'docs/runbooks/certificates-expiring.md',
  },
  'certificates-seen': {
    by: ['watch'],
    fields: ['told', 'within7', 'within30', 'within60'],
    means: 'The daily look at certificates that end.',
    act: NOTHING,
  },
} as const satisfies Record<string, LogEvent>;

/** Lines of level ERROR: each carries `error` with name, message and stack, and counts as a `Fault`. */
export const LOG_FAULTS = {
  fault: {
    by: [EDGE],
    fields: ['correlationId', 'route'],
    means: 'A request failed for a reason that is not the caller’s; it was answered with 500 and can be sent again.',
    act: 'Read the error; for submissions docs/runbooks/submit-faults.md.',
  },
  'refusal-not-recorded': {
    by: [EDGE],
    fields: ['correlationId'],
    means: 'A refusal left no record for the operator; the caller got it all the same.',
    act: RETRIED,
  },
  'not-marked': {
    by: ['log'],
    fields: ['about'],
    means: 'Where the steps of an item stand in the log could not be written beside them: they will stand there twice.',
    act: 'Nothing, if its table was put back; else docs/runbooks/log-silent.md.',
  },
  'not-logged': {
    by: ['log'],
    fields: ['about'],
    means:
      'An item could not be read, or its receipt’s certificate is gone: its steps wait. Later code may have written it. Others are logged.',
    act: 'docs/runbooks/log-silent.md, if it goes on.',
  },
  'number-not-looked-up': {
    by: ['submit', 'conclude', 'compatSend'],
    fields: ['about'],
    means: 'Whether a document number was used before could not be asked; the message was accepted without that hint.',
    act: NOTHING,
  },
  'fan-out-not-queued': {
    by: ['submit', 'conclude', 'compatSend'],
    fields: ['about'],
    means: 'A dispatch was accepted but not queued: the watchman asks for it within two minutes.',
    act: RETRIED,
  },
  'submission-not-queued': {
    by: ['submit'],
    fields: ['about'],
    means: 'A submission in the background was not queued: the watchman asks for it within two minutes.',
    act: RETRIED,
  },
  'concluding-failed': {
    by: ['conclude'],
    fields: ['submissionId', 'messageId'],
    means: 'Going on with a submission failed: the queue brings it back.',
    act: RETRIED,
  },
  'fan-out-failed': {
    by: ['deliver'],
    fields: ['dispatchId', 'chunk', 'correlationId'],
    means: 'Deliveries could not be put: the queue brings the message back, and at last sets it aside.',
    act: 'docs/runbooks/dead-letters.md, if it goes on.',
  },
  'inbox-not-rung': {
    by: ['deliver', 'administer', 'watch'],
    fields: ['about'],
    means: 'A system was not told that something waits: it finds it at its next poll.',
    act: RETRIED,
  },
  'system-not-told': {
    by: ['deliver', 'watch'],
    fields: ['about', 'type'],
    means: 'A notification was not queued. It is never the only way to learn of anything.',
    act: RETRIED,
  },
  'sealing-failed': {
    by: ['seal'],
    fields: ['uploadId', 'messageId'],
    means: 'An upload could not be read: the queue brings it back.',
    act: RETRIED,
  },
  'notifying-failed': {
    by: ['notify'],
    fields: ['system', 'event', 'messageId'],
    means: 'A notification failed for a reason that is not the endpoint’s: the queue brings it back.',
    act: RETRIED,
  },
  'delivery-passed-by': {
    by: ['receive'],
    fields: ['about'],
    means: 'A delivery could not be leased or listed; the others were, and it is offered again.',
    act: RETRIED,
  },
  'put-back-not-known': {
    by: ['receive'],
    fields: ['about'],
    means: 'Whether the tables were put back could not be read; deliveries were handed out all the same.',
    act: RETRIED,
  },
  'not-rebuilt': {
    by: ['rebuild'],
    fields: ['about'],
    means: 'The record of a dispatch could not be rebuilt; the others were.',
    act: 'docs/runbooks/restore.md',
  },
  'not-moved': {
    by: ['watch'],
    fields: ['about'],
    means: 'The watchman could not move something; it stays due.',
    act: 'docs/runbooks/watchman-silent.md, if it goes on.',
  },
} as const satisfies Record<string, LogEvent>;

export type LogEventName = keyof typeof LOG_EVENTS;
export type LogFaultName = keyof typeof LOG_FAULTS;

type Fact = string | number | boolean | undefined;
/** The facts that a line may carry: those that the catalogue names, and no other. */
export type LogFacts<E extends LogEventName | LogFaultName> = {
  readonly [F in (E extends LogEventName
    ? (typeof LOG_EVENTS)[E]
    : E extends LogFaultName
      ? (typeof LOG_FAULTS)[E]
      : never)['fields'][number]]?: Fact;
};

/** Told of what went wrong where the work goes on all the same. */
export type Trouble = (
  what: TroubleName,
  error: unknown,
  facts: { readonly about: string; readonly type?: string },
) => void;
export type TroubleName =
  | 'number-not-looked-up'
  | 'fan-out-not-queued'
  | 'submission-not-queued'
  | 'inbox-not-rung'
  | 'system-not-told'
  | 'delivery-passed-by'
  | 'put-back-not-known'
  | 'not-rebuilt'
  | 'not-moved';
