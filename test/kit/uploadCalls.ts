import { AxisFault } from '../../client/axisFault.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { BearerTokens } from '../../client/bearerTokens.ts';
import { type AnswerOf, PROBLEM } from '../../core/contract/answers.ts';
import type { RequestOf } from '../../core/contract/requests.ts';
import type { WorldSystemName } from '../../world/places.ts';
import type { TestAxis } from './testAxis.ts';
import { until } from './until.ts';

/** The routes of uploads one by one, without the client that puts them together. */
export class UploadCalls {
  readonly #town: TestAxis;
  readonly #tokens: BearerTokens;

  constructor(town: TestAxis, system: WorldSystemName) {
    const key = town.world.systems.find(({ systemId }) => systemId === system)?.key;
    if (!key) throw new RangeError(`no system ${system}`);
    this.#town = town;
    this.#tokens = new BearerTokens({ audience: town.facts.axis, system, key, now: () => town.axis.clock.now() });
  }

  /** A POST with a JSON body, or a GET where that is null; whatever it answers. */
  async raw(path: string, body: unknown = {}): Promise<Response> {
    const isPost = body !== null;
    return fetch(new URL(path, this.#town.facts.url), {
      method: isPost ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${await this.#tokens.token()}`,
        ...(isPost ? { 'content-type': 'application/json' } : {}),
      },
      body: isPost ? JSON.stringify(body) : null,
    });
  }

  async #call<T>(path: string, body: unknown): Promise<T> {
    const response = await this.raw(path, body);
    const answer: unknown = await response.json();
    if (response.ok) return answer as T;
    if (response.status >= 500)
      throw new AxisFault('fault', `${path}: ${response.status}`, { status: response.status });
    throw new AxisRefusal(PROBLEM.parse(answer));
  }

  start(request: RequestOf<'startUpload'>): Promise<AnswerOf<'startUpload'>> {
    return this.#call('/v1/uploads', request);
  }

  see(uploadId: string): Promise<AnswerOf<'upload'>> {
    return this.#call(`/v1/uploads/${uploadId}`, null);
  }

  parts(uploadId: string, wanted: RequestOf<'uploadParts'>): Promise<AnswerOf<'uploadParts'>> {
    return this.#call(`/v1/uploads/${uploadId}/parts`, wanted);
  }

  complete(uploadId: string, request: RequestOf<'completeUpload'> = {}): Promise<AnswerOf<'completeUpload'>> {
    return this.#call(`/v1/uploads/${uploadId}/complete`, request);
  }

  /** Completes again and again until the upload is sealed or failed, as a client does. */
  settled(uploadId: string): Promise<AnswerOf<'completeUpload'>> {
    return until(async () => {
      const upload = await this.complete(uploadId);
      return upload.state === 'sealing' ? undefined : upload;
    }, `${uploadId} is sealed or failed`);
  }

  submit(uploadId: string): Promise<AnswerOf<'submit'>> {
    return this.#call('/v1/dispatches', { uploadId });
  }
}
