import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiptVerdict } from '../adapters/trust/receipt.ts';
import type { AnswerOf } from '../core/contract/answers.ts';
import type { RequestOf } from '../core/contract/requests.ts';
import { AxisConnection, USUAL_ANSWER_MS } from './axisConnection.ts';
import { AxisFault } from './axisFault.ts';
import type { Language } from './axisRefusal.ts';
import { axisUrl, isLoopback } from './axisUrl.ts';
import { BearerTokens, type SystemKey } from './bearerTokens.ts';
import { checkReceipt, type ReceiptEvidence, type ReceiptIssuerJwk, requireReceipt } from './checkReceipt.ts';
import { type ByteRange, downloadContent } from './contentDownload.ts';
import { downloadToFile, type FileDownload } from './fileDownload.ts';
import { Inbox, type InboxOptions, type InboxTools } from './inbox.ts';
import type { Profile } from './profile.ts';
import { type RetryPolicy, USUAL_RETRIES } from './retryPolicy.ts';
import { awaitSubmission, type SubmitOptions, type SubmitTools, sendMessage } from './submitMessage.ts';
import { type UploadOptions, type UploadTools, uploadContent } from './uploads.ts';

/** How to reach one axis as one system. */
export interface AxisClientOptions {
  /** Where the axis is: https, or plain http on this machine. */
  readonly url: string;
  /** The axis's id, as `GET /v1` tells it. */
  readonly audience: string;
  /** Your system's id. */
  readonly system: string;
  /** Private P-256 JWK with the `kid` that is registered for the system. */
  readonly key: SystemKey;
  /** Language of the messages of refusals; English if absent. */
  readonly language?: Language;
  readonly retry?: Partial<RetryPolicy>;
  /** Longest wait for an answer, and for the next bytes of content, in milliseconds; 35,000 if absent. */
  readonly answerMs?: number;
  /** The axis's public key for receipts: `submit` then checks each receipt before it returns. */
  readonly receiptIssuer?: ReceiptIssuerJwk;
  /** Milliseconds since the epoch; for tests, and for an axis whose clock was moved. */
  readonly now?: () => number;
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: () => number;
  /** Waits for so many milliseconds, or until the signal fires. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Which page of a list. */
export interface PageQuery {
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** What to search the directory by: one of code, name and parent, or nothing for all. */
export type AgencyQuery = PageQuery &
  ({ readonly code: string } | { readonly name: string } | { readonly parent: string } | object);

/** Whose attachments; a leased delivery and the answer of `dispatch` are both of this shape. */
export interface AttachmentTarget {
  readonly dispatchId: string;
  /** The delivery by which you may have them; absent for the sender. */
  readonly deliveryId?: string | undefined;
}

/** Who wants to hear how far a download is, and can stop it. */
export type SaveOptions = Pick<FileDownload, 'onProgress' | 'signal'>;

/** What `fetchContent` needs to know; a leased delivery and the answer of `dispatch` are both of this shape. */
export interface ContentTarget {
  readonly dispatchId: string;
  /** The delivery by which you may have it; absent for the sender. */
  readonly deliveryId?: string;
  readonly headline: { readonly sha256: string; readonly bytes: number };
  /** A link that came with the lease. */
  readonly content?: string | undefined;
}

/**
 * One system's client of one axis. Every method is a route of the contract and may be called again after any failure: the axis
 * makes repeats harmless. Methods throw `AxisRefusal` when the axis says no and `AxisFault` when no usable answer came.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { AxisClient, readProfile, signDocument } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * const client = AxisClient.of(profile);
 * const signed = await signDocument(await readFile('letter.edxml'), profile);
 * const { dispatchId, outcome } = await client.submit(signed);
 * console.log(outcome, dispatchId);
 */
export class AxisClient {
  readonly #connection: AxisConnection;
  readonly #inbox: InboxTools;
  readonly #receiptIssuer: ReceiptIssuerJwk | undefined;
  readonly #download: Omit<Parameters<typeof downloadContent>[1], 'freshLink'>;
  readonly #language: Language;
  readonly #transfer: Omit<UploadTools, 'connection'>;

  constructor(options: AxisClientOptions) {
    const url = axisUrl(options.url);
    const now = options.now ?? Date.now;
    const shared = {
      fetch: options.fetch ?? globalThis.fetch,
      retry: { ...USUAL_RETRIES, ...options.retry },
      random: options.random ?? Math.random,
      pause: options.pause ?? pauseFor,
      answerMs: options.answerMs ?? USUAL_ANSWER_MS,
    };
    const { audience, system, key, language = 'en' } = options;
    const tokens = new BearerTokens({ audience, system, key, now });
    const localAxis = isLoopback(url);
    this.#connection = new AxisConnection({ ...shared, url, now, language, tokens, followsClock: localAxis });
    this.#download = { ...shared, localAxis };
    this.#transfer = { ...shared, localAxis };
    this.#receiptIssuer = options.receiptIssuer;
    this.#language = language;
    this.#inbox = { ...shared, localAxis, language, now: () => tokens.axisNow() };
  }

  /** The client of the system that a profile describes. */
  static of(profile: Profile, options: Partial<AxisClientOptions> = {}): AxisClient {
    const { url, axis: audience, system, key, language, receiptIssuer } = profile;
    return new AxisClient({ url, audience, system, key, receiptIssuer, ...(language && { language }), ...options });
  }

  /**
   * Submits a signed message, byte for byte; the same bytes again get the same receipt.
   *
   * @throws AxisFault `mismatch` when the client knows the receipt issuer and the receipt does not hold for these bytes.
   */
  async submit(message: Uint8Array, options: SubmitOptions = {}): Promise<AnswerOf<'submit'>> {
    const digest = createHash('sha256').update(message).digest();
    const tools = this.#submitTools();
    const first = await sendMessage({ bytes: message, digest }, options, tools);
    const { submissionId } = first;
    const waits = submissionId !== undefined && options.background !== true;
    const answer = waits ? await awaitSubmission(submissionId, options, tools) : first;
    const isLater = options.background === true && answer.outcome === 'working';
    if (this.#receiptIssuer !== undefined && answer.outcome !== 'would-be-accepted' && !isLater) {
      const { dispatchId } = answer;
      requireReceipt(answer, { dispatchId, sha256: digest.toString('hex') }, this.#receiptIssuer);
    }
    return answer;
  }

  /** What became of a submission that went on in the background. */
  submission(submissionId: string): Promise<AnswerOf<'submission'>> {
    return this.#connection.call('submission', { path: { submissionId } });
  }

  /**
   * Waits until a submission in the background is decided, and answers or throws as `submit` would have.
   *
   * @throws AxisFault `mismatch` when the client knows the receipt issuer and the receipt does not hold.
   */
  async submitted(submissionId: string, options: Pick<SubmitOptions, 'onProgress' | 'signal'> = {}) {
    const answer = await awaitSubmission(submissionId, options, this.#submitTools());
    if (this.#receiptIssuer !== undefined)
      requireReceipt(answer, { dispatchId: answer.dispatchId }, this.#receiptIssuer);
    return answer;
  }

  #submitTools(): SubmitTools {
    return { ...this.#transfer, connection: this.#connection, language: this.#language };
  }

  /**
   * Uploads a file in constant memory, so that a message can name it by its digest as a detached attachment. The same content
   * again goes on where the upload stood, also in another process.
   *
   * @example
   * const { sha256 } = await client.upload(await openAsBlob('annex.pdf'), { what: 'attachment' });
   */
  upload(content: Blob, options: UploadOptions): Promise<AnswerOf<'completeUpload'>> {
    return uploadContent(content, options, { ...this.#transfer, connection: this.#connection });
  }

  /** What a dispatch carries, inside the message and beside it: real type, length and digest of each. */
  attachments(target: AttachmentTarget): Promise<AnswerOf<'attachments'>> {
    const { dispatchId, deliveryId: delivery } = target;
    return this.#connection.call('attachments', { path: { dispatchId }, query: { delivery } });
  }

  /** A short-lived link to one attachment, counted from 1. */
  attachment(target: AttachmentTarget, n: number): Promise<AnswerOf<'attachment'>> {
    const { dispatchId, deliveryId: delivery } = target;
    const path = { dispatchId, n: String(n) };
    return this.#connection.call('attachment', { path, query: { delivery, as: 'link' } });
  }

  /**
   * Saves one attachment to a file in constant memory. A broken download goes on where it broke off; the file appears only when
   * it is what the axis promised.
   *
   * @throws AxisFault `mismatch` when the bytes are not those that the axis promised.
   */
  async saveAttachment(target: AttachmentTarget & { readonly n: number }, path: string, options: SaveOptions = {}) {
    const first = await this.attachment(target, target.n);
    const { sha256, bytes } = first;
    const freshLink = async () => (await this.attachment(target, target.n)).href;
    await downloadToFile({ sha256, bytes, freshLink, ...options }, path, this.#transfer);
    return first;
  }

  /** What one of your agencies sent, newest first. */
  sent(query: PageQuery & { readonly agency: string }): Promise<AnswerOf<'sent'>> {
    return this.#connection.call('sent', { query: { ...query } });
  }

  /** A dispatch with its deliveries and timelines; `after` leads to more deliveries. */
  dispatch(dispatchId: string, query: { readonly after?: string | undefined } = {}): Promise<AnswerOf<'dispatch'>> {
    return this.#connection.call('dispatch', { path: { dispatchId }, query: { ...query } });
  }

  /**
   * What became of a dispatch that you sent, as signed records with proofs that they stand in the axis's log; `checkEvidence` checks them
   * offline. Steps of the last minutes are still `waiting`.
   */
  async dispatchEvidence(dispatchId: string): Promise<AnswerOf<'dispatchEvidence'>> {
    return about(dispatchId, await this.#connection.call('dispatchEvidence', { path: { dispatchId } }));
  }

  /** The same of one delivery, which you sent or received. */
  async deliveryEvidence(deliveryId: string): Promise<AnswerOf<'deliveryEvidence'>> {
    return about(deliveryId, await this.#connection.call('deliveryEvidence', { path: { deliveryId } }));
  }

  /** A short-lived link to the bytes; `delivery` says by which delivery you may have them. */
  content(dispatchId: string, query: { readonly delivery?: string | undefined } = {}): Promise<AnswerOf<'content'>> {
    return this.#connection.call('content', { path: { dispatchId }, query: { ...query, as: 'link' } });
  }

  /** A short-lived link to the published directory, or to what changed since a version that you have. */
  directory(query: { readonly since?: number | undefined } = {}): Promise<AnswerOf<'directory'>> {
    return this.#connection.call('directory', { query: { ...query, as: 'link' } });
  }

  /** Leases waiting deliveries, urgent ones first. */
  receive(request: RequestOf<'receive'> = {}): Promise<AnswerOf<'receive'>> {
    return this.#connection.call('receive', { body: json(request), waitMs: (request.waitSeconds ?? 0) * 1000 });
  }

  /**
   * The deliveries of your inbox, one after the other, for ever: waits for them (on your own SQS queue where the axis vends
   * credentials for it, else with `receive`), leases them, holds the lease while you work, acknowledges when the body of the loop
   * ends, and gives back when it throws or breaks. Failures that pass, such as a restart of the axis, are waited out.
   *
   * @throws AxisRefusal from the loop, for a refusal that waiting does not cure.
   */
  inbox(options: InboxOptions = {}): Inbox {
    return new Inbox(this, options, this.#inbox);
  }

  /** What waits, without leasing it. */
  waiting(query: PageQuery = {}): Promise<AnswerOf<'inbox'>> {
    return this.#connection.call('inbox', { query: { ...query } });
  }

  /** Short-lived AWS credentials to long-poll your own inbox queue. */
  credentials(): Promise<AnswerOf<'credentials'>> {
    return this.#connection.call('credentials', { body: json({}) });
  }

  /** Leases the delivery that a hint of the inbox queue names. */
  lease(deliveryId: string, request: RequestOf<'lease'> = {}): Promise<AnswerOf<'lease'>> {
    return this.#connection.call('lease', { path: { deliveryId }, body: json(request) });
  }

  /** Acknowledges a leased delivery; `sha256` lets the axis check that you have the right bytes. */
  acknowledge(deliveryId: string, request: RequestOf<'acknowledge'>): Promise<AnswerOf<'acknowledge'>> {
    return this.#connection.call('acknowledge', { path: { deliveryId }, body: json(request) });
  }

  /** Acknowledges up to 25 leased deliveries; each has a result of its own. */
  acknowledgeBatch(request: RequestOf<'acknowledgeBatch'>): Promise<AnswerOf<'acknowledgeBatch'>> {
    return this.#connection.call('acknowledgeBatch', { body: json(request) });
  }

  /** Gives a leased delivery back, now or after some seconds. */
  release(deliveryId: string, request: RequestOf<'release'>): Promise<AnswerOf<'release'>> {
    return this.#connection.call('release', { path: { deliveryId }, body: json(request) });
  }

  /** Refuses a leased delivery for good, with a reason that the sender reads. */
  reject(deliveryId: string, request: RequestOf<'reject'>): Promise<AnswerOf<'reject'>> {
    return this.#connection.call('reject', { path: { deliveryId }, body: json(request) });
  }

  /** Holds a leased delivery for longer. */
  extend(deliveryId: string, request: RequestOf<'extend'>): Promise<AnswerOf<'extend'>> {
    return this.#connection.call('extend', { path: { deliveryId }, body: json(request) });
  }

  /** Searches the directory by the beginning of a code or name, or below a parent. */
  agencies(query: AgencyQuery = {}): Promise<AnswerOf<'agencies'>> {
    return this.#connection.call('agencies', { query: { ...query } });
  }

  /** Your system and the agencies that it serves. */
  me(query: PageQuery = {}): Promise<AnswerOf<'me'>> {
    return this.#connection.call('me', { query: { ...query } });
  }

  /**
   * Says where your system is notified (Standard Webhooks). The endpoint must answer a signed ping with 2xx before it counts; the
   * secret with which you check signatures is in this answer only. Calling it again replaces address and secret.
   */
  setWebhook(url: string): Promise<AnswerOf<'setWebhook'>> {
    return this.#connection.call('setWebhook', { body: json({ url }) });
  }

  /** Your webhook and how it does. */
  webhook(): Promise<AnswerOf<'showWebhook'>> {
    return this.#connection.call('showWebhook');
  }

  /** Ends your webhook; what was on its way is dropped. */
  removeWebhook(): Promise<AnswerOf<'removeWebhook'>> {
    return this.#connection.call('removeWebhook');
  }

  /** Whether the axis answers; needs no key. */
  health(): Promise<AnswerOf<'health'>> {
    return this.#connection.call('health');
  }

  /** Id, version, limits and public keys of the axis; needs no key. */
  axis(): Promise<AnswerOf<'axis'>> {
    return this.#connection.call('axis');
  }

  /**
   * Downloads the exact bytes of a dispatch and checks their length and SHA-256; with `range` only a part, of which the length is
   * checked.
   *
   * @throws AxisFault `mismatch` when the bytes are not those that the axis promised.
   */
  fetchContent(target: ContentTarget, range?: ByteRange): Promise<Buffer> {
    const { sha256, bytes } = target.headline;
    const freshLink = async () => {
      const answer = await this.content(target.dispatchId, { delivery: target.deliveryId });
      return answer.href;
    };
    return downloadContent({ sha256, bytes, link: target.content, range }, { ...this.#download, freshLink });
  }

  /** Checks a receipt without network or clock; `issuer` is the axis's public key (`receiptIssuer` of `axis()`). */
  verifyReceipt(evidence: ReceiptEvidence, issuer: ReceiptIssuerJwk): ReceiptVerdict {
    return checkReceipt(evidence, issuer);
  }
}

/** @throws AxisFault `mismatch` when the evidence is of something else than was asked for. */
function about<E extends { readonly of: string }>(asked: string, evidence: E): E {
  if (evidence.of === asked) return evidence;
  throw new AxisFault('mismatch', `the axis gave evidence of ${evidence.of} for ${asked}`);
}

/** The end of a pause that was cut short is no error: who cut it knows. */
const pauseFor = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleep(ms, undefined, signal && { signal }).catch(() => undefined);

const json = (value: unknown) => ({ type: 'application/json', bytes: JSON.stringify(value) });
