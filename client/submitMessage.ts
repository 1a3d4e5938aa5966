import type { AnswerOf } from '../core/contract/answers.ts';
import { LIMITS } from '../core/contract/limits.ts';
import { AxisFault } from './axisFault.ts';
import { AxisRefusal, type Language } from './axisRefusal.ts';
import { type TransferProgress, type UploadTools, uploadContent } from './uploads.ts';

/** Milliseconds between two looks at a submission in the background: soon at first, then seldom. */
const LOOK_MS = { first: 250, most: 5000 };

/** How far a submission is: the upload of a message that is too large for one request, then what the axis does in the background. */
export type SubmitProgress = TransferProgress | { readonly phase: 'working'; readonly submissionId: string };

/** What goes along with a message. */
export interface SubmitOptions {
  /** Run every check and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Detached JWS over the bytes (RFC 7797), at most 4,096 characters. */
  readonly documentSignature?: string | undefined;
  /** An OCSP answer about the signer's certificate, DER: the axis then need not have asked its responder. */
  readonly documentRevocation?: Uint8Array | undefined;
  /** When deliveries that nobody collected expire, an hour to a year from now; 30 days if absent. */
  readonly expires?: Date | undefined;
  /**
   * Do not wait for the end: once every check holds, the axis goes on by itself and the outcome is `working`. `submission` and
   * `submitted` tell what came of it. Without it the client waits, also where the axis says by itself that it takes long.
   */
  readonly background?: boolean | undefined;
  readonly onProgress?: ((progress: SubmitProgress) => void) | undefined;
  /** Stops the waiting, not the submission. */
  readonly signal?: AbortSignal | undefined;
}

export interface SubmitTools extends UploadTools {
  readonly language: Language;
}

type Answer = AnswerOf<'submit'>;

/** Sends a message by the way that its size asks for; whatever the axis answers to it. */
export async function sendMessage(
  message: { readonly bytes: Uint8Array; readonly digest: Buffer },
  options: SubmitOptions,
  { connection, ...tools }: SubmitTools,
): Promise<Answer> {
  const { dryRun, documentSignature, background, onProgress, signal } = options;
  const documentRevocation = options.documentRevocation && Buffer.from(options.documentRevocation).toString('base64');
  const deliveryExpires = options.expires?.toISOString();
  const query = { dryRun: dryRun === true ? true : undefined };
  const prefer = background === true ? { prefer: 'respond-async' } : {};
  const bytes = new Uint8Array(message.bytes);
  if (bytes.length <= LIMITS.messageBytes) {
    const signature = documentSignature === undefined ? {} : { 'document-signature': documentSignature };
    const revocation = documentRevocation === undefined ? {} : { 'document-revocation': documentRevocation };
    const expiry = deliveryExpires === undefined ? {} : { 'delivery-expires': deliveryExpires };
    const contentDigest = `sha-256=:${message.digest.toString('base64')}:`;
    return connection.call('submit', {
      query,
      headers: { 'content-digest': contentDigest, ...signature, ...revocation, ...expiry, ...prefer },
      body: { type: 'application/edxml', bytes },
    });
  }
  const upload = { what: 'message', onProgress, signal } as const;
  const { uploadId } = await uploadContent(new Blob([bytes]), upload, { ...tools, connection });
  const body = {
    type: 'application/json',
    bytes: JSON.stringify({ uploadId, documentSignature, documentRevocation, deliveryExpires }),
  };
  return connection.call('submit', { query, headers: prefer, body });
}

/**
 * Looks at a submission until it is decided.
 *
 * @returns what `submit` would have answered.
 * @throws AxisRefusal as `submit` would have, or `submission-not-found` when its time was over first.
 */
export async function awaitSubmission(
  submissionId: string,
  { onProgress, signal }: Pick<SubmitOptions, 'onProgress' | 'signal'>,
  { connection, language, pause }: Pick<SubmitTools, 'connection' | 'language' | 'pause'>,
): Promise<Answer> {
  for (let wait = LOOK_MS.first; ; wait = Math.min(LOOK_MS.most, wait * 2)) {
    signal?.throwIfAborted();
    const { state, answer, refusal } = await connection.call('submission', { path: { submissionId } });
    if (refusal) throw new AxisRefusal(refusal, language);
    if (answer) return answer;
    if (state !== 'working') throw new AxisFault('unexpected', `a submission was ${state} and says no more`);
    onProgress?.({ phase: 'working', submissionId });
    await pause(wait, signal);
  }
}
