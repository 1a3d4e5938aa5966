import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  agreesWithHeaders,
  parameterOf,
  readSignedValues,
  signedTextOf,
  signedUnder,
} from '../../../../lambdas/edge/compat/signedHeaders.ts';

const SECRET = 'made-up-secret-91';
const TEXT =
  '{"XroadVnpt-systemid":"X91.W00","XroadVnpt-servicetype":"eDoc","XroadVnpt-messagetype":"edoc","XroadVnpt-timestamp":"22112026T050501+0374","XroadVnpt-Content-Type":"application/json"}';
const HASH = '0a63c41836a8270384627497c6b09118cead767fc415add8d7a2636f8471f179';
const headersOf = (text: string, hash: string) => ({ 'xroadvnpt-sign-header': text, 'xroadvnpt-hash-header': hash });
const hmacOf = (bytes: Buffer): string => createHmac('sha256', SECRET).update(bytes).digest('hex');
const verify = (headers: Readonly<Record<string, string>>, secret = SECRET) => {
  const signed = signedTextOf(headers);
  return signed && signedUnder(signed, secret);
};
const valuesOf = (json: object) => {
  const values = readSignedValues(Buffer.from(JSON.stringify(json)));
  if (!values) throw new Error('not read');
  return values;
};

describe('the signed header of the SDK', () => {
  test('the vector of the wire holds, under its own secret and no other', () => {
    expect(verify(headersOf(TEXT, HASH))?.toString()).toBe(TEXT);
    expect(verify(headersOf(TEXT, HASH.toUpperCase()))).toBeDefined();
    expect(verify(headersOf(TEXT, HASH), 'made-up-secret-92')).toBeUndefined();
    expect(verify(headersOf(TEXT.replace('edoc', 'Edoc'), HASH))).toBeUndefined();
  });

  test('letters outside ASCII hold whether the gateway decodes header bytes as UTF-8 or as Latin-1', () => {
    const text = '{"XroadVnpt-systemid":"a-b","XroadVnpt-note":"Việt Nam"}';
    const bytes = Buffer.from(text);
    expect(verify(headersOf(text, hmacOf(bytes)))).toEqual(bytes);
    expect(verify(headersOf(bytes.toString('latin1'), hmacOf(bytes)))).toEqual(bytes);
    const latin = '{"XroadVnpt-note":"café"}';
    expect(verify(headersOf(latin, hmacOf(Buffer.from(latin))))?.toString()).toBe(latin);
  });

  test.each([
    ['no text', { 'xroadvnpt-hash-header': HASH }],
    ['no hash', { 'xroadvnpt-sign-header': TEXT }],
    ['a hash that is too short', headersOf(TEXT, HASH.slice(2))],
    ['a hash that is no hexadecimal', headersOf(TEXT, `zz${HASH.slice(2)}`)],
    ['two hashes', headersOf(TEXT, `${HASH},${HASH}`)],
    ['two texts', headersOf(`${TEXT},${TEXT}`, HASH)],
  ])('%s is no signature', (_, headers) => expect(verify(headers)).toBeUndefined());
});

describe('the values in it', () => {
  test('are read under their names without the prefix', () => {
    expect([...(readSignedValues(Buffer.from(TEXT)) ?? [])]).toEqual([
      ['systemid', 'X91.W00'],
      ['servicetype', 'eDoc'],
      ['messagetype', 'edoc'],
      ['timestamp', '22112026T050501+0374'],
      ['Content-Type', 'application/json'],
    ]);
  });

  test.each([
    '[]',
    'null',
    '"x"',
    '{"XroadVnpt-a":1}',
    '{"XroadVnpt-a":null}',
    '{"XroadVnpt-a":["x"]}',
    '{"a":"x"}',
    '{',
    '',
    JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`XroadVnpt-${n}`, '']))),
  ])('%s is none of the SDK', (text) => expect(readSignedValues(Buffer.from(text))).toBeUndefined());

  test('a member called __proto__ is a name like any other', () => {
    expect(readSignedValues(Buffer.from('{"__proto__":"x"}'))).toBeUndefined();
    expect(valuesOf({ 'XroadVnpt-__proto__': 'x' }).get('__proto__')).toBe('x');
  });

  test('must be what the headers of their own say, in whatever case names are', () => {
    const values = valuesOf({ 'XroadVnpt-docId': 'a', 'XroadVnpt-Note': ' Việt ' });
    expect(agreesWithHeaders(values, { 'xroadvnpt-docid': 'a' })).toBe(true);
    expect(agreesWithHeaders(values, {})).toBe(true);
    expect(agreesWithHeaders(values, { 'xroadvnpt-docid': 'b' })).toBe(false);
    expect(agreesWithHeaders(values, { 'xroadvnpt-note': Buffer.from('Việt').toString('latin1') })).toBe(true);
    const twice = valuesOf({ 'XroadVnpt-docId': 'a', 'XroadVnpt-docid': 'b' });
    expect(agreesWithHeaders(twice, { 'xroadvnpt-docid': 'a,b' })).toBe(true);
  });

  test('an operation takes its own spelling before one that another operation left behind', () => {
    const values = valuesOf({ 'XroadVnpt-docId': 'fetched', 'XroadVnpt-docid': 'updated', 'XroadVnpt-STATUS': 'done' });
    expect(parameterOf(values, 'docId')).toBe('fetched');
    expect(parameterOf(values, 'docid', 'docId')).toBe('updated');
    expect(parameterOf(values, 'status')).toBe('done');
    expect(parameterOf(values, 'level')).toBeUndefined();
  });
});
