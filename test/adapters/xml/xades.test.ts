import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCertificate, publicKeyOf } from '../../../adapters/trust/certificate.ts';
import { signEdxml } from '../../../adapters/trust/signEdxml.ts';
import { createTimeStampValidator } from '../../../adapters/trust/timeStamp.ts';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal, type XmlRefusalCode } from '../../../adapters/xml/refuse.ts';
import { createAuthorities } from '../../../world/authorities.ts';
import { sampleDocument } from '../../../world/documents.ts';
import { issueTimeStamper, stampTime } from '../../../world/timeStamps.ts';
import { createWorld } from '../../../world/world.ts';

const at = new Date('2026-03-02T01:00:00Z');
const world = await createWorld({ at });
const { privateKey: key, chain: certificates } = world.agency('X91.04').signer;
const [leaf = Buffer.alloc(0)] = certificates;
const publicKey = publicKeyOf(parseCertificate(leaf));
const document = sampleDocument({ from: 'X91.04', to: ['X92'], number: 15, date: '2026/03/02', subject: 'V/v ký số' });
const authorities = await createAuthorities(at);
const stamper = await issueTimeStamper(authorities, at);
const timeStamp = (imprint: Buffer): Promise<Buffer> =>
  Promise.resolve(stampTime(stamper, { hash: 'sha256', digest: imprint, at }));

const baseline = (await signEdxml(document, { key, certificates, xades: { at } })).toString();
const stamped = (await signEdxml(document, { key, certificates, xades: { at }, timeStamp })).toString();
const engine = createEngine();

describe('a XAdES signature', () => {
  test('of level B-B verifies, and names the certificate and the claimed time', () => {
    const opened = engine.open(Buffer.from(baseline));
    expect(opened.verify(publicKey)).toEqual({ ok: true });
    expect(opened.signature?.xades).toEqual({
      certificateDigest: { hash: 'sha256', digest: createHash('sha256').update(leaf).digest() },
      signingTime: '2026-03-02T01:00:00Z',
      timeStamps: [],
    });
  });

  test('of level B-T carries a token over the signature’s own value', () => {
    const opened = engine.open(Buffer.from(stamped));
    expect(opened.verify(publicKey)).toEqual({ ok: true });
    const [stamp, ...more] = opened.signature?.xades?.timeStamps ?? [];
    expect(more).toEqual([]);
    if (!stamp) throw new Error('there is no time-stamp');
    const judge = createTimeStampValidator({ anchors: [authorities.root.certificate] });
    expect(judge(stamp, { now: at })).toMatchObject({ ok: true, time: at });
  });

  test('a time-stamp of another signature was made for something else', async () => {
    const other = (await signEdxml(document, { key, certificates, xades: { at }, timeStamp })).toString();
    const tokenOf = (text: string) => /<xades:EncapsulatedTimeStamp>([^<]+)</.exec(text)?.[1] ?? '';
    const opened = engine.open(Buffer.from(stamped.replace(tokenOf(stamped), tokenOf(other))));
    const [stamp] = opened.signature?.xades?.timeStamps ?? [];
    if (!stamp) throw new Error('there is no time-stamp');
    const judge = createTimeStampValidator({ anchors: [authorities.root.certificate] });
    expect(judge(stamp, { now: at })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('something else'),
    });
  });

  test('a plain signature has no properties', async () => {
    const plain = await signEdxml(document, { key, certificates });
    expect(engine.open(plain).signature?.xades).toBeUndefined();
  });

  test('properties that were changed after signing do not verify', () => {
    for (const [before, after] of [
      ['2026-03-02T01:00:00Z', '2026-03-01T01:00:00Z'],
      ['text/xml', 'text/xsl'],
    ] as const) {
      const opened = engine.open(Buffer.from(baseline.replace(before, after)));
      expect(opened.verify(publicKey)).toEqual({ ok: false, code: 'digest-mismatch' });
    }
  });
});

/** Each takes a valid B-T message and must end in this refusal. */
const REFUSED: readonly (readonly [string, XmlRefusalCode, (text: string) => string])[] = [
  ['an Object that no Reference signs', 'signature-structure', without(/<ds:Reference Type=.*?<\/ds:Reference>/)],
  ['a Reference to properties that are not there', 'signature-structure', without(/<ds:Object>.*<\/ds:Object>/)],
  ['a second Object', 'signature-structure', (text) => text.replace(/<ds:Object>.*<\/ds:Object>/, '$&$&')],
  ['an Object with more in it', 'signature-structure', (text) => text.replace('<ds:Object>', '$&<ds:Object/>')],
  ['text beside the properties', 'signature-structure', (text) => text.replace('<ds:Object>', '$&unsigned')],
  ['properties of another signature', 'signature-reference', (text) => text.replace('Target="#', 'Target="#other')],
  ['properties of no signature', 'signature-reference', (text) => text.replace(/Target="[^"]*"/, '')],
  [
    'a signature without an id',
    'signature-reference',
    (text) => text.replace(/(<ds:Signature [^>]*?) Id="[^"]*"/, '$1'),
  ],
  [
    'a Reference to another element',
    'signature-reference',
    (text) => text.replace(/URI="#[^"]*-properties"/, 'URI="#x"'),
  ],
  ['a Reference to properties without its type', 'signature-reference', without(/ Type="[^"]*SignedProperties"/)],
  [
    'the document referenced twice',
    'signature-reference',
    (text) => text.replace(/(Type="[^"]*" URI=)"[^"]*"/, '$1""'),
  ],
  ['an id that another element has', 'signature-reference', (text) => withId(text, 'Id')],
  ['an id that another element has, spelt ID', 'signature-reference', (text) => withId(text, 'ID')],
  ['SignedProperties without an id', 'signature-reference', without(/(?<=<xades:SignedProperties [^>]*) Id="[^"]*"/)],
  ['an id with other characters', 'signature-reference', (text) => text.replaceAll('-properties"', '-p()"')],
  [
    'properties in properties',
    'signature-structure',
    (text) =>
      text.replace(
        /(<xades:QualifyingProperties .*?)<xades:SignedProperties/,
        '$1<xades:QualifyingProperties/><xades:SignedProperties',
      ),
  ],
  [
    'two SignedProperties',
    'signature-structure',
    (text) => text.replace(/<xades:SignedProperties .*<\/xades:SignedProperties>/, '$&$&'),
  ],
  [
    'no certificate named',
    'signature-structure',
    without(/<xades:SigningCertificateV2>.*<\/xades:SigningCertificateV2>/),
  ],
  [
    'the certificate named twice',
    'signature-structure',
    (text) => text.replace(/<xades:SigningCertificateV2>.*<\/xades:SigningCertificateV2>/, '$&$&'),
  ],
  [
    'the certificate named in both ways',
    'signature-structure',
    (text) =>
      text.replace(
        /<xades:SigningCertificateV2>(.*)<\/xades:SigningCertificateV2>/,
        '$&<xades:SigningCertificate>$1</xades:SigningCertificate>',
      ),
  ],
  [
    'a certificate by a weak digest',
    'signature-digest-algorithm',
    (text) => text.replace(/(<xades:CertDigest>.*?)xmlenc#sha256/, '$1xmlenc#sha1'),
  ],
  [
    'a certificate by a digest too short',
    'signature-encoding',
    (text) => text.replace(/(<xades:CertDigest>.*?<ds:DigestValue[^>]*>)[^<]*/, '$1AAAA'),
  ],
  [
    'an unknown signed property',
    'signature-structure',
    (text) => text.replace('<xades:SigningTime>', '<xades:Trust/>$&'),
  ],
  [
    'an unknown unsigned property',
    'signature-structure',
    (text) => text.replace('<xades:SignatureTimeStamp>', '<xades:CertificateValues/>$&'),
  ],
  [
    'three time-stamps',
    'signature-structure',
    (text) => text.replace(/<xades:SignatureTimeStamp>.*<\/xades:SignatureTimeStamp>/, '$&$&$&'),
  ],
  [
    'a time-stamp that is not base64',
    'signature-encoding',
    (text) => text.replace('<xades:EncapsulatedTimeStamp>', '$&?'),
  ],
  [
    'a time-stamp of another encoding',
    'signature-encoding',
    (text) => text.replace('<xades:EncapsulatedTimeStamp', '$& Encoding="http://uri.etsi.org/01903/v1.2.2#PER"'),
  ],
  [
    'another version of the properties',
    'signature-structure',
    (text) => text.replaceAll('01903/v1.3.2#', '01903/v1.4.1#'),
  ],
  [
    'properties canonicalised with comments',
    'signature-transform',
    (text) => text.replace(/(SignedProperties" URI.*?xml-exc-c14n#)/, '$1WithComments'),
  ],
  [
    'the signature in the Object of itself',
    'signature-count',
    (text) => text.replace('<ds:Object>', '$&<ds:Signature/>'),
  ],
];

function without(part: RegExp) {
  return (text: string): string => text.replace(part, '');
}

/** Puts the id of SignedProperties on an element of the message as well. */
function withId(text: string, name: string): string {
  const id = /<xades:SignedProperties [^>]*Id="([^"]*)"/.exec(text)?.[1] ?? '';
  return text.replace('<edXML:Subject>', `<edXML:Subject ${name}="${id}">`);
}

describe('outside the profile', () => {
  test.each(REFUSED)('%s', (_what, code, change) => {
    const changed = change(stamped);
    expect(changed).not.toBe(stamped);
    expect(refusalOf(changed)).toBe(code);
  });

  test('any octet of the signature changed: refused, no longer valid, or valid with the same properties', () => {
    const bytes = Buffer.from(stamped);
    const from = stamped.indexOf('<ds:Signature ');
    const told = facts(stamped);
    const from8 = Buffer.byteLength(stamped.slice(0, from));
    const to8 = Buffer.byteLength(stamped.slice(0, stamped.indexOf('</ds:Signature>')));
    const seen = { refused: 0, invalid: 0, same: 0 };
    for (let octet = from8; octet < to8; octet += 3) {
      const changed = Buffer.from(bytes);
      changed[octet] = (changed[octet] ?? 0) ^ 1;
      const verdict = facts(changed);
      if (typeof verdict === 'string') seen[verdict] += 1;
      else {
        expect({ ...verdict, tokens: [] }).toEqual({ ...(told as object), tokens: [] });
        seen.same += 1;
      }
    }
    expect(seen.refused).toBeGreaterThan(100);
    expect(seen.invalid).toBeGreaterThan(100);
  });
});

function refusalOf(text: string): string {
  try {
    engine.open(Buffer.from(text));
    return 'opened';
  } catch (error) {
    if (error instanceof XmlRefusal) return error.code;
    throw error;
  }
}

/** What a verifier believes after a valid signature. */
function facts(text: string | Buffer) {
  try {
    const opened = engine.open(Buffer.from(text));
    if (!opened.verify(publicKey).ok) return 'invalid' as const;
    const { certificateDigest, signingTime, timeStamps = [] } = opened.signature?.xades ?? {};
    return { message: opened.message, certificateDigest, signingTime, tokens: timeStamps.map(({ token }) => token) };
  } catch (error) {
    if (error instanceof XmlRefusal) return 'refused' as const;
    throw error;
  }
}
