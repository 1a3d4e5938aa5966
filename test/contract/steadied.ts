/** In the place of a certificate or another DER structure. */
const DER = `MIIB${'exampleDER00'.repeat(6)}`;

/** In the place of a hash in base64. */
const HASH = `${'0'.repeat(43)}=`;

/** Values under these names differ from run to run, or would be secrets elsewhere. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
  secretAccessKey: 'example/secret/access/key',
  sessionToken: 'example-session-token',
  secret: 'example-secret-shown-once',
  token: 'A'.repeat(22),
  leaseToken: 'A'.repeat(22),
  receipt: 'eyJhbGciOiJFUzI1NiJ9.eyJleGFtcGxlIjp0cnVlfQ.c2lnbmF0dXJl',
  receiptCertificate: DER,
  record: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF4aXMtZXZpZGVuY2UrandzIn0.eyJleGFtcGxlIjp0cnVlfQ.c2lnbmF0dXJl',
  // The place in the log depends on what else was logged in the same round.
  index: 4711,
  proof: `c2sp.org/tlog-proof@v1\nindex 4711\n${HASH}\n${HASH}\n\ndocaxis.evaluation/log\n4712\n${HASH}\n\n\u2014 docaxis.evaluation/log L15IozBFAiEA\n`,
  href: 'https://storage.example/object?X-Amz-Signature=example',
  content: 'https://storage.example/object?X-Amz-Signature=example',
  url: 'https://hooks.example/docaxis?key=example',
  queueUrl: 'https://queues.example/inbox',
  endpoint: 'https://queues.example',
  kid: 'example-key-2026',
  certificate: DER,
  pem: `-----BEGIN CERTIFICATE-----\n${DER}\n-----END CERTIFICATE-----\n`,
  serial: '01',
  'Content-Digest': 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:',
  'x-amz-checksum-sha256': 'RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=',
  instance: 'urn:docaxis:request:dZPX2gT5yQ0EMdg=',
  // A certificate's length differs with its signature, and so does a message with one in it.
  bytes: 20_480,
  'content-length': '20480',
};

/** Ids and digests keep who is who: the first one seen is number 1 everywhere. */
const BY_FORM: readonly (readonly [RegExp, (n: number) => string])[] = [
  [/\b(?:dsp|dlv|upl|sub|evt)_[a-z2-7]{32}\b/g, (n) => base32Number(n, 32)],
  [/\bsct_[a-z2-7]{16}\b/g, (n) => base32Number(n, 16)],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, (n) => uuidNumber(n)],
  [/\b[0-9a-f]{64}\b/g, (n) => String(n).padStart(64, '0')],
  [/(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])/g, (n) => String(n).padStart(43, 'A')],
];
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const LONG_BASE64 = /^(?:MII[A-Za-z0-9+/]{100,}={0,2}|[A-Za-z0-9+/]{200,}={0,2})$/;

/** `next` of a page. */
const CURSOR = /^eyJ[\w-]{20,}$/;

const uuidNumber = (n: number): string => `01970000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const base32Number = (n: number, length: number): string =>
  [...n.toString(8).padStart(length, '0')].map((digit) => 'abcdefgh'[Number(digit)]).join('');

/** Replaces in JSON what differs from run to run, so that the same calls give the same text. */
export class Steadied {
  readonly #seen = new Map<string, string>();
  readonly #counts = new Map<RegExp, number>();

  value(value: unknown, name = ''): unknown {
    if (typeof value === 'object' && value !== null) return this.#inside(value);
    const fixed = BY_NAME[name];
    if (fixed !== undefined && typeof fixed === typeof value) return fixed;
    return typeof value === 'string' ? this.#text(value) : value;
  }

  #inside(value: object): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    // A page of its own has all limits: with a new one no example grows old.
    if ('messageBytes' in value) return { messageBytes: value.messageBytes };
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.value(inner, name)]));
  }

  #text(text: string): string {
    if (LONG_BASE64.test(text)) return DER;
    if (CURSOR.test(text)) return 'eyJleGFtcGxlIjp0cnVlfQ';
    let steady = text.replaceAll(TIME, '2026-03-02T02:00:00.000Z');
    for (const [form, numbered] of BY_FORM)
      steady = steady.replaceAll(form, (found) => this.#same(found, form, numbered));
    return steady;
  }

  #same(found: string, form: RegExp, numbered: (n: number) => string): string {
    const known = this.#seen.get(found);
    if (known !== undefined) return known;
    const n = (this.#counts.get(form) ?? 0) + 1;
    this.#counts.set(form, n);
    const prefix = /^[a-z]{3}_/.exec(found)?.[0] ?? '';
    const steady = `${prefix}${numbered(n)}`;
    this.#seen.set(found, steady);
    return steady;
  }
}
