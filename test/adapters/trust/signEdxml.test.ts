import { createHash, verify } from 'node:crypto';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { parseCertificate, publicKeyOf } from '../../../adapters/trust/certificate.ts';
import { signEdxml } from '../../../adapters/trust/signEdxml.ts';
import { TrustRefusal } from '../../../adapters/trust/trustRefusal.ts';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { issueCertificate, makeKeys, signerExtensions } from '../../../world/certificates.ts';
import { type SampleDocument, sampleDocument, sampleStatus } from '../../../world/documents.ts';
import { exampleDocuments } from '../../../world/exampleDocuments.ts';
import { createWorld } from '../../../world/world.ts';

const at = new Date('2026-06-01T00:00:00Z');
const world = await createWorld({ at });
const letter: SampleDocument = {
  from: 'X91.04',
  to: ['X92'],
  number: 15,
  date: '2026/05/29',
  subject: 'V/v thử ký số',
};
const document = sampleDocument(letter);
const signingOf = (code: 'X91.04' | 'X91.05' | 'X92') => {
  const { privateKey, chain } = world.agency(code).signer;
  return { key: privateKey, certificates: chain };
};

describe.each(['X91.04', 'X91.05'] as const)('signed by %s', (code) => {
  test('verifies in a fresh engine, with the whole chain as a hint', async () => {
    const signed = await signEdxml(document, signingOf(code));
    const opened = createEngine().open(signed);
    expect(opened.verify(publicKeyOf(parseCertificate(world.agency(code).signer.certificate)))).toEqual({ ok: true });
    expect(opened.signature?.certificates).toEqual(signingOf(code).certificates);
    expect(opened.warnings).toEqual([]);
    expect(opened.verify(world.agency('X92').signer.publicKey).ok).toBe(false);
  });

  test('an independent canonicaliser finds the same digest and signed octets', async () => {
    const signed = (await signEdxml(document, signingOf(code))).toString();
    const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(signed) ?? [];
    const pick = (name: string) => new RegExp(`<ds:${name}>([^<]*)</ds:${name}>`).exec(signature)?.[1] ?? '';
    const [signedInfo = ''] = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(signature) ?? [];
    const declared = signedInfo.replace(
      '<ds:SignedInfo',
      '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
    );
    const digest = createHash('sha256')
      .update(exclusive(signed.replace(signature, '')))
      .digest('base64');
    expect(pick('DigestValue')).toBe(digest);
    const key = { key: world.agency(code).signer.publicKey, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', Buffer.from(exclusive(declared)), key, Buffer.from(pick('SignatureValue'), 'base64'))).toBe(
      true,
    );
  });
});

function exclusive(xml: string): string {
  using parsed = XmlDocument.fromString(xml);
  // Mode 1 is exclusive canonicalisation.
  return parsed.canonicalizeToString({ mode: 1, withComments: false });
}

test('a P-384 key signs with SHA-384', async () => {
  const keys = await makeKeys('p-384');
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
  const { certificate } = issueCertificate({ name: [['CN', 'a']], keys, extensions: signerExtensions(), ...validity });
  const opened = createEngine().open(await signEdxml(document, { key: keys.privateKey, certificates: [certificate] }));
  expect(opened.signature?.algorithm).toBe('http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384');
  expect(opened.verify(keys.publicKey).ok).toBe(true);
});

test('no byte of the document changes: the Signature stands between two of them', async () => {
  const signed = await signEdxml(document, signingOf('X91.05'));
  const from = signed.indexOf('<ds:Signature ');
  const to = signed.indexOf('</ds:Signature>') + '</ds:Signature>'.length;
  expect(Buffer.concat([signed.subarray(0, from), signed.subarray(to)])).toEqual(document);
});

test.each<[string, Buffer]>([
  ['line ends of Windows', Buffer.from(document.toString().replaceAll('\n', '\r\n'))],
  ['separators that word processors leave in text', sampleDocument({ ...letter, subject: 'a\u{2028}b\u{85}c\u{a0}d' })],
  ['text that needs escapes', sampleDocument({ ...letter, subject: `a < b & "c" > 'd' ]]>` })],
  ['decomposed Vietnamese', sampleDocument({ ...letter, subject: 'Sở Thử nghiệm'.normalize('NFD') })],
  [
    'a status',
    sampleStatus({
      from: 'X92',
      about: { from: 'X91.04', number: 15, notation: 'STN-VP', date: '2026/05/29', documentId: 'd' },
      code: '03',
      timestamp: '2026/05/29 10:00:00',
    }),
  ],
  ...[...exampleDocuments()].filter(([name]) => name.endsWith('.edxml')),
])('signs %s', async (_what, bytes) => {
  const opened = createEngine().open(await signEdxml(bytes, signingOf('X91.05')));
  expect(opened.verify(world.agency('X91.05').signer.publicKey)).toEqual({ ok: true });
});

test('a large document is signed without building a tree of it', async () => {
  const content = Buffer.alloc(6_000_000, 7);
  const attachments = [{ ContentId: 'a', AttachmentName: 'a.bin', ContentType: 'application/octet-stream', content }];
  const signed = await signEdxml(sampleDocument({ ...letter, attachments }), signingOf('X91.05'));
  expect(createEngine().open(signed).verify(world.agency('X91.05').signer.publicKey).ok).toBe(true);
});

describe('refuses', () => {
  test('a document that is signed already', async () => {
    const signed = await signEdxml(document, signingOf('X91.05'));
    await expect(signEdxml(signed, signingOf('X91.05'))).rejects.toMatchObject({
      name: 'TrustRefusal',
      code: 'signing',
    });
  });

  test('a key of another certificate', async () => {
    const { certificates } = signingOf('X91.04');
    const { key } = signingOf('X91.05');
    await expect(signEdxml(document, { key, certificates })).rejects.toMatchObject({ code: 'key' });
  });

  test('no certificate, or too many', async () => {
    const { key, certificates } = signingOf('X91.05');
    await expect(signEdxml(document, { key, certificates: [] })).rejects.toThrow(TrustRefusal);
    await expect(signEdxml(document, { key, certificates: Array(5).fill(certificates[0]) })).rejects.toThrow(
      TrustRefusal,
    );
  });

  test('a weak key', async () => {
    const keys = await makeKeys('rsa-1024');
    const validity = { notBefore: at, notAfter: new Date('2027-01-01T00:00:00Z') };
    const { certificate } = issueCertificate({
      name: [['CN', 'a']],
      keys,
      extensions: signerExtensions(),
      ...validity,
    });
    const signing = { key: keys.privateKey, certificates: [certificate] };
    await expect(signEdxml(document, signing)).rejects.toMatchObject({ code: 'key' });
  });

  test.each(['rubbish', '<edXML/>', '<!DOCTYPE a><a/>'])('what is not an edXML document: %s', async (text) => {
    await expect(signEdxml(Buffer.from(text), signingOf('X91.05'))).rejects.toThrow(XmlRefusal);
  });
});
