import { LIMITS } from '../../core/contract/limits.ts';
import type { KitReply, KitRequest } from './behaviour.ts';
import { sha256Of } from './kitDocuments.ts';
import { kitId } from './kitIds.ts';
import { json, readJson, refusalReply } from './kitReply.ts';

interface KitUpload {
  readonly uploadId: string;
  readonly what: string;
  readonly bytes: number;
  readonly sha256: string;
  content: Buffer | undefined;
}

/** Uploads of large messages: one PUT each, checked against what was declared. */
export class KitUploads {
  readonly #uploads = new Map<string, KitUpload>();
  readonly #storeUrl: () => string;

  constructor(storeUrl: () => string) {
    this.#storeUrl = storeUrl;
  }

  handle({ route, path, body }: KitRequest): KitReply {
    if (route === 'startUpload') return this.#start(readJson(body));
    const upload = this.#uploads.get(path[0] ?? '');
    if (!upload) return refusalReply('upload-not-found', { hours: LIMITS.uploadHours });
    if (route === 'put') return put(upload, body);
    if (route !== 'completeUpload') return json(200, view(upload));
    if (upload.content) return json(200, view(upload));
    return refusalReply('upload-incomplete', { problem: 'nothing has arrived' });
  }

  /** The bytes that a submission names by an upload; undefined where there are none. */
  sealed(body: Buffer): Buffer | undefined {
    return this.#uploads.get(String(readJson(body).uploadId))?.content;
  }

  #start(asked: Readonly<Record<string, unknown>>): KitReply {
    const sha256 = String(asked.sha256);
    const uploadId = kitId('upl', sha256);
    const fresh = { uploadId, what: String(asked.what), bytes: Number(asked.bytes), sha256, content: undefined };
    const upload = this.#uploads.get(uploadId) ?? fresh;
    this.#uploads.set(uploadId, upload);
    const href = new URL(`/put/${uploadId}`, this.#storeUrl()).href;
    const put = { href, headers: { 'x-kit-upload': uploadId }, expiresAt: inAnHour() };
    return json(upload.content ? 200 : 201, { ...view(upload), ...(upload.content ? {} : { put }) });
  }
}

/** As the store does: what differs from the declaration is not kept. */
function put(upload: KitUpload, body: Buffer): KitReply {
  if (body.length !== upload.bytes || sha256Of(body) !== upload.sha256) return json(400, { code: 'BadDigest' });
  upload.content = body;
  return json(200, {});
}

const view = ({ content, ...about }: KitUpload): object => ({
  ...about,
  state: content ? 'sealed' : 'open',
  method: 'put',
  expiresAt: inAnHour(),
});

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
