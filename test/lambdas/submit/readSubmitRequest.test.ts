import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expect, test } from 'vitest';
import { LIMITS } from '../../../core/contract/limits.ts';
import { readSubmitRequest } from '../../../lambdas/submit/readSubmitRequest.ts';
import { gatewayEvent } from '../gatewayEvent.ts';

const bytes = Buffer.from('<edXML/>\r\n');
const digest = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

function codeOf(headers: Record<string, string>, given: Partial<APIGatewayProxyEventV2> = {}): string {
  const event = gatewayEvent({ headers, body: bytes.toString('base64'), isBase64Encoded: true, ...given });
  const outcome = readSubmitRequest(event);
  return outcome.ok ? 'ok' : outcome.refusal.code;
}

const edxml = { 'content-type': 'application/edxml' };

test.each<[string, Record<string, string>, Partial<APIGatewayProxyEventV2>, string]>([
  ['edXML', edxml, {}, 'ok'],
  ['octets', { 'content-type': 'application/octet-stream' }, {}, 'ok'],
  ['with parameters and capitals', { 'content-type': 'Application/EDXML; charset=utf-8' }, {}, 'ok'],
  ['XML, which the gateway decodes', { 'content-type': 'application/xml' }, {}, 'content-type-unsupported'],
  ['text', { 'content-type': 'text/xml' }, {}, 'content-type-unsupported'],
  ['JSON that names no upload', { 'content-type': 'application/json' }, {}, 'body-malformed'],
  [
    'JSON that names one',
    { 'content-type': 'application/json' },
    { body: JSON.stringify({ uploadId: `upl_${'a'.repeat(32)}` }), isBase64Encoded: false },
    'ok',
  ],
  ['no content type', {}, {}, 'content-type-unsupported'],
  ['a longer type that begins alike', { 'content-type': 'application/edxml+xml' }, {}, 'content-type-unsupported'],
  ['the right digest', { ...edxml, 'content-digest': digest }, {}, 'ok'],
  [
    'the digest of other bytes',
    { ...edxml, 'content-digest': digest.replace(/:.{8}/, ':AAAAAAAA') },
    {},
    'content-digest-mismatch',
  ],
  ['a digest that is none', { ...edxml, 'content-digest': 'sha-256=abc' }, {}, 'parameter-invalid'],
  ['a signature of 4,096 characters', { ...edxml, 'document-signature': 'x'.repeat(4096) }, {}, 'ok'],
  ['a signature of 4,097 characters', { ...edxml, 'document-signature': 'x'.repeat(4097) }, {}, 'parameter-invalid'],
  ['dryRun=true', edxml, { queryStringParameters: { dryRun: 'true' } }, 'ok'],
  ['dryRun=1', edxml, { queryStringParameters: { dryRun: '1' } }, 'parameter-invalid'],
  [
    'dryRun twice, as the gateway joins them',
    edxml,
    { queryStringParameters: { dryRun: 'true,false' } },
    'parameter-invalid',
  ],
])('%s', (_, headers, given, code) => {
  expect(codeOf(headers, given)).toBe(code);
});

test('the size limit is exact', () => {
  const of = (size: number) => codeOf(edxml, { body: Buffer.alloc(size, 0x20).toString('base64') });
  expect(of(LIMITS.messageBytes)).toBe('ok');
  expect(of(LIMITS.messageBytes + 1)).toBe('body-too-large');
});

test('bytes, signature and dry run reach the walk as they were sent', () => {
  const event = gatewayEvent({
    headers: { ...edxml, 'document-signature': 'a..b' },
    body: bytes.toString('base64'),
    isBase64Encoded: true,
    queryStringParameters: { dryRun: 'true' },
  });
  const value = { bytes, dryRun: true, documentSignature: 'a..b', background: false };
  expect(readSubmitRequest(event)).toEqual({ ok: true, value });
});

test.each([
  ['respond-async', true],
  ['Respond-Async; foo="bar", wait=10', true],
  ['return=minimal,respond-async', true],
  ['respond-asynchronously', false],
  ['handling=strict', false],
  ['', false],
])('Prefer: %s', (prefer, background) => {
  const event = gatewayEvent({ headers: { ...edxml, prefer }, body: bytes.toString('base64'), isBase64Encoded: true });
  expect(readSubmitRequest(event)).toMatchObject({ ok: true, value: { background } });
});
