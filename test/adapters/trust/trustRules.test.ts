import { describe, expect, test } from 'vitest';
import { createCertificateJudge } from '../../../adapters/trust/certificateJudge.ts';
import { derOid, derSequence } from '../../../adapters/trust/derWriter.ts';
import { Oid } from '../../../adapters/trust/oids.ts';
import type { Sha256 } from '../../../core/contract/ids.ts';
import { failuresOf } from '../../../core/contract/report.ts';
import { TRUST_LIST } from '../../../core/contract/trustList.ts';
import { authorityExtensions, extension, type Issued, signerExtensions } from '../../../world/certificates.ts';
import { at, makePathKit } from './pathKit.ts';

const kit = await makePathKit();
const { root, authority, sub, leaf, keys } = kit;
const base64 = ({ certificate }: Issued) => certificate.toString('base64');
let version = 0;

/** What a list says of a leaf of an agency: the checks that fail, with their reasons. */
function verdict(
  signer: Issued,
  list: object,
  { agency = 'X92.03', hints = [] }: { agency?: string; hints?: readonly Issued[] } = {},
): readonly string[] {
  version += 1;
  const judged = createCertificateJudge().judge({
    leaf: signer.certificate,
    intermediates: hints.map(({ certificate }) => certificate),
    at,
    agency,
    trust: {
      version,
      sha256: String(version).padStart(64, '0') as Sha256,
      list: TRUST_LIST.parse({ v: 1, anchors: [{ certificate: base64(root) }], ...list }),
    },
  });
  return failuresOf(judged).map(({ id, reason }) => `${id}: ${reason}`);
}

describe('anchors for some agencies', () => {
  const only = (agencies: readonly string[]) => ({ anchors: [{ certificate: base64(root), agencies }] });

  test('vouch for them and those below, and for nobody else', () => {
    expect(verdict(leaf(root), only(['X92']))).toEqual([]);
    expect(verdict(leaf(root), only(['X91', 'X92.03']))).toEqual([]);
    expect(verdict(leaf(root), only(['X91']))).toEqual(['certificate-path: "CN=Root, C=VN" may not vouch for X92.03']);
  });

  test('do not stand in the way of another anchor', () => {
    const twin = authority('Root', { keys: keys.stranger });
    const anchors = [{ certificate: base64(root), agencies: ['X91'] }, { certificate: base64(twin) }];
    expect(verdict(leaf(twin), { anchors })).toEqual([]);
    expect(verdict(leaf(root), { anchors })).toHaveLength(1);
  });

  test('that are renewed under the same key count for the agencies of each of their certificates', () => {
    const renewed = authority('Root', { digest: 'sha384' });
    const anchors = [
      { certificate: base64(root), agencies: ['X91'] },
      { certificate: base64(renewed), agencies: ['X92'] },
    ];
    expect(verdict(leaf(root), { anchors }, { agency: 'X91.04' })).toEqual([]);
    expect(verdict(leaf(root), { anchors }, { agency: 'X92.03' })).toEqual([]);
    expect(verdict(leaf(root), { anchors }, { agency: 'X93' })).toHaveLength(1);
  });

  test('are not got around by a cross certificate from an anchor for all', () => {
    const other = authority('Other', { keys: keys.stranger });
    const crossed = authority('Root', { issuer: other });
    const anchors = [{ certificate: base64(root), agencies: ['X91'] }, { certificate: base64(other) }];
    expect(verdict(leaf(root), { anchors }, { hints: [crossed] })).toEqual([
      'certificate-path: "CN=Root, C=VN" may not vouch for X92.03',
    ]);
    expect(verdict(leaf(root), { anchors }, { hints: [crossed], agency: 'X91' })).toEqual([]);
  });
});

test('intermediates of the list serve senders who leave them out', () => {
  const below = sub();
  expect(verdict(leaf(below), {})).toHaveLength(1);
  expect(verdict(leaf(below), { intermediates: [base64(below)] })).toEqual([]);
});

test.each<[what: string, signer: Issued, hints: readonly Issued[]]>([
  ['in the leaf', leaf(root, { keys: keys['rsa-2048'] }), []],
  ['in an issuer', leaf(sub({ keys: keys['rsa-2048'] })), [sub({ keys: keys['rsa-2048'] })]],
])('a key %s that the list does not allow is refused', (_, signer, hints) => {
  expect(verdict(signer, {}, { hints })).toEqual([]);
  expect(verdict(signer, { keySizes: { rsa: 3072, curves: ['P-256'] } }, { hints })).toEqual([
    expect.stringMatching(/^certificate-algorithm: the key of "CN=(Leaf|Sub), C=VN" is not one/),
  ]);
});

test('a curve that the list does not allow is refused', () => {
  expect(verdict(leaf(root, { keys: keys['p-384'] }), { keySizes: { rsa: 2048, curves: ['P-256'] } })).toEqual([
    'certificate-algorithm: the key of "CN=Leaf, C=VN" is not one that the trust list allows',
  ]);
});

test('a certificate signed by an algorithm that the list does not allow is refused; an anchor is trusted however it is signed', () => {
  const list = { signatureAlgorithms: ['ecdsa-sha384'] };
  expect(verdict(leaf(root, { digest: 'sha384' }), list)).toEqual([]);
  expect(verdict(leaf(root), list)).toEqual([
    'certificate-algorithm: "CN=Leaf, C=VN" is signed by an algorithm that the trust list does not allow',
  ]);
});

describe('policies of the list reach path validation', () => {
  const policy = (oid: string) => extension(Oid.certificatePolicies, derSequence(derSequence(derOid(oid))), false);
  const withPolicy = (oid: string) => {
    const below = sub({ extensions: [...authorityExtensions(), policy(oid)] });
    return { below, signer: leaf(below, { extensions: [...signerExtensions(), policy(oid)] }) };
  };
  const demand = (accepted: readonly string[]) => ({
    policies: { accepted, requireExplicit: true, inhibitMapping: false, inhibitAny: false },
  });

  test('one that is accepted holds, another one and none at all are refused', () => {
    const { below, signer } = withPolicy('1.2.3.4');
    expect(verdict(signer, demand(['1.2.3.4']), { hints: [below] })).toEqual([]);
    expect(verdict(signer, demand(['1.2.3.5']), { hints: [below] })).toHaveLength(1);
    expect(verdict(leaf(root), demand(['1.2.3.4']))).toHaveLength(1);
    expect(verdict(leaf(root), {})).toEqual([]);
  });
});
