import { describe, expect, test } from 'vitest';
import { certificateInspector } from '../../../adapters/trust/inspectCertificate.ts';
import { lintTrustList } from '../../../core/trust/lintTrustList.ts';
import { authorityExtensions, issueCertificate, makeKeys, signerExtensions } from '../../../world/certificates.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const keys = await makeKeys('p-256');
const [old, short, other] = [await makeKeys('rsa-1024'), await makeKeys('rsa-2048'), await makeKeys('p-384')];

const authority = (cn: string, change: Partial<Parameters<typeof issueCertificate>[0]> = {}) =>
  issueCertificate({
    name: [['CN', cn]],
    keys,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2036-01-01T00:00:00Z'),
    extensions: authorityExtensions(),
    ...change,
  });
const base64 = ({ certificate }: { certificate: Buffer }) => certificate.toString('base64');

const root = authority('Root');
const good = base64(root);
const lint = (document: unknown) => lintTrustList(document, certificateInspector, NOW);
const list = (members: object = {}) => ({ v: 1, anchors: [{ certificate: good }], ...members });
const told = (document: unknown) =>
  lint(document).problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`);

test('a good list has no problems, and is written out in full', () => {
  const sub = authority('Sub', { keys: other, issuer: root });
  const { list: written, problems } = lint(list({ intermediates: [base64(sub)] }));
  expect(problems).toEqual([]);
  expect(written).toMatchObject({ attachments: 'signed', keySizes: { rsa: 2048 } });
});

describe('what stops a list, each with its place', () => {
  const leaf = authority('Leaf', { extensions: signerExtensions() });
  test.each<[what: string, document: unknown, problems: readonly string[]]>([
    ['no object', 'trust me', ['error shape $']],
    ['nothing', {}, ['error shape $.v', 'error shape $.anchors']],
    ['a misspelt member', list({ anchor: [] }), ['error shape $']],
    [
      'several faults at once',
      list({ attachments: 'none', keySizes: { rsa: 1 } }),
      ['error shape $.keySizes.rsa', 'error shape $.keySizes.curves', 'error shape $.attachments'],
    ],
    [
      'rubbish for an anchor',
      list({ anchors: [{ certificate: Buffer.alloc(90).toString('base64') }] }),
      ['error certificate-unreadable $.anchors[0].certificate'],
    ],
    [
      'a signer for an anchor',
      list({ anchors: [{ certificate: base64(leaf) }] }),
      ['error not-an-authority $.anchors[0].certificate'],
    ],
    [
      'an anchor twice',
      list({ anchors: [{ certificate: good }, { certificate: good }] }),
      ['error listed-twice $.anchors[1].certificate'],
    ],
    ['an anchor among the intermediates', list({ intermediates: [good] }), ['error listed-twice $.intermediates[0]']],
    [
      'a key that nobody allows',
      list({ anchors: [{ certificate: base64(authority('Old', { keys: old })) }] }),
      ['error key-not-allowed $.anchors[0].certificate'],
    ],
    [
      'a key that the list itself does not allow',
      list({
        anchors: [{ certificate: base64(authority('Short', { keys: short })) }],
        keySizes: { rsa: 3072, curves: [] },
      }),
      ['error key-not-allowed $.anchors[0].certificate'],
    ],
    [
      'a policy that is required and not named',
      list({ policies: { accepted: [], requireExplicit: true, inhibitMapping: false, inhibitAny: false } }),
      ['error policies-missing $.policies.accepted'],
    ],
    [
      'an agency that is none',
      list({ anchors: [{ certificate: good, agencies: ['nowhere'] }] }),
      ['error shape $.anchors[0].agencies[0]'],
    ],
  ])('%s', (_, document, problems) => {
    const result = lint(document);
    expect(result.list).toBeUndefined();
    expect(told(document)).toEqual(problems);
    for (const { message, messageVi } of result.problems)
      expect([message, messageVi]).toEqual([expect.stringMatching(/./), expect.stringMatching(/[À-ỹđ]/)]);
  });
});

test.each<[what: string, document: unknown, problem: string]>([
  [
    'an anchor that expired',
    list({ anchors: [{ certificate: base64(authority('Past', { notAfter: new Date('2026-05-31') })) }] }),
    'warning expired $.anchors[0].certificate',
  ],
  [
    'an anchor that expires soon',
    list({ anchors: [{ certificate: base64(authority('Soon', { notAfter: new Date('2026-07-01') })) }] }),
    'warning expires-soon $.anchors[0].certificate',
  ],
  [
    'an intermediate of a stranger',
    list({ intermediates: [base64(authority('Sub', { keys: other, issuer: authority('Stranger') }))] }),
    'warning leads-nowhere $.intermediates[0]',
  ],
  [
    'an intermediate signed otherwise than allowed',
    list({
      signatureAlgorithms: ['rsa-sha256'],
      intermediates: [base64(authority('Sub', { keys: other, issuer: root }))],
    }),
    'warning algorithm-not-allowed $.intermediates[0]',
  ],
])('%s is worth a word, and stops nothing', (_, document, problem) => {
  expect(told(document)).toEqual([problem]);
  expect(lint(document).list).toBeDefined();
});

test('a document full of rubbish is told about in a bounded answer', () => {
  const anchors = Array.from({ length: 5000 }, () => ({ certificate: 7, ['x'.repeat(1000)]: 1 }));
  const { problems } = lint(list({ anchors }));
  expect(problems.length).toBeLessThanOrEqual(100);
  expect(JSON.stringify(problems).length).toBeLessThan(60_000);
});
