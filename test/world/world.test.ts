import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { thumbprintOf } from '../../adapters/trust/certificate.ts';
import { validatePath } from '../../adapters/trust/path.ts';
import { createEngine } from '../../adapters/xml/engine.ts';
import { checkMessage } from '../../core/edxml/checkMessage.ts';
import type { SignerVariant } from '../../world/authorities.ts';
import { earlierOf, type SampleDocument, sampleDocument, sampleStatus } from '../../world/documents.ts';
import { exampleDocuments } from '../../world/exampleDocuments.ts';
import { places } from '../../world/places.ts';
import { tinyPdf } from '../../world/tinyPdf.ts';
import { createWorld } from '../../world/world.ts';

const at = new Date('2026-06-01T00:00:00Z');
const world = await createWorld({ at });

describe('certificates', () => {
  const judge = ({ certificate, chain }: { certificate: Buffer; chain: readonly Buffer[] }) =>
    validatePath({ leaf: certificate, intermediates: chain.slice(1), anchors: world.anchors, at });

  test.each(world.agencies)('that of $code holds', ({ signer }) => {
    expect(judge(signer).ok).toBe(true);
  });

  test.each<[SignerVariant, string]>([
    ['expired', 'certificate-validity'],
    ['not-yet-valid', 'certificate-validity'],
    ['wrong-usage', 'key-usage'],
    ['wrong-purpose', 'key-usage'],
    ['foreign-root', 'certificate-path'],
  ])('the variant %s fails by %s alone', async (variant, check) => {
    const signer = await world.issueSigner({ code: 'X91.04', name: 'Sở Thử nghiệm', key: 'p-256', variant });
    const failures = judge(signer).checks.filter(({ verdict }) => verdict === 'fail');
    expect(failures.map(({ id }) => id)).toEqual([check]);
  });

  test('two worlds share no key', async () => {
    const other = await createWorld({ at });
    const prints = [world, other].flatMap(({ agencies }) =>
      agencies.map(({ signer }) => thumbprintOf(signer.certificate)),
    );
    expect(new Set(prints).size).toBe(2 * places.length);
    const stranger = other.agency('X92').signer;
    expect(judge(stranger).ok).toBe(false);
  });
});

test('every agency is served by exactly one system', () => {
  expect(world.systems.flatMap((system) => system.agencies).toSorted()).toEqual(
    places.map((place) => place.code).toSorted(),
  );
  expect(world.system('trung-tam-mau').agencies).toEqual(['X91.04', 'X91.05']);
});

test('a client key signs tokens that its public JWK verifies', async () => {
  const { clientKey } = world.system('bo-minh-hoa');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: clientKey.kid })
    .sign(clientKey.privateKey);
  const { protectedHeader } = await jwtVerify(token, clientKey.publicJwk);
  expect(protectedHeader.kid).toBe(clientKey.publicJwk.kid);
  expect(Object.keys(clientKey.publicJwk)).not.toContain('d');
});

describe('documents', () => {
  const letter: SampleDocument = {
    from: 'X91.04',
    to: ['X92', 'X93.01.002'],
    number: 9,
    date: '2026/05/29',
    subject: 'V/v thử',
  };
  const earlier = earlierOf(letter);
  const problemsOf = (bytes: Buffer) => checkMessage(createEngine().open(bytes).message);

  test.each<[string, Buffer]>([
    ['a letter', sampleDocument(letter)],
    ['an urgent letter', sampleDocument({ ...letter, priority: 3 })],
    ['a reply', sampleDocument({ ...letter, from: 'X92', to: ['X91.04'], answers: [earlier] })],
    [
      'a recall',
      sampleDocument({ ...letter, number: 10, business: { kind: 'recall', of: earlier, reason: 'Ký nhầm' } }),
    ],
    [
      'an update',
      sampleDocument({
        ...letter,
        number: 11,
        business: { kind: 'update', of: earlier, removed: ['X92'], added: ['X91.05'] },
      }),
    ],
    [
      'a replacement',
      sampleDocument({ ...letter, number: 12, business: { kind: 'replace', of: earlier, at: ['X92'] } }),
    ],
    ['a status', sampleStatus({ from: 'X92', about: earlier, code: '03', timestamp: '2026/05/29 10:00:00' })],
    [
      'a refusal',
      sampleStatus({
        from: 'X92',
        about: earlier,
        code: '02',
        description: 'Gửi nhầm',
        timestamp: '2026/05/29 10:00:00',
      }),
    ],
  ])('%s reads with the strict engine and has nothing to complain about', (_what, bytes) => {
    expect(problemsOf(bytes)).toEqual([]);
  });

  test('the same request gives the same bytes', () => {
    expect(sampleDocument(letter)).toEqual(sampleDocument(letter));
  });

  test('a thousand recipients', () => {
    const to = Array.from(
      { length: 1000 },
      (_, i) => `X93.${String(Math.floor(i / 100)).padStart(2, '0')}.${String(i % 100).padStart(3, '0')}`,
    );
    expect(createEngine().open(sampleDocument({ ...letter, to })).message.MessageHeader.To).toHaveLength(1000);
  });
});

describe('examples/documents', () => {
  const folder = join(import.meta.dirname, '../../examples/documents');
  const examples = exampleDocuments();

  test('holds what the generator makes, and nothing else', () => {
    const kept = readdirSync(folder).filter((name) => /\.(edxml|pdf)$/.test(name));
    expect(kept.toSorted()).toEqual([...examples.keys()].toSorted());
    for (const [name, bytes] of examples) {
      expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true);
      expect(bytes.length).toBeLessThan(30_000);
    }
  });

  test.each([...examples].filter(([name]) => name.endsWith('.edxml')))(
    '%s is a sound, unsigned document',
    (_name, bytes) => {
      const { message, signature, attachments } = createEngine().open(bytes);
      expect(checkMessage(message)).toEqual([]);
      expect(signature).toBeNull();
      expect(attachments).toHaveLength(1);
    },
  );
});

test('a tiny PDF has a table whose offsets point at its objects', () => {
  const pdf = tinyPdf(['Sở Thử nghiệm', 'V/v góp ý (dự thảo) \\']).toString('latin1');
  const [, start = ''] = /startxref\n(\d+)\n%%EOF\n$/.exec(pdf) ?? [];
  expect(pdf.slice(Number(start), Number(start) + 4)).toBe('xref');
  const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
  expect(offsets).toHaveLength(5);
  offsets.forEach((offset, index) => {
    expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
  });
  const [, length = '', content = ''] = /<< \/Length (\d+) >>\nstream\n(.*)\nendstream/s.exec(pdf) ?? [];
  expect(content).toHaveLength(Number(length));
  expect(content).toContain('(So Thu nghiem)');
  expect(content).toContain('(V/v gop y \\(du thao\\) \\\\)');
});
