import { type RawAnswer, type RawRequest, rawExchange } from './rawExchange.ts';
import { readAnswer, type SdkResult, type SdkVersion } from './readAnswer.ts';
import { brokenHashOf, PREFIX, signHeaders, timestampOf } from './signHeaders.ts';

export interface SdkOptions {
  readonly version: SdkVersion;
  /** Base URL of the operations; a path is kept. */
  readonly endpoint: string;
  readonly systemId: string;
  readonly secret: string;
  /** When the process of the client began: the time of every call. */
  readonly startedAt?: Date;
  /** Attempts after a connection that ended without an answer, 2 to 5. */
  readonly retry?: number;
}

export interface Sent {
  readonly result: SdkResult | null;
  /** The last answer on the wire, after redirects. */
  readonly answer: RawAnswer | undefined;
  /** Requests that went out, repeats and followed redirects included. */
  readonly requests: number;
}

/** What a check may bend on the wire. */
export interface Bend {
  readonly hangUp?: RawRequest['hangUp'];
  /** As a gateway does that writes all names in lower case. */
  readonly lowerCaseNames?: boolean;
  /** Replaces a header after it was signed, or adds one. */
  readonly forge?: Readonly<Record<string, string>>;
  /** What `hash-file` says instead of the SDK's own form. */
  readonly hashFile?: string;
  /** Leave out the CR LF behind the file, as a repaired client would. */
  readonly noLineEnd?: boolean;
}

const AGENT = 'JAVASDKAgent/1.0.0 XRoad/VPCP';

/**
 * A service object of the SDK as it shows itself on the wire: one map of headers for its whole life, which is never
 * emptied, and the time of its making in every call.
 */
export class OldSdk {
  readonly #options: SdkOptions;
  readonly #headers: Map<string, string>;

  constructor(options: SdkOptions) {
    this.#options = options;
    this.#headers = new Map([
      ['systemid', options.systemId],
      ['timestamp', timestampOf(options.startedAt ?? new Date())],
    ]);
  }

  get version(): SdkVersion {
    return this.#options.version;
  }

  /** POST of the file and a CR LF, fully in memory; a connection that ends without an answer is tried once more. */
  async sendEdoc(file: Buffer, parameters: Readonly<Record<string, string>>, bend: Bend = {}): Promise<Sent> {
    const hash = bend.hashFile ?? brokenHashOf(file);
    const body = bend.noLineEnd ? file : Buffer.concat([file, Buffer.from('\r\n')]);
    const headers = this.#signed('application/octet-stream', { servicetype: 'eDoc', ...parameters, 'hash-file': hash });
    const layer = [
      ['Cache-Control', 'no-cache'],
      ['Pragma', 'no-cache'],
      ['Accept', 'text/html, image/gif, image/jpeg, */*; q=0.2'],
      ['Connection', 'keep-alive'],
    ] as const;
    const request = this.#request('POST', 'sendEdoc', { headers: [...headers, ...layer], body, bend });
    return this.#settle('sendEdoc', await this.#attempts(request, 2));
  }

  /** Every other operation that posts: `{}` or nothing as body, parameters in headers only. */
  async post(
    operation: string,
    parameters: Readonly<Record<string, string>> = {},
    { body = '', ...bend }: Bend & { readonly body?: string } = {},
  ): Promise<Sent> {
    const headers = this.#signed('application/json', parameters);
    const layer = [
      ['Connection', 'Keep-Alive'],
      ['Accept-Encoding', 'gzip,deflate'],
      ...(body === '' ? [] : [['Expect', '100-continue'] as const]),
    ] as const;
    const request = this.#request('POST', operation, {
      headers: [...headers, ...layer],
      body: Buffer.from(body),
      bend,
    });
    const first = await this.#attempts(request, this.#options.retry ?? 3);
    if (first.answer?.status !== 303) return this.#settle(operation, first);
    return this.#settle(operation, await this.#follow(first, request));
  }

  /** GET of 2.0.1, whose answer is the file itself. */
  async downloadEdoc(parameters: Readonly<Record<string, string>>, withHeaders = true): Promise<Sent> {
    const headers = withHeaders ? this.#signed('application/json', parameters) : [];
    const layer = [
      ['Connection', 'Keep-Alive'],
      ['Accept-Encoding', 'gzip,deflate'],
    ] as const;
    const request = this.#request('GET', 'downloadEdoc', {
      headers: [...headers, ...layer],
      body: Buffer.alloc(0),
      bend: {},
    });
    const first = await this.#attempts(request, 1);
    const redirected = [301, 302, 303, 307].includes(first.answer?.status ?? 0);
    const { answer, requests } = redirected ? await this.#follow(first, request) : first;
    const saved = (answer?.body.length ?? 0) > 0;
    const result = saved
      ? { status: 'SUCCESS', ErrorCode: '0', ErrorDesc: '', data: answer?.body }
      : { status: 'FAIL', ErrorCode: '100', ErrorDesc: '' };
    return { result, answer, requests };
  }

  #settle(operation: string, { answer, requests }: Pick<Sent, 'answer' | 'requests'>): Sent {
    return { result: readAnswer(answer, { version: this.version, operation }), answer, requests };
  }

  async #attempts(request: RawRequest, most: number): Promise<Pick<Sent, 'answer' | 'requests'>> {
    for (let requests = 1; ; requests++) {
      const answer = await rawExchange(requests === 1 ? request : whole(request));
      if (answer || requests >= most) return { answer, requests };
    }
  }

  /** A redirect goes with all headers, also to another host; the method becomes GET and the body is gone. */
  async #follow(
    { answer, requests }: Pick<Sent, 'answer' | 'requests'>,
    { url, headers }: RawRequest,
  ): Promise<Pick<Sent, 'answer' | 'requests'>> {
    const target = new URL(answer?.headers.get('location') ?? '', url);
    const kept = headers.filter(([name]) => !['Host', 'Content-Length', 'Expect'].includes(name));
    const host = ['Host', Buffer.from(target.host)] as const;
    const followed = await rawExchange({ url: target, method: 'GET', headers: [host, ...kept], body: Buffer.alloc(0) });
    return { answer: followed, requests: requests + 1 };
  }

  #signed(contentType: string, parameters: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
    for (const [name, value] of Object.entries({ ...parameters, 'Content-Type': contentType }))
      this.#headers.set(name, value);
    const { signHeader, signHeaderKey, hashHeader } = signHeaders(this.#headers, this.#options.secret);
    const own = [...this.#headers].map(([name, value]) => [PREFIX + name, value] as const);
    return [
      ['Content-Type', contentType],
      ...own,
      [`${PREFIX}sign-header-key`, signHeaderKey],
      [`${PREFIX}sign-header`, signHeader],
      [`${PREFIX}hash-header`, hashHeader],
      [`${PREFIX}version`, '3.0.201608'],
      ['User-Agent', AGENT],
    ];
  }

  #request(
    method: string,
    operation: string,
    { headers, body, bend }: { headers: readonly (readonly [string, string])[]; body: Buffer; bend: Bend },
  ): RawRequest {
    const url = new URL(`${this.#options.endpoint}/${operation}`);
    const length = method === 'GET' ? [] : [['Content-Length', String(body.length)] as const];
    const all = [['Host', url.host] as const, ...forged(headers, bend.forge ?? {}), ...length];
    return {
      url,
      method,
      // Letters outside ASCII go out as UTF-8, as sendEdoc writes them.
      headers: all.map(([name, value]) => [
        bend.lowerCaseNames ? name.toLowerCase() : name,
        Buffer.from(value, 'utf8'),
      ]),
      body,
      ...(bend.hangUp ? { hangUp: bend.hangUp } : {}),
    };
  }
}

/** The repeat after a broken connection is whole. */
const whole = ({ hangUp: _, ...request }: RawRequest): RawRequest => request;

function forged(
  headers: readonly (readonly [string, string])[],
  forge: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const replaced = headers.map(([name, value]) => [name, forge[name] ?? value] as const);
  const known = new Set(headers.map(([name]) => name));
  return [...replaced, ...Object.entries(forge).filter(([name]) => !known.has(name))];
}
