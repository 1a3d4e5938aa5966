import * as z from 'zod';

const E_MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/;
const EDGE_CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/;
const TRUST_STORE = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/;

/** A text that has to be given: the message says what it is and shows one. */
const needed = (what: string, { example, form }: { readonly example: string; readonly form: RegExp }) => {
  const error = `needs ${what}, such as ${example}`;
  return z.string({ error }).regex(form, { error });
};
const days = (what: string, { min, max }: { readonly min: number; readonly max: number }) => {
  const error = `needs ${what}: whole days from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const oneOf = <const Names extends readonly [string, ...string[]]>(...names: Names) =>
  z.enum(names, { error: `is one of ${names.map((name) => `"${name}"`).join(', ')}` });
const yesOrNo = () => z.boolean({ error: 'is true or false' });

const eMail = (what: string) => needed(what, { example: 'van-hanh@bo.example.vn', form: E_MAIL });

/** How long content and records of one kind of dispatch are kept; deleting them is the watchman's work. */
const kept = (what: string) =>
  z.strictObject({
    contentDays: days(`how long the content of ${what} is kept after the last recipient finished`, {
      min: 1,
      max: 36_525,
    }),
    recordDays: days(`how long the record of ${what} is kept after its content`, { min: 1, max: 36_525 }),
  });

/** What becomes of objects in the bucket of received bytes, beside what retention deletes. */
const storage = z.strictObject({
  /** Versions of objects that were written anew, and deleted ones. */
  replacedDays: days('how long replaced versions are kept', { min: 1, max: 3_650 }),
  /** Documents of more than 128 KB move to Glacier Instant Retrieval, where reading costs more and keeping less. */
  archiveAfterDays: days('after how many days documents are archived', { min: 30, max: 3_650 }).optional(),
  /** News of revoked certificates, which prove why a signature was believed; absent: for good. */
  revocationDays: days('how long news of revoked certificates are kept', { min: 366, max: 36_500 }).optional(),
  /** S3 Object Lock on received bytes: until then nobody deletes them, with COMPLIANCE not even the account's owner. */
  lock: z
    .strictObject({
      mode: oneOf('GOVERNANCE', 'COMPLIANCE'),
      days: days('how long received bytes are locked', { min: 1, max: 36_500 }),
    })
    .optional(),
});

/** A name of the operator's own in front of the API; the address that API Gateway gives is then switched off. */
const domain = z.strictObject({
  name: needed('the name that systems call', { example: 'truc.bo.example.vn', form: DOMAIN }),
  certificateArn: needed('a certificate for this name in the region of the stage', {
    example: 'arn:aws:acm:ap-southeast-1:ACCOUNT:certificate/ID',
    form: CERTIFICATE,
  }),
  /** Systems then need a client certificate, too; API Gateway does not ask whether one was revoked. */
  mutualTls: z
    .strictObject({
      trustStore: needed('the object with the authorities of client certificates', {
        example: 's3://BUCKET/clients.pem',
        form: TRUST_STORE,
      }),
      version: z.string().min(1).optional(),
    })
    .optional(),
});

/** CloudFront with a web application firewall before the domain, in a stack of its own in us-east-1. */
const edge = z.strictObject({
  name: needed('the name that systems call', { example: 'truc.bo.example.vn', form: DOMAIN }),
  certificateArn: needed('a certificate for this name in us-east-1, where CloudFront looks for it', {
    example: 'arn:aws:acm:us-east-1:ACCOUNT:certificate/ID',
    form: EDGE_CERTIFICATE,
  }),
  /** Requests of one address in five minutes before the rest is refused. */
  requestsPerFiveMinutes: z.int().min(100).max(20_000_000).default(10_000),
});

const release = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('at-once') }),
    z.strictObject({
      kind: z.literal('canary'),
      percent: z.int().min(1).max(50).default(10),
      minutes: z.int().min(1).max(60).default(5),
    }),
  ],
  { error: 'is {"kind": "at-once"} or {"kind": "canary", "percent": 10, "minutes": 5}' },
);

const TABLE = /^[a-zA-Z0-9_.-]{3,255}$/;
const table = (what: string) =>
  needed(`the name of the table that ${what} were restored to`, {
    example: 'docaxis-production-dispatches-20260302',
    form: TABLE,
  });

const NAME = /^[a-z][a-z0-9]{1,15}$/;
/** How long CloudWatch Logs can keep logs; it knows no other numbers. */
const LOG_DAYS = [7, 14, 30, 60, 90, 180, 365, 731, 1827, 3653] as const;

export const STAGE_SCHEMA = z
  .strictObject({
    name: z.string().regex(NAME, { error: 'needs 2 to 16 small letters and digits, a letter first' }),
    /** Globally unique id of this axis: it stands in every receipt, and tokens of its clients name it as their audience. */
    axisId: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{2,62}$/, { error: 'needs 3 to 63 small letters, digits, dots and hyphens' }),
    /** Whether data outlives its stack, and stacks and tables are protected against deletion. */
    retainData: yesOrNo(),
    /** Who owns the key that tables and buckets lie under: a key of the stage can be switched off, and costs. */
    dataKey: oneOf('aws', 'customer'),
    /** By kind of dispatch. */
    retention: z.strictObject({ document: kept('documents'), status: kept('statuses') }),
    storage,
    /** Whether every step becomes a signed entry of a log that only grows; it costs writes: docs/results/costs.md. */
    evidence: yesOrNo(),
    logDays: z.literal(LOG_DAYS, { error: `is one of ${LOG_DAYS.join(', ')}` }),
    /** One line for each request to the API and to the buckets, beside the lines of the functions. */
    accessLogs: yesOrNo(),
    /** X-Ray for what systems and queues ask of the functions. */
    tracing: yesOrNo(),
    alarms: z.strictObject({
      /**
       * `few`: whether documents move, with one alarm for all dead-letter queues. `all`: one for each queue, so that one that is full hides no
       * other, and certificates and the news of their revocation as well. CloudWatch charges every metric that an alarm looks at.
       */
      coverage: oneOf('few', 'all'),
      /** Told of alarms; they are seen in CloudWatch alone if absent. */
      email: eMail('whom alarms are sent to').optional(),
    }),
    /** A CloudWatch dashboard: an account's first three are free, each further one costs three dollars a month. */
    dashboard: yesOrNo(),
    release,
    /** Tables that were restored from a backup and stand in for the stage's own: docs/runbooks/restore.md. */
    restored: z
      .strictObject({ dispatches: table('dispatches').optional(), registry: table('the registry').optional() })
      .optional(),
    /** The most requests per second that the API lets through, of all systems together; the account's limit if absent. */
    throttle: z.strictObject({ perSecond: z.int().min(1), burst: z.int().min(1) }).optional(),
    domain: domain.optional(),
    edge: edge.optional(),
    budget: z
      .strictObject({
        monthlyUsd: z.number({ error: 'needs the US dollars that a month may cost' }).positive(),
        email: eMail('whom warnings about costs are sent to'),
      })
      .optional(),
    /** On every resource, beside `docaxis:stage`. */
    tags: z.record(z.string().regex(/^(?!aws:)[\w+=.:/@ -]{1,128}$/), z.string().max(256)),
  })
  .superRefine((stage, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (stage.edge && !stage.domain)
      refuse('edge', 'stands before a domain: describe `domain`, the name that CloudFront calls, as well');
    if (stage.edge && stage.domain?.mutualTls)
      refuse(
        'edge',
        'cannot stand before mutual TLS: CloudFront ends the connection that the client certificate belongs to',
      );
    if (stage.edge && stage.edge.name === stage.domain?.name)
      refuse('edge', 'needs another name than `domain`, which CloudFront calls');
    const { lock } = stage.storage;
    if (lock && !stage.retainData)
      refuse('storage', 'locks objects, so the stack cannot be taken down: `retainData` must be true');
    if (lock && lock.days > Math.min(stage.retention.document.contentDays, stage.retention.status.contentDays))
      refuse('storage', 'locks objects for longer than `retention` keeps the content of documents and statuses');
  });

/** One deployed axis. Two stages share nothing: every physical name carries the stage. */
export type StageConfig = z.output<typeof STAGE_SCHEMA>;
