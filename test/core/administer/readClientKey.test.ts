import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readClientKey } from '../../../core/administer/readClientKey.ts';

const publicOf = (jwk: object) => ({ kid: 'key-of-test', ...jwk });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const good = publicOf(ec.publicKey.export({ format: 'jwk' }));
const rsa = (modulusLength: number) =>
  publicOf(generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }));
const curve = (namedCurve: string) =>
  publicOf(generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }));

const problemOf = (jwk: Record<string, unknown>): string => {
  const read = readClientKey(jwk);
  return read.ok ? 'ok' : String(read.refusal.parameters.problem);
};

describe('public keys that are taken, cut to what the key type needs', () => {
  test.each([
    ['P-256', good],
    ['P-384', curve('P-384')],
    ['Ed25519', publicOf(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }))],
    ['RSA of 2,048 bits', rsa(2048)],
  ])('%s', (_, jwk) => {
    const read = readClientKey({ ...jwk, alg: 'whatever', use: 'sig', key_ops: ['verify'], ext: true });
    if (!read.ok) throw new Error(String(read.refusal.parameters.problem));
    expect(read.value.kid).toBe('key-of-test');
    expect(Object.keys(read.value.jwk)).not.toEqual(expect.arrayContaining(['alg']));
    expect(read.value.jwk).not.toHaveProperty('kid');
  });
});

describe('keys that are not taken', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a private key', publicOf(ec.privateKey.export({ format: 'jwk' })), /private/],
    ['a private part, even if it is null', { ...good, d: null }, /private/],
    ['a shared secret', { kid: 'key-of-test', kty: 'oct', k: 'AAAA' }, /private|kty/],
    ['no key type', { ...good, kty: undefined }, /kty/],
    ['a key type named like an object’s own', { ...good, kty: 'constructor' }, /kty/],
    ['no key id', { ...good, kid: undefined }, /kid/],
    ['a key id that is too short', { ...good, kid: 'short' }, /kid/],
    ['a key id with a slash', { ...good, kid: 'key/of/test' }, /kid/],
    ['P-521', curve('P-521'), /crv/],
    ['secp256k1', curve('secp256k1'), /crv/],
    ['a curve that is none', { ...good, crv: 7 }, /crv/],
    ['a missing coordinate', { ...good, y: undefined }, /y is missing/],
    ['a point that is not on the curve', { ...good, y: 'A'.repeat(43) }, /read/],
    ['an unknown member', { ...good, x5u: 'https://keys.example' }, /x5u/],
    ['RSA of 1,024 bits', rsa(1024), /2048/],
    ['a modulus that is no number', { ...rsa(2048), n: '' }, /read|missing/],
  ])('%s', (_, jwk, problem) => {
    expect(problemOf(Object.fromEntries(Object.entries(jwk).filter(([, value]) => value !== undefined)))).toMatch(
      problem,
    );
  });
});
