import { expect, test } from 'vitest';
import type { Sha256 } from '../../../core/contract/ids.ts';
import { type PublishedTrust, TRUST_LIST } from '../../../core/contract/trustList.ts';
import { brokenSigningRule, type Signing } from '../../../core/verify/signingPolicy.ts';

const certificate = Buffer.alloc(90, 1).toString('base64');
const trust = (rules: object): PublishedTrust => ({
  version: 1,
  sha256: '0'.repeat(64) as Sha256,
  list: TRUST_LIST.parse({ v: 1, anchors: [{ certificate }], ...rules }),
});
const required = { xmlSignature: { usual: 'required', except: [{ agency: 'X92', demand: 'optional' }] } };

test.each<[what: string, signing: Partial<Signing>, rules: object, rule: string | undefined]>([
  ['a signature in the XML, where it is required', { xml: 'rsa-sha256' }, required, undefined],
  ['a JWS alone, where the XML needs a signature', { jws: 'ecdsa-sha256' }, required, 'xmlSignature'],
  ['a JWS alone, from an agency that is excepted', { jws: 'ecdsa-sha256', agency: 'X92.03' }, required, undefined],
  ['nothing at all, where the XML needs a signature', { attachments: 0 }, required, 'xmlSignature'],
  ['an unsigned message with files', { attachments: 1 }, {}, 'attachments'],
  ['an unsigned message with files, where any will do', { attachments: 1 }, { attachments: 'any' }, undefined],
  ['an unsigned message without files', { attachments: 0 }, {}, undefined],
  ['files under a JWS', { jws: 'ecdsa-sha256', attachments: 3 }, {}, undefined],
  [
    'an algorithm in the XML that is not allowed',
    { xml: 'rsa-sha256' },
    { signatureAlgorithms: ['ecdsa-sha256'] },
    'signatureAlgorithms',
  ],
  [
    'an algorithm of the JWS that is not allowed',
    { xml: 'ecdsa-sha256', jws: 'rsa-pss-sha256' },
    { signatureAlgorithms: ['ecdsa-sha256'] },
    'signatureAlgorithms',
  ],
])('%s', (_, signing, rules, rule) => {
  const broken = brokenSigningRule({ agency: 'X91.04', attachments: 1, ...signing }, trust(rules));
  expect(broken?.rule).toBe(rule);
});
