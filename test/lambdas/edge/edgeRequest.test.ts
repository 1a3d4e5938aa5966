import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../core/contract/limits.ts';
import type { Outcome } from '../../../core/contract/refusals.ts';
import { REQUESTS } from '../../../core/contract/requests.ts';
import { ROUTE_NAMES, type RouteName } from '../../../core/contract/routes.ts';
import { bodyOf, checkContentDigest, pageOf, parseBody } from '../../../lambdas/edge/edgeRequest.ts';
import { gatewayEvent } from '../gatewayEvent.ts';

const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.refusal.code);
const problemsOf = (outcome: Outcome<unknown>): string =>
  outcome.ok ? '' : String(outcome.refusal.parameters.problems);
const parse = (route: RouteName, body: string, isBase64Encoded = false): Outcome<unknown> =>
  parseBody(route, gatewayEvent({ body, isBase64Encoded }));

const TOKEN = 'A'.repeat(22);
const DELIVERY = `dlv_${'a'.repeat(32)}`;
const PEM = 'x'.repeat(64);

/** One good body for every route that has one: a route without an example fails the test below. */
const GOOD: Readonly<Record<keyof typeof REQUESTS, unknown>> = {
  startUpload: { bytes: 1, sha256: 'a'.repeat(64), what: 'attachment' },
  uploadParts: { from: 1, to: 50 },
  completeUpload: { parts: [{ n: 1, etag: '"abc"' }] },
  setWebhook: { url: 'https://vi-du.example/hook' },
  receive: { max: 10, waitSeconds: 20, leaseSeconds: 30, agency: 'X92', links: true },
  lease: { leaseSeconds: 43_200 },
  acknowledge: { leaseToken: TOKEN, sha256: 'a'.repeat(64) },
  acknowledgeBatch: { items: [{ deliveryId: DELIVERY, leaseToken: TOKEN }] },
  release: { leaseToken: TOKEN, afterSeconds: 0 },
  reject: { leaseToken: TOKEN, reason: 'gửi nhầm' },
  extend: { leaseToken: TOKEN },
  credentials: {},
  addSystem: { systemId: 'sys-1', name: 'Hệ thống', reason: 'mới' },
  addKey: { jwk: { kty: 'EC' }, reason: 'mới' },
  suspendSystem: { suspended: true, reason: 'lộ khóa' },
  setPause: { paused: true, reason: 'bảo trì' },
  setLimits: { requests: 12_000, bytes: 1, reason: 'trung tâm lớn' },
  addSecret: { note: 'phòng máy chủ', reason: 'phần mềm cũ' },
  retireSecret: { until: '2026-03-02T00:00:00Z', reason: 'xoay khóa' },
  addAgency: { code: 'X92', name: 'Bộ', parent: 'X91', system: 'sys-1', reason: 'mới' },
  addCertificate: { pem: PEM, reason: 'mới' },
  retireKey: { until: '2026-03-02T00:00:00Z', reason: 'xoay khóa' },
  importAgencies: { agencies: [{ code: 'X92.05', name: 'Cục', parent: 'X92' }], dryRun: true, reason: 'nhập' },
  changeAgency: { code: 'X92.05', name: 'Bộ', parent: '', reason: 'đổi tên' },
  retireCertificate: { until: '2026-03-02T07:00:00+07:00', reason: 'hết hạn' },
  addAlias: { code: 'X92.06', from: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z', reason: 'mã cũ' },
  moveAgency: { system: 'sys-1', reason: 'chuyển hệ thống' },
  mergeAgency: { into: 'X93', reason: 'sáp nhập' },
  suspendAgency: { suspended: false, reason: 'đã xong' },
  setPolicy: { unsigned: 'accept', reason: 'chuyển tiếp' },
  setTrust: { list: { v: 1 }, replaces: 3, reason: 'mới' },
  tryTrust: { list: { v: 1 }, after: 'x' },
  rebuild: { what: 'look', after: 'dispatches/x', since: '2026-03-02T00:00:00Z', reason: 'phục hồi' },
  holdDispatch: { held: true, reason: 'đang thanh tra' },
  requeue: { reason: 'thử lại' },
  discard: { reason: 'bỏ' },
};
const ROUTES_WITH_BODY = Object.keys(GOOD).filter((name): name is keyof typeof REQUESTS => name in REQUESTS);

describe('every body of the contract', () => {
  test.each(ROUTES_WITH_BODY)('%s: its example is taken, an unknown member is not', (route) => {
    const good = GOOD[route];
    expect(codeOf(parse(route, JSON.stringify(good)))).toBe('ok');
    const misspelt = parse(route, JSON.stringify({ ...Object(good), wiatSeconds: 1 }));
    expect(codeOf(misspelt)).toBe('body-malformed');
    expect(problemsOf(misspelt)).toContain('wiatSeconds');
  });

  test.each(ROUTES_WITH_BODY)('%s: what is no JSON object is refused', (route) => {
    for (const body of ['[]', '"text"', '7', 'null', 'true', '{', '{"a":1}}', '\u{FEFF}{}']) {
      expect(codeOf(parse(route, body)), body).toBe('body-malformed');
    }
  });

  test.each(ROUTES_WITH_BODY)('%s: a body over its limit is refused before it is parsed', (route) => {
    const limit = route === 'setTrust' || route === 'tryTrust' ? LIMITS.trust.bytes : LIMITS.jsonBytes;
    expect(codeOf(parse(route, '{'.repeat(limit + 1)))).toBe('body-too-large');
  });

  test('routes without a body ignore one', () => {
    const others = ROUTE_NAMES.filter((name) => !(name in REQUESTS));
    for (const route of others) expect(parse(route, 'anything {'), route).toEqual({ ok: true, value: {} });
  });
});

describe('bodies outside the contract', () => {
  const tooMany = Array.from({ length: LIMITS.acknowledgeBatch + 1 }, () => ({
    deliveryId: DELIVERY,
    leaseToken: TOKEN,
  }));
  test.each<[string, RouteName, unknown]>([
    ['a number as text', 'receive', { max: '1' }],
    ['none at all', 'receive', { max: 0 }],
    ['more than may be leased', 'receive', { max: LIMITS.receiveMax + 1 }],
    ['a fraction', 'receive', { max: 1.5 }],
    ['a longer wait than the gateway has', 'receive', { waitSeconds: LIMITS.receiveWaitSeconds + 1 }],
    ['a wait before now', 'receive', { waitSeconds: -1 }],
    ['null for a member', 'receive', { agency: null }],
    ['a code that is no text', 'receive', { agency: ['X92'] }],
    ['a code that is too long', 'receive', { agency: 'X'.repeat(36) }],
    ['a lease that is too short', 'lease', { leaseSeconds: LIMITS.leaseSeconds.least - 1 }],
    ['a lease that is too long', 'lease', { leaseSeconds: LIMITS.leaseSeconds.most + 1 }],
    ['no lease token', 'acknowledge', {}],
    ['a lease token that is too long', 'acknowledge', { leaseToken: `${TOKEN}A` }],
    ['a lease token with foreign characters', 'acknowledge', { leaseToken: `${'A'.repeat(21)}!` }],
    ['a digest in capitals', 'acknowledge', { leaseToken: TOKEN, sha256: 'A'.repeat(64) }],
    ['an empty batch', 'acknowledgeBatch', { items: [] }],
    ['a batch that is too long', 'acknowledgeBatch', { items: tooMany }],
    [
      'an item with an unknown member',
      'acknowledgeBatch',
      { items: [{ deliveryId: DELIVERY, leaseToken: TOKEN, state: 'x' }] },
    ],
    ['an empty reason', 'reject', { leaseToken: TOKEN, reason: '   ' }],
    ['a reason that is too long', 'reject', { leaseToken: TOKEN, reason: 'x'.repeat(LIMITS.reasonChars + 1) }],
    ['a system id in capitals', 'addSystem', { systemId: 'SYS', name: 'x', reason: 'y' }],
    ['a system id that would leave its queue', 'addSystem', { systemId: 'a/../b', name: 'x', reason: 'y' }],
    ['a policy that does not exist', 'setPolicy', { unsigned: 'maybe', reason: 'y' }],
    ['a trust list that is no object', 'setTrust', { list: [], reason: 'y' }],
    ['no reason', 'discard', {}],
  ])('%s', (_, route, body) => {
    expect(codeOf(parse(route, JSON.stringify(body)))).toBe('body-malformed');
  });

  test('problems say where, and are bounded in number', () => {
    const problems = problemsOf(
      parse('acknowledgeBatch', JSON.stringify({ items: Array.from({ length: 25 }, () => ({})) })),
    );
    expect(problems).toContain('items.0.deliveryId');
    expect(problems.split('; ')).toHaveLength(10);
  });

  test('a member called __proto__ is an unknown member and changes no prototype', () => {
    expect(codeOf(parse('lease', '{"__proto__":{"leaseSeconds":60}}'))).not.toBe('fault');
    expect(Object.hasOwn(Object.prototype, 'leaseSeconds')).toBe(false);
  });

  test('no body is the empty object: what needs nothing can be called with nothing', () => {
    expect(codeOf(parse('receive', ''))).toBe('ok');
    expect(codeOf(parse('acknowledge', ''))).toBe('body-malformed');
  });
});

test('the bytes of a body are the bytes that were sent, also where they are no text', () => {
  const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xc3]);
  const event: APIGatewayProxyEventV2 = gatewayEvent({ body: bytes.toString('base64'), isBase64Encoded: true });
  expect(bodyOf(event)).toEqual(bytes);
});

describe('Content-Digest (RFC 9530)', () => {
  const bytes = Buffer.from('công văn');
  const right = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
  const wrong = `sha-256=:${createHash('sha256').update('khác').digest('base64')}:`;
  test.each([
    ['none', undefined, 'ok'],
    ['right', right, 'ok'],
    ['right, beside another algorithm', `sha-512=:AAAA:, ${right}`, 'ok'],
    ['wrong', wrong, 'content-digest-mismatch'],
    ['wrong, beside a right one under another name', `${wrong}, unixsum=:${right.slice(9)}`, 'content-digest-mismatch'],
    ['two that contradict each other: the last one counts (RFC 8941)', `${right}, ${wrong}`, 'content-digest-mismatch'],
    ['only another algorithm', 'sha-512=:AAAA:', 'parameter-invalid'],
    ['hexadecimal', `sha-256=:${'a'.repeat(64)}:`, 'parameter-invalid'],
    ['without colons', right.replaceAll(':', ''), 'parameter-invalid'],
    ['empty', '', 'parameter-invalid'],
    ['a longer name that ends alike', `x-${right}`, 'parameter-invalid'],
  ])('%s', (_, header, code) => {
    expect(codeOf(checkContentDigest(header, bytes))).toBe(code);
  });
});

describe('paging parameters', () => {
  test.each([
    [{}, 25],
    [{ limit: '1' }, 1],
    [{ limit: '100', after: 'x' }, 100],
  ])('%j', (query, limit) => {
    expect(pageOf(query)).toMatchObject({ ok: true, value: { limit } });
  });

  test.each(['0', '101', '-1', '1.5', '1e1', ' 1', '', '0x10', '１'])('limit=%s is refused', (limit) => {
    expect(codeOf(pageOf({ limit }))).toBe('parameter-invalid');
  });
});
