/**
 * Environment variables of the functions, declared once: the stack sets exactly those that a function names here,
 * and the function reads no other.
 */
export const ENVIRONMENT = {
  submit: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'UPLOADS_BUCKET',
    'FANOUT_QUEUE_URL',
    'SUBMISSION_QUEUE_URL',
    'RECEIPT_KEY_ID',
  ],
  conclude: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'UPLOADS_BUCKET',
    'FANOUT_QUEUE_URL',
    'RECEIPT_KEY_ID',
  ],
  deliver: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'INBOX_QUEUE_PREFIX',
    'WEBHOOK_QUEUE_URL',
    'RETENTION',
  ],
  receive: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'INBOX_QUEUE_PREFIX',
    'INBOX_ROLE_ARN',
  ],
  fetch: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'REGISTRY_TABLE', 'DISPATCHES_BUCKET'],
  attachments: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'REGISTRY_TABLE', 'DISPATCHES_BUCKET'],
  upload: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'UPLOADS_BUCKET',
    'SEAL_QUEUE_URL',
  ],
  seal: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'UPLOADS_BUCKET'],
  acknowledge: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'REGISTRY_TABLE'],
  view: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'REGISTRY_TABLE', 'RECEIPT_KEY_ID'],
  administer: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'INBOX_QUEUE_PREFIX',
    'INBOX_DEAD_LETTER_ARN',
    'SECRETS_KEY_ID',
  ],
  stats: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'REGISTRY_TABLE', 'QUEUES'],
  rebuild: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'FANOUT_QUEUE_URL',
    'RECEIPT_KEY_ID',
  ],
  compatSend: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'FANOUT_QUEUE_URL',
    'RECEIPT_KEY_ID',
    'SECRETS_KEY_ID',
  ],
  compatTake: [
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'UPLOADS_BUCKET',
    'SECRETS_KEY_ID',
  ],
  compatAgencies: [
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'SECRETS_KEY_ID',
  ],
  report: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE'],
  publish: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'REGISTRY_TABLE', 'DISPATCHES_BUCKET'],
  revocation: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'REGISTRY_TABLE', 'DISPATCHES_BUCKET'],
  webhook: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'REGISTRY_TABLE', 'SECRETS_KEY_ID'],
  notify: ['STAGE', 'AXIS_VERSION', 'REGISTRY_TABLE', 'WEBHOOK_QUEUE_URL', 'SECRETS_KEY_ID'],
  log: ['AXIS_ID', 'STAGE', 'AXIS_VERSION', 'DISPATCHES_TABLE', 'LOG_TABLE', 'DISPATCHES_BUCKET', 'RECEIPT_KEY_ID'],
  prove: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'LOG_TABLE',
    'DISPATCHES_BUCKET',
    'EVIDENCE',
  ],
  watch: [
    'AXIS_ID',
    'STAGE',
    'AXIS_VERSION',
    'DISPATCHES_TABLE',
    'REGISTRY_TABLE',
    'DISPATCHES_BUCKET',
    'FANOUT_QUEUE_URL',
    'SUBMISSION_QUEUE_URL',
    'WEBHOOK_QUEUE_URL',
    'INBOX_QUEUE_PREFIX',
    'RETENTION',
  ],
} as const satisfies Record<string, readonly string[]>;

export type FunctionName = keyof typeof ENVIRONMENT;
export type EnvironmentName = (typeof ENVIRONMENT)[FunctionName][number];
export type EnvironmentOf<F extends FunctionName> = Readonly<Record<(typeof ENVIRONMENT)[F][number], string>>;

export const FUNCTIONS = Object.keys(ENVIRONMENT) as readonly FunctionName[];

/**
 * Reads what the stack set for one function.
 *
 * @throws Error naming every missing variable: a wiring mistake shows at the first start, not at the first use.
 */
export function readEnvironment<F extends FunctionName>(
  name: F,
  source: Readonly<Record<string, string | undefined>>,
): EnvironmentOf<F> {
  const missing = ENVIRONMENT[name].filter((key) => !source[key]);
  if (missing.length > 0) throw new Error(`function ${name} lacks the environment variables ${missing.join(', ')}`);
  return Object.fromEntries(ENVIRONMENT[name].map((key) => [key, source[key]])) as EnvironmentOf<F>;
}

/** Names of the secondary indexes, all created from the start because CloudFormation changes one at a time. */
export const INDEXES = {
  /** (inboxSystem, inboxKey = rank # visibleAt # id): deliveries that wait for one system, documents before statuses. */
  inbox: 'inbox',
  /** (sentAgency, sentKey = acceptedAt # id): what one agency sent. */
  sent: 'sent',
  /** (numberAgency, numberKey = year # number # notation # id): documents by their official number. */
  number: 'number',
  /** (threadOf, threadKey = acceptedAt # id): what refers to a dispatch, and corrections by the id of the document whose DocumentId they carry. */
  thread: 'thread',
  /** (dueShard, dueAt): work that must happen by a time. */
  due: 'due',
  /** (logShard, logAt): timelines not yet in the evidence log. */
  log: 'log',
  /** (directory, nameKey): agencies by name. */
  names: 'names',
  /** (directory, codeKey): agencies by code. */
  codes: 'codes',
  /** (parentCode, codeKey): agencies below one. */
  children: 'children',
  /** (servedBy, codeKey): agencies that one system serves. */
  served: 'served',
  /** (expiryList, expiryKey = end of validity # thumbprint): registered certificates that nobody retires. */
  certificates: 'certificates',
} as const;
