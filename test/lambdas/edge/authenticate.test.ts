import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SystemId } from '../../../core/contract/ids.ts';
import type { KeyClaim, SystemRecord } from '../../../core/contract/records.ts';
import { Authenticator } from '../../../lambdas/edge/authenticate.ts';

const NOW = Date.UTC(2026, 2, 2, 8, 0, 0);
const SECOND = NOW / 1000;
const AXIS = 'docaxis.test';

interface TestKey {
  readonly kid: string;
  readonly system: SystemId;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const idOf = (text: string) => text as SystemId;
const ecKey = (kid: string, system: string): TestKey => ({
  kid,
  system: idOf(system),
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});

const ministry = ecKey('ministry-key-1', 'ministry');
const centre = ecKey('centre-key-1', 'centre');
const stranger = ecKey('stranger-key-1', 'stranger');
const rsa: TestKey = {
  kid: 'rsa-key-1',
  system: idOf('ministry'),
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const edwards: TestKey = { kid: 'edwards-key-1', system: idOf('ministry'), ...generateKeyPairSync('ed25519') };
const p384: TestKey = {
  kid: 'p384-key-1',
  system: idOf('ministry'),
  ...generateKeyPairSync('ec', { namedCurve: 'P-384' }),
};
const orphan = ecKey('orphan-key-1', 'nobody-has-this');

const claimOf = ({ kid, system, publicKey }: TestKey): KeyClaim => {
  const jwk: Record<string, string> = {};
  for (const [name, value] of Object.entries(publicKey.export({ format: 'jwk' })))
    if (typeof value === 'string') jwk[name] = value;
  return { kid, system, jwk, from: 0 };
};

const claims = new Map([ministry, centre, rsa, edwards, p384, orphan].map((key) => [key.kid, claimOf(key)]));
const record = (systemId: string, status: SystemRecord['status'] = 'active'): SystemRecord => ({
  v: 1,
  systemId: idOf(systemId),
  name: systemId,
  revision: 1,
  status,
  createdAt: 0,
  keys: [],
  history: [],
});
const systems = new Map<string, SystemRecord>();

let asked: string[] = [];
const directory = {
  key: async (kid: string) => {
    asked.push(kid);
    return claims.get(kid);
  },
  system: async (id: SystemId) => systems.get(id),
};
const authenticator = new Authenticator({ axis: AXIS, clock: { now: () => NOW }, directory });

beforeEach(() => {
  asked = [];
  systems.clear();
  systems.set('ministry', record('ministry'));
  systems.set('centre', record('centre'));
});

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const GOOD = { iss: 'ministry', aud: AXIS, iat: SECOND, exp: SECOND + 300 };

interface Parts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown> | string;
  readonly key?: TestKey;
  readonly signature?: (input: string) => Buffer;
}

/** A token in which every part can be wrong. */
function token({ header = {}, claims: payload = GOOD, key = ministry, signature }: Parts = {}): string {
  const input = `${encode({ alg: 'ES256', kid: key.kid, ...header })}.${encode(payload)}`;
  const signed =
    signature?.(input) ?? sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `Bearer ${input}.${signed.toString('base64url')}`;
}

async function codeOf(authorization: string | undefined): Promise<string> {
  const outcome = await authenticator.authenticate(authorization);
  return outcome.ok ? `ok ${outcome.value.systemId}` : outcome.refusal.code;
}

const without = (name: string) => Object.fromEntries(Object.entries(GOOD).filter(([claim]) => claim !== name));
const publicPem = ministry.publicKey.export({ format: 'pem', type: 'spki' });
const publicDer = ministry.publicKey.export({ format: 'der', type: 'spki' });
const macWith = (secret: string | Buffer) => (input: string) => createHmac('sha256', secret).update(input).digest();
const raw = (key: TestKey, digest: string | null) => (input: string) =>
  sign(digest, Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });

describe('tokens that are taken', () => {
  test.each([
    ['ES256', token()],
    ['RS256', token({ key: rsa, header: { alg: 'RS256' }, signature: raw(rsa, 'sha256') })],
    ['EdDSA', token({ key: edwards, header: { alg: 'EdDSA' }, signature: raw(edwards, null) })],
    ['ES384', token({ key: p384, header: { alg: 'ES384' }, signature: raw(p384, 'sha384') })],
    ['a clock that is a minute ahead', token({ claims: { ...GOOD, iat: SECOND + 60, exp: SECOND + 360 } })],
    ['a clock that is a minute behind', token({ claims: { ...GOOD, iat: SECOND - 359, exp: SECOND - 59 } })],
    ['several audiences, this axis among them', token({ claims: { ...GOOD, aud: ['another', AXIS] } })],
    ['the scheme in small letters', token().replace('Bearer', 'bearer')],
  ])('%s', async (_, authorization) => {
    expect(await codeOf(authorization)).toBe('ok ministry');
  });
});

describe('tokens that are not taken', () => {
  test.each([
    ['nothing', undefined, 'authentication-required'],
    ['an empty header', '', 'authentication-required'],
    ['another scheme', 'Basic bWluaXN0cnk6c2VjcmV0', 'token-invalid'],
    ['two parts', 'Bearer eyJhbGciOiJub25lIn0.e30', 'token-invalid'],
    ['four parts', `${token()}.AAAA`, 'token-invalid'],
    ['two tokens in one header', `${token()}, ${token()}`, 'token-invalid'],
    ['line breaks around the token', `${token()}\r\n`, 'token-invalid'],
    ['4,097 characters and more', token({ claims: { ...GOOD, filler: 'x'.repeat(4096) } }), 'token-invalid'],
    ['a header that is not JSON', `Bearer ${encode('{')}.${encode(GOOD)}.AAAA`, 'token-invalid'],
    ['no key id', token({ header: { kid: undefined } }), 'token-invalid'],
    ['a key id that is no text', token({ header: { kid: 7 } }), 'token-invalid'],
    ['a key id that would reach another record', token({ header: { kid: '../system#ministry' } }), 'token-invalid'],
    ['a key that nobody registered', token({ key: stranger }), 'token-invalid'],
    [
      'a registered key whose system is gone',
      token({ key: orphan, claims: { ...GOOD, iss: 'nobody-has-this' } }),
      'token-invalid',
    ],
    [
      'alg none without a signature',
      `${token({ header: { alg: 'none' } })
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
      'token-invalid',
    ],
    ['alg none with a signature', token({ header: { alg: 'none' } }), 'token-invalid'],
    [
      'HS256 with the public key (PEM) as the secret',
      token({ header: { alg: 'HS256' }, signature: macWith(String(publicPem)) }),
      'token-invalid',
    ],
    [
      'HS256 with the public key (DER) as the secret',
      token({ header: { alg: 'HS256' }, signature: macWith(publicDer) }),
      'token-invalid',
    ],
    ['RS256 for an EC key', token({ header: { alg: 'RS256' } }), 'token-invalid'],
    ['ES256 for an RSA key', token({ key: rsa }), 'token-invalid'],
    [
      'PS256 for an RSA key',
      token({ key: rsa, header: { alg: 'PS256' }, signature: raw(rsa, 'sha256') }),
      'token-invalid',
    ],
    ['an extension that must be understood', token({ header: { crit: ['exp'], exp: 1 } }), 'token-invalid'],
    ['unencoded payload', token({ header: { crit: ['b64'], b64: false } }), 'token-invalid'],
    ['a foreign signature', token({ signature: raw(centre, 'sha256') }), 'token-invalid'],
    ['a signature of nothing', token({ signature: () => Buffer.alloc(64) }), 'token-invalid'],
    ['a payload that is a list', token({ claims: '[]' }), 'token-invalid'],
    ['the key id of another system', token({ key: centre }), 'token-invalid'],
    ['another issuer', token({ claims: { ...GOOD, iss: 'centre' } }), 'token-invalid'],
    ['another axis as audience', token({ claims: { ...GOOD, aud: 'docaxis.production' } }), 'token-invalid'],
    ['no issuer', token({ claims: without('iss') }), 'token-invalid'],
    ['no audience', token({ claims: without('aud') }), 'token-invalid'],
    ['no end', token({ claims: without('exp') }), 'token-invalid'],
    ['no time of issue', token({ claims: without('iat') }), 'token-invalid'],
    ['a time of issue that is a text', token({ claims: { ...GOOD, iat: String(SECOND) } }), 'token-invalid'],
    ['an end that is a text', token({ claims: { ...GOOD, exp: String(SECOND + 300) } }), 'token-invalid'],
    ['an endless life', token({ claims: JSON.stringify(GOOD).replace(/"exp":\d+/, '"exp":1e999') }), 'token-invalid'],
    [
      'an endless life that begins at no end',
      token({ claims: `{"iss":"ministry","aud":"${AXIS}","iat":1e999,"exp":1e999}` }),
      'token-expired',
    ],
    ['301 seconds of life', token({ claims: { ...GOOD, exp: SECOND + 301 } }), 'token-invalid'],
    [
      'an end more than a minute ago',
      token({ claims: { ...GOOD, iat: SECOND - 361, exp: SECOND - 61 } }),
      'token-expired',
    ],
    [
      'a time of issue more than a minute ahead',
      token({ claims: { ...GOOD, iat: SECOND + 61, exp: SECOND + 361 } }),
      'token-expired',
    ],
    ['a start (nbf) more than a minute ahead', token({ claims: { ...GOOD, nbf: SECOND + 61 } }), 'token-invalid'],
  ])('%s', async (_, authorization, code) => {
    expect(await codeOf(authorization)).toBe(code);
  });
});

test('of two claims with one name the last one counts, as signed: an earlier issuer changes nothing', async () => {
  const twice = (first: string, last: string) =>
    token({ claims: `{"iss":"${first}",${JSON.stringify({ ...GOOD, iss: last }).slice(1)}` });
  expect(await codeOf(twice('ministry', 'centre'))).toBe('token-invalid');
  expect(await codeOf(twice('centre', 'ministry'))).toBe('ok ministry');
});

test('a huge or malformed token costs no look into the registry', async () => {
  await codeOf(`Bearer ${'a'.repeat(8000)}.b.c`);
  await codeOf('Bearer a.b');
  await codeOf(token({ header: { kid: 'x' } }));
  expect(asked).toEqual([]);
});

test('a suspended system is told so, and only after its signature holds', async () => {
  systems.set('ministry', record('ministry', 'suspended'));
  expect(await codeOf(token())).toBe('system-suspended');
  expect(await codeOf(token({ signature: raw(centre, 'sha256') }))).toBe('token-invalid');
});

test('a key that was registered anew under the same id replaces the old one at once', async () => {
  expect(await codeOf(token())).toBe('ok ministry');
  const renewed = ecKey(ministry.kid, 'ministry');
  claims.set(ministry.kid, claimOf(renewed));
  try {
    expect(await codeOf(token())).toBe('token-invalid');
    expect(await codeOf(token({ key: renewed }))).toBe('ok ministry');
  } finally {
    claims.set(ministry.kid, claimOf(ministry));
  }
});

test('a failure of the registry is a fault and never an answer about the token', async () => {
  const broken = new Authenticator({
    axis: AXIS,
    clock: { now: () => NOW },
    directory: {
      key: async () => {
        throw new Error('throttled');
      },
      system: async () => undefined,
    },
  });
  await expect(broken.authenticate(token())).rejects.toThrow('throttled');
});
