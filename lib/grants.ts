import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { FunctionName } from '../core/contract/environment.ts';

/** ARNs that grants are written over. */
export interface Resources {
  readonly dispatches: string;
  readonly registry: string;
  /** Where rounds are counted outside of the tables, in the bucket of received bytes. */
  readonly memoryObject: string;
  /** The bucket's objects under `dispatches/`. */
  readonly contentObjects: string;
  readonly contentBucket: string;
  /** The head of the evidence log. */
  readonly log: string;
  /** The bucket's objects under `log/`: batches of records, and the files that anybody may read. */
  readonly logObjects: string;
  /** The objects of the bucket of uploads. */
  readonly uploadObjects: string;
  /** Large answers of the compatibility faces, in the bucket of uploads: gone after a day as well. */
  readonly answerObjects: string;
  /** Messages of submissions that are not decided yet, in the bucket of uploads. */
  readonly heldMessages: string;
  readonly seal: string;
  /** The bucket's objects under `trust/`. */
  readonly trustObjects: string;
  readonly submissions: string;
  readonly webhooks: string;
  /** The bucket's objects under `directory/`. */
  readonly directoryObjects: string;
  /** The bucket's objects under `revocation/`. */
  readonly revocationObjects: string;
  readonly fanOut: string;
  readonly inboxes: string;
  /** The queues of the stage and their dead letters. */
  readonly allQueues: readonly string[];
  /** Of the functions. */
  readonly logGroups: readonly string[];
  readonly inboxRole: string;
  readonly receiptKey: string;
  readonly secretsKey: string;
  /** Name of the stage: secrets are bound to it. */
  readonly stage: string;
}

const allow = (actions: readonly string[], resources: readonly string[]) =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** A write that can only ever touch items whose key begins with one of these. */
const allowKeys = (actions: readonly string[], table: string, keys: readonly string[]) =>
  new PolicyStatement({
    actions: [...actions],
    resources: [table],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...keys] } },
  });

/** The key for secrets, only with an encryption context that names a system of this stage and nothing else. */
const allowSecrets = (action: 'kms:Encrypt' | 'kms:Decrypt', to: Resources) =>
  new PolicyStatement({
    actions: [action],
    resources: [to.secretsKey],
    conditions: {
      StringEquals: { 'kms:EncryptionContext:stage': to.stage },
      StringLike: { 'kms:EncryptionContext:system': '?*' },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['stage', 'system'] },
    },
  });

/** Leading keys by kind of item. */
const DISPATCH = 'dsp_*';
const DELIVERY = 'dlv_*';
const REFUSAL = 'refusal#*';
const INSTANCE = 'instance#*';
const WAITING = 'waiting#*';
const SWEEP = 'sweep#*';
const UPLOAD = 'upl_*';
const SUBMISSION = 'sub_*';
const UPLOAD_PLACES = 'uploads#*';
const ATTACHMENTS = 'attachments#*';
const MOVE = 'mov_*';
const SNAPSHOT = 'snapshot#*';
const AGENCY = 'agency#*';
const CODE = 'code#*';
const REVOCATION = 'revocation#*';
const WEBHOOK = 'webhook#*';
const SYSTEM = 'system#*';
const LINK = 'link#*';
const CERTIFICATE = 'certificate#*';
const BUDGET = 'limits#*';
const MEMORY = 'memory#*';

/** What every function does that systems call: it holds them to their budgets. */
const limiting = (to: Resources): PolicyStatement => allowKeys(['dynamodb:UpdateItem'], to.dispatches, [BUDGET]);

/** Submitted, verified, kept: the same needs whichever way a message comes in. */
const submitting = (to: Resources): readonly PolicyStatement[] => [
  allow(['dynamodb:BatchGetItem'], [to.registry]),
  allowKeys(['dynamodb:GetItem'], to.dispatches, [DISPATCH, INSTANCE]),
  // Earlier documents that a message answers or acts on.
  allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [DISPATCH]),
  allowKeys(['dynamodb:PutItem'], to.dispatches, [DISPATCH, INSTANCE, REFUSAL]),
  // HEAD after a refused conditional put needs GetObject.
  allow(['s3:PutObject', 's3:GetObject'], [to.contentObjects]),
  allow(['s3:GetObject'], [to.trustObjects, to.revocationObjects]),
  // A number that its sender used before is pointed out; an earlier document is found by its number, a correction by its DocumentId.
  allow(['dynamodb:Query'], [`${to.dispatches}/index/number`, `${to.dispatches}/index/thread`]),
  allow(['sqs:SendMessage'], [to.fanOut]),
  allow(['kms:Sign', 'kms:GetPublicKey'], [to.receiptKey]),
];

/** What each function may do: one line a need, read beside the function's own walk. */
export const grantsOf: { readonly [F in FunctionName]: (to: Resources) => readonly PolicyStatement[] } = {
  submit: (to) => [
    limiting(to),
    ...submitting(to),
    // Messages that were uploaded are read, detached attachments copied.
    allowKeys(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], to.dispatches, [UPLOAD]),
    allow(['s3:GetObject'], [to.uploadObjects]),
    // What takes long: the message is put where the background finds it.
    allowKeys(['dynamodb:GetItem', 'dynamodb:PutItem'], to.dispatches, [SUBMISSION]),
    allow(['s3:PutObject'], [to.heldMessages]),
    allow(['sqs:SendMessage'], [to.submissions]),
  ],
  conclude: (to) => [
    ...submitting(to),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.dispatches, [SUBMISSION]),
    allow(['s3:GetObject', 's3:DeleteObject'], [to.heldMessages]),
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [UPLOAD]),
    allow(['s3:GetObject'], [to.uploadObjects]),
  ],
  deliver: (to) => [
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.dispatches, [DISPATCH, DELIVERY]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [DELIVERY, LINK]),
    // Who has a webhook is told that something waits.
    allowKeys(['dynamodb:GetItem'], to.registry, [WEBHOOK]),
    allow(['sqs:SendMessage'], [to.inboxes, to.webhooks]),
  ],
  receive: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allow(['dynamodb:Query'], [`${to.dispatches}/index/inbox`]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], to.dispatches, [DELIVERY]),
    // Whether the tables were put back.
    allowKeys(['dynamodb:GetItem'], to.dispatches, [MEMORY]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [WAITING, REFUSAL]),
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], [to.inboxes]),
    allow(['sts:AssumeRole'], [to.inboxRole]),
    allow(['s3:GetObject'], [to.contentObjects]),
  ],
  fetch: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem'], to.dispatches, [DISPATCH, DELIVERY]),
    allowKeys(['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], to.dispatches, [DELIVERY]),
    allow(['s3:GetObject'], [to.contentObjects, to.directoryObjects]),
  ],
  attachments: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem'], to.dispatches, [DISPATCH, DELIVERY, ATTACHMENTS]),
    allowKeys(['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], to.dispatches, [DELIVERY]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [ATTACHMENTS]),
    allow(['s3:GetObject', 's3:PutObject'], [to.contentObjects]),
  ],
  upload: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.dispatches, [UPLOAD, UPLOAD_PLACES]),
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [UPLOAD]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [UPLOAD, REFUSAL]),
    // The links that clients send to are signed by this role.
    allow(['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts'], [to.uploadObjects]),
    allow(['sqs:SendMessage'], [to.seal]),
  ],
  seal: (to) => [
    allowKeys(['dynamodb:GetItem'], to.dispatches, [UPLOAD]),
    allowKeys(['dynamodb:UpdateItem'], to.dispatches, [UPLOAD, UPLOAD_PLACES]),
    allow(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], [to.uploadObjects]),
  ],
  acknowledge: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.dispatches, [DELIVERY]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [REFUSAL]),
  ],
  view: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allow(
      ['dynamodb:Query'],
      ['names', 'codes', 'children', 'served'].map((index) => `${to.registry}/index/${index}`),
    ),
    allow(['dynamodb:Query'], [`${to.dispatches}/index/sent`, `${to.dispatches}/index/thread`]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], to.dispatches, [DISPATCH, DELIVERY, INSTANCE]),
    allowKeys(['dynamodb:GetItem'], to.dispatches, [SUBMISSION]),
    allow(['kms:GetPublicKey'], [to.receiptKey]),
  ],
  administer: (to) => [
    allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem'], [to.registry]),
    allow(['dynamodb:Query'], [`${to.registry}/index/certificates`]),
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [REFUSAL, DELIVERY]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.dispatches, [DELIVERY, DISPATCH]),
    // Operators look at what was set aside, and at what anything waits for.
    allowKeys(['dynamodb:GetItem'], to.dispatches, [SUBMISSION, UPLOAD]),
    allow(['dynamodb:Query'], [`${to.dispatches}/index/due`]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [MOVE]),
    allow(['sqs:CreateQueue'], [to.inboxes]),
    allow(['s3:PutObject', 's3:GetObject'], [to.trustObjects]),
    allowSecrets('kms:Encrypt', to),
  ],
  // Reads and nothing else: keys of what was sent, then the records that they name.
  report: (to) => [
    allow(['dynamodb:Scan'], [`${to.dispatches}/index/sent`]),
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [DISPATCH, DELIVERY]),
  ],
  stats: (to) => [
    // What became of a query is found by its random id alone; IAM knows no narrower resource for that.
    allow(['logs:StartQuery'], to.logGroups),
    allow(['logs:GetQueryResults'], ['*']),
    allow(['sqs:GetQueueAttributes'], to.allQueues),
    allow(['dynamodb:Query'], [`${to.dispatches}/index/due`, `${to.registry}/index/certificates`]),
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [DISPATCH]),
    allowKeys(['dynamodb:BatchGetItem'], to.registry, [CERTIFICATE, AGENCY]),
  ],
  // What a submission needs, without taking anything in: the bytes lie there.
  rebuild: (to) => [
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem'], to.dispatches, [DISPATCH, INSTANCE, MEMORY]),
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [DISPATCH]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [DISPATCH, INSTANCE, MEMORY]),
    allow(['dynamodb:Query'], [`${to.dispatches}/index/number`, `${to.dispatches}/index/thread`]),
    allow(['s3:ListBucketVersions'], [to.contentBucket]),
    allow(['s3:GetObject'], [to.contentObjects, to.trustObjects, to.revocationObjects]),
    allow(['s3:GetObject', 's3:PutObject'], [to.memoryObject]),
    allow(['sqs:SendMessage'], [to.fanOut]),
    allow(['kms:Sign', 'kms:GetPublicKey'], [to.receiptKey]),
  ],
  compatSend: (to) => [limiting(to), ...submitting(to), allowSecrets('kms:Decrypt', to)],
  compatTake: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allow(['dynamodb:Query'], [`${to.registry}/index/served`]),
    allow(['dynamodb:Query'], [`${to.dispatches}/index/inbox`, `${to.dispatches}/index/sent`]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], to.dispatches, [DISPATCH, DELIVERY]),
    allowKeys(['dynamodb:UpdateItem'], to.dispatches, [DELIVERY]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [REFUSAL]),
    allow(['s3:GetObject'], [to.contentObjects]),
    allow(['s3:PutObject', 's3:GetObject'], [to.answerObjects]),
    allowSecrets('kms:Decrypt', to),
  ],
  compatAgencies: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allow(['dynamodb:Query'], [`${to.registry}/index/served`]),
    allow(['s3:GetObject'], [to.directoryObjects]),
    // What a centre says of its own agencies touches neither systems nor keys, certificates or trust.
    allowKeys(['dynamodb:PutItem'], to.registry, [AGENCY, CODE]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [REFUSAL]),
    allowSecrets('kms:Decrypt', to),
  ],
  publish: (to) => [
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:PutItem'], to.registry, [SNAPSHOT]),
    allow(['dynamodb:Query'], [`${to.registry}/index/codes`]),
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [to.directoryObjects]),
  ],
  revocation: (to) => [
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:PutItem'], to.registry, [REVOCATION]),
    allow(['dynamodb:Query'], [`${to.registry}/index/certificates`]),
    allow(['s3:GetObject'], [to.trustObjects]),
    allow(['s3:PutObject'], [to.revocationObjects]),
  ],
  webhook: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], to.registry, [WEBHOOK]),
    allowKeys(['dynamodb:PutItem'], to.dispatches, [REFUSAL]),
    allowSecrets('kms:Encrypt', to),
  ],
  notify: (to) => [
    allowKeys(['dynamodb:BatchGetItem'], to.registry, [SYSTEM]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.registry, [WEBHOOK]),
    allowSecrets('kms:Decrypt', to),
  ],
  log: (to) => [
    allow(['dynamodb:Query'], [`${to.dispatches}/index/log`]),
    allowKeys(['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], to.dispatches, [DISPATCH, DELIVERY]),
    // Certificates: its own, and those of the receipts that it logs.
    allowKeys(['dynamodb:GetItem', 'dynamodb:PutItem'], to.dispatches, [INSTANCE]),
    // Never deleted: the row only moves on, by its own condition.
    allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [to.log]),
    allow(['s3:GetObject', 's3:PutObject'], [to.logObjects]),
    allow(['kms:Sign', 'kms:GetPublicKey'], [to.receiptKey]),
  ],
  prove: (to) => [
    limiting(to),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allowKeys(['dynamodb:GetItem'], to.dispatches, [DISPATCH, DELIVERY]),
    allow(['dynamodb:GetItem'], [to.log]),
    allow(['s3:GetObject'], [to.logObjects]),
  ],
  watch: (to) => [
    allow(
      ['dynamodb:Query'],
      ['due', 'inbox', 'thread'].map((index) => `${to.dispatches}/index/${index}`),
    ),
    allow(['dynamodb:BatchGetItem'], [to.registry]),
    allow(['dynamodb:Query'], [`${to.registry}/index/certificates`]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:UpdateItem'], to.dispatches, [DISPATCH, DELIVERY, MOVE, SUBMISSION]),
    // Whether every recipient finished, before content is deleted; records go when their time is over.
    allowKeys(['dynamodb:BatchGetItem'], to.dispatches, [DELIVERY]),
    allowKeys(['dynamodb:DeleteItem'], to.dispatches, [MOVE, DISPATCH, DELIVERY, LINK, ATTACHMENTS]),
    allowKeys(['dynamodb:GetItem', 'dynamodb:PutItem'], to.dispatches, [SWEEP, MEMORY]),
    allow(['s3:GetObject', 's3:PutObject'], [to.memoryObject]),
    // Systems are told of certificates that expire.
    allowKeys(['dynamodb:GetItem'], to.registry, [WEBHOOK]),
    allowKeys(['dynamodb:UpdateItem'], to.registry, [CERTIFICATE]),
    allow(['sqs:SendMessage'], [to.fanOut, to.submissions, to.webhooks, to.inboxes]),
    allow(['s3:ListBucketVersions'], [to.contentBucket]),
    allow(['s3:DeleteObjectVersion'], [to.contentObjects]),
  ],
};
