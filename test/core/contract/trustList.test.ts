import { describe, expect, test } from 'vitest';
import { mayAnchor, TRUST_LIST, xmlSignatureOf } from '../../../core/contract/trustList.ts';

const certificate = Buffer.alloc(90, 1).toString('base64');

describe('a trust list', () => {
  test('that names an anchor alone is written out in full with the usual rules', () => {
    expect(TRUST_LIST.parse({ v: 1, anchors: [{ certificate }] })).toEqual({
      v: 1,
      anchors: [{ certificate }],
      intermediates: [],
      signatureAlgorithms: expect.arrayContaining(['rsa-sha256', 'ecdsa-sha384']),
      keySizes: { rsa: 2048, curves: ['P-256', 'P-384'] },
      policies: { accepted: [], requireExplicit: false, inhibitMapping: false, inhibitAny: false },
      revocation: { whenStale: 'accept-and-flag', hours: 72 },
      xmlSignature: { usual: 'optional', except: [] },
      attachments: 'signed',
      timeStamps: { anchors: [] },
    });
  });

  test.each<[what: string, list: object]>([
    ['no anchor', { anchors: [] }],
    ['a certificate in PEM', { anchors: [{ certificate: `-----BEGIN CERTIFICATE-----${certificate}` }] }],
    ['a misspelt rule', { anchors: [{ certificate }], keySize: { rsa: 2048 } }],
    ['an algorithm that the engine does not check', { anchors: [{ certificate }], signatureAlgorithms: ['rsa-sha1'] }],
    ['no algorithm', { anchors: [{ certificate }], signatureAlgorithms: [] }],
    ['keys that are too short', { anchors: [{ certificate }], keySizes: { rsa: 1024, curves: [] } }],
    ['an anchor for nobody', { anchors: [{ certificate, agencies: [] }] }],
    ['an agency in small letters', { anchors: [{ certificate, agencies: ['x92'] }] }],
    ['another version', { v: 2, anchors: [{ certificate }] }],
  ])('with %s is no trust list', (_, list) => {
    expect(TRUST_LIST.safeParse({ v: 1, ...list }).success).toBe(false);
  });
});

test('an anchor counts for the agencies that it names and those below them, in either form of the code', () => {
  const anchor = { certificate, agencies: ['X92', 'H37.02', 'H53', '000.00.31.H54'] };
  for (const code of ['X92', 'X92.03', 'H37.02.02', 'H53.01', '000.15.31.H53', '31.H53', '000.15.31.H54'])
    expect(mayAnchor(anchor, code), code).toBe(true);
  for (const code of ['X93', 'X921', 'H37', 'H37.03', 'H54', 'H54.31', '000.00.32.H54', 'nothing', ''])
    expect(mayAnchor(anchor, code), code).toBe(false);
  expect(mayAnchor({ certificate }, 'X93')).toBe(true);
});

test('of the exceptions for an agency the closest one counts', () => {
  const list = TRUST_LIST.parse({
    v: 1,
    anchors: [{ certificate }],
    xmlSignature: {
      usual: 'required',
      except: [
        { agency: 'X92.03.01', demand: 'optional' },
        { agency: 'X92', demand: 'optional' },
        { agency: 'X92.03', demand: 'required' },
      ],
    },
  });
  expect(['X91', 'X92', 'X92.03', 'X92.03.01', 'X92.04'].map((code) => xmlSignatureOf(list, code))).toEqual([
    'required',
    'optional',
    'required',
    'optional',
    'optional',
  ]);
});
