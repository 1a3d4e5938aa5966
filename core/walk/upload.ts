import type { AnswerOf } from '../contract/answers.ts';
import { uploadIdOf } from '../contract/derivedIds.ts';
import { isSha256, type UploadId } from '../contract/ids.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Clock } from '../contract/ports.ts';
import type { SystemRecord, UploadRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import type { RequestOf } from '../contract/requests.ts';
import type { SealQueue, UploadObjects, Uploads } from '../contract/transferPorts.ts';
import { incomplete, isMultipart, partBytesOf, partCountOf } from '../upload/parts.ts';
import { viewUpload } from '../upload/viewUpload.ts';
import { ownUpload } from './ownUpload.ts';

export interface UploadPorts {
  readonly clock: Clock;
  readonly uploads: Uploads;
  readonly objects: UploadObjects;
  readonly queue: SealQueue;
  /** A name that was never used before, for the object of a new start. */
  readonly freshName: () => string;
}

/** Starts an upload. The same content again, even by another process after a crash, goes on with the upload that is there. */
export async function startUpload(
  caller: SystemRecord,
  request: RequestOf<'startUpload'>,
  ports: UploadPorts,
): Promise<Outcome<{ readonly isNew: boolean; readonly answer: AnswerOf<'startUpload'> }>> {
  const { what, bytes, sha256 } = request;
  if (!isSha256(sha256)) throw new TypeError('the edge lets no other digest through');
  if (what === 'message' && bytes > LIMITS.uploadedMessageBytes)
    return refuse('message-too-large', { bytes, limit: LIMITS.uploadedMessageBytes });
  const uploadId = uploadIdOf({ system: caller.systemId, what, sha256 });
  const now = ports.clock.now();
  const found = await ports.uploads.find(uploadId);
  if (found && goesOn(found, bytes, now)) return accept({ isNew: false, answer: await answerOf(found, ports) });
  if (!(await ports.uploads.enter(caller.systemId, uploadId, now)))
    return refuse('uploads-too-many', { limit: LIMITS.openUploads });
  const key = `uploads/${uploadId}/${ports.freshName()}`;
  const upload: UploadRecord = {
    v: 1,
    uploadId,
    system: caller.systemId,
    what,
    sha256,
    bytes,
    state: 'open',
    key,
    ...(isMultipart(bytes) ? { multipart: await ports.objects.begin(key) } : {}),
    createdAt: now,
    expiresAt: now + LIMITS.uploadHours * 3_600_000,
  };
  if (!(await ports.uploads.start(upload, found))) return refuse('busy');
  return accept({ isNew: true, answer: await answerOf(upload, ports) });
}

/** One of two declarations with one digest and two lengths is wrong: the last one counts until the digest was checked. */
const goesOn = ({ state, bytes, expiresAt }: UploadRecord, declared: number, now: number): boolean =>
  expiresAt > now && state !== 'failed' && (state !== 'open' || bytes === declared);

async function answerOf(upload: UploadRecord, ports: UploadPorts): Promise<AnswerOf<'startUpload'>> {
  if (upload.state !== 'open') return viewUpload(upload);
  if (upload.multipart !== undefined)
    return viewUpload(upload, await ports.objects.parts(upload.key, upload.multipart));
  const link = await ports.objects.putLink(upload, LIMITS.uploadLinkSeconds);
  return { ...viewUpload(upload), put: { ...link, headers: { ...link.headers }, expiresAt: linkEnd(ports) } };
}

const linkEnd = ({ clock }: UploadPorts): string =>
  new Date(clock.now() + LIMITS.uploadLinkSeconds * 1000).toISOString();

/** How far an upload is: what a client needs to go on. */
export async function seeUpload(
  caller: SystemRecord,
  uploadId: UploadId,
  ports: UploadPorts,
): Promise<Outcome<AnswerOf<'upload'>>> {
  const upload = await ownUpload(caller, uploadId, ports);
  if (!upload.ok) return upload;
  const { state, key, multipart } = upload.value;
  const isOpen = state === 'open' && multipart !== undefined;
  return accept(viewUpload(upload.value, isOpen ? await ports.objects.parts(key, multipart) : undefined));
}

/** Links for a run of parts. They live for a while and are asked for again when they are over. */
export async function linkParts(
  caller: SystemRecord,
  wanted: RequestOf<'uploadParts'> & { readonly uploadId: UploadId },
  ports: UploadPorts,
): Promise<Outcome<AnswerOf<'uploadParts'>>> {
  const upload = await ownUpload(caller, wanted.uploadId, ports);
  if (!upload.ok) return upload;
  const { state, key, multipart, bytes } = upload.value;
  const { from, to } = wanted;
  if (state !== 'open' || multipart === undefined)
    return refuse('parameter-invalid', {
      parameter: 'uploadId',
      problem: state === 'open' ? 'a single PUT has no parts' : `the upload is ${state}`,
    });
  const count = partCountOf(bytes);
  if (to < from || to > count || to - from >= LIMITS.partLinks)
    return refuse('parameter-invalid', {
      parameter: 'to',
      problem: `from ${from} to at most ${Math.min(count, from + LIMITS.partLinks - 1)}`,
    });
  const expiresAt = linkEnd(ports);
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const links = await Promise.all(
    numbers.map(async (n) => {
      const part = { key, multipart, n, bytes: partBytesOf(bytes, n) };
      const { href, headers } = await ports.objects.partLink(part, LIMITS.uploadLinkSeconds);
      return { n, bytes: part.bytes, href, headers: { ...headers }, expiresAt };
    }),
  );
  return accept({ links });
}

/**
 * The client has sent everything. A single PUT is sealed at once, because S3 has checked it; parts go to the worker that
 * reads them all. May be called again and again: that is how a client waits, and what wakes a worker that died.
 */
export async function completeUpload(
  caller: SystemRecord,
  wanted: RequestOf<'completeUpload'> & { readonly uploadId: UploadId },
  ports: UploadPorts,
): Promise<Outcome<AnswerOf<'completeUpload'>>> {
  const upload = await ownUpload(caller, wanted.uploadId, ports);
  if (!upload.ok) return upload;
  const { state, multipart } = upload.value;
  if (state === 'sealing') return askAgain(upload.value, ports);
  if (state !== 'open') return accept(viewUpload(upload.value));
  return multipart === undefined
    ? sealPut(upload.value, ports)
    : sendToWorker({ ...upload.value, multipart }, wanted.parts, ports);
}

async function sealPut(upload: UploadRecord, ports: UploadPorts): Promise<Outcome<AnswerOf<'completeUpload'>>> {
  const there = await ports.objects.stat(upload.key);
  if (!there) return refuse('upload-incomplete', { problem: 'nothing has arrived' });
  // The link signs length and digest, so S3 takes nothing else; seen here all the same, before anything believes it.
  if (there.sha256 !== upload.sha256 || there.bytes !== upload.bytes)
    throw new Error(`object ${upload.key} is not what its link allowed`);
  return settled(upload, { state: 'sealed' }, ports);
}

async function sendToWorker(
  upload: UploadRecord & { readonly multipart: string },
  sent: RequestOf<'completeUpload'>['parts'],
  ports: UploadPorts,
): Promise<Outcome<AnswerOf<'completeUpload'>>> {
  const parts = await ports.objects.parts(upload.key, upload.multipart);
  const problem = incomplete(upload.bytes, parts, sent);
  if (problem !== undefined) return refuse('upload-incomplete', { problem });
  const askedAt = ports.clock.now();
  const etags = parts.toSorted((a, b) => a.n - b.n).map(({ etag }) => etag);
  if (!(await ports.uploads.move(upload, { to: 'sealing', askedAt, etags }))) return refuse('busy');
  await ports.queue.enqueue(upload);
  return accept(viewUpload({ ...upload, state: 'sealing' }));
}

/** A worker that has not come back for a while is asked once more; sealing twice is harmless. */
async function askAgain(upload: UploadRecord, ports: UploadPorts): Promise<Outcome<AnswerOf<'completeUpload'>>> {
  const askedAt = ports.clock.now();
  const isLate = askedAt - (upload.askedAt ?? 0) > LIMITS.overdueSeconds * 1000;
  if (isLate && (await ports.uploads.move(upload, { to: 'sealing', askedAt }))) await ports.queue.enqueue(upload);
  return accept(viewUpload(upload));
}

async function settled(
  upload: UploadRecord,
  { state }: { readonly state: 'sealed' },
  ports: UploadPorts,
): Promise<Outcome<AnswerOf<'completeUpload'>>> {
  if (!(await ports.uploads.move(upload, { to: state }))) return refuse('busy');
  await ports.uploads.leave(upload.system, upload.uploadId);
  return accept(viewUpload({ ...upload, state }));
}
