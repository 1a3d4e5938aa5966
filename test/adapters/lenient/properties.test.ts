import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLenientReader } from '../../../adapters/lenient/lenientReader.ts';
import { createDocumentReader } from '../../../adapters/xml/documentReader.ts';
import type { DocumentReader, OpenedDocument } from '../../../core/verify/opened.ts';
import { FRAGMENTS, mutate, randomSource, splice } from '../xml/fuzz.ts';
import { SAMPLE_NAMES, sample } from '../xml/sampleFiles.ts';
import { FORGIVEN_VARIANTS } from './variants.ts';

/** Seconds of fuzzing; the seed is fixed unless DOCAXIS_FUZZ_SEED says otherwise. */
const SECONDS = Number(process.env.DOCAXIS_FUZZ ?? 2);
/** Documents that are tried on however slow a machine. */
const LEAST = 600;
const SEED = Number(process.env.DOCAXIS_FUZZ_SEED ?? 1);
const LIMITS = { bytes: 8 * 1024 * 1024 };

const strict = createDocumentReader(LIMITS);
const lenient = createLenientReader(LIMITS);

/** What a reader took from a document; undefined where it refused. Throws where the reader threw. */
function read(reader: DocumentReader, bytes: Buffer): OpenedDocument | undefined {
  const opened = reader.open(bytes);
  return opened.ok ? opened.value : undefined;
}

const fieldsOf = ({ message, attachments, hasForeignSignature }: OpenedDocument) =>
  JSON.stringify({ message, attachments, hasForeignSignature });

/** Rules of the strict reader on prefixes, declarations and names of attributes, which mean nothing to the lenient one. */
const SPELLING = [
  'namespace-uri',
  'namespace-declaration',
  'duplicate-attribute',
  'reserved-name',
  'name',
  'names',
  'attributes',
];

/** What must hold of every document whatsoever: in words, what does not. */
function complaint(bytes: Buffer): string | undefined {
  const leniently = read(lenient, bytes);
  const strictly = strict.open(bytes);
  if (leniently?.signature) return 'called signed';
  for (const { from, to } of leniently?.attachments ?? []) {
    if (from < 0 || to < from || to > bytes.length) return 'an attachment outside the document';
    if (bytes.subarray(from, to).includes('<')) return 'an attachment that holds markup';
  }
  if (!strictly.ok) {
    const rule = String(strictly.refusal.more?.rule);
    const inSilence = leniently?.forgiven?.length === 0 && !SPELLING.includes(rule);
    return inSilence ? `forgiven in silence: ${rule}` : undefined;
  }
  if (strictly.value.signature) return leniently ? 'a signature was read as none' : undefined;
  // Only the lenient reader takes this word for nothing.
  if (/>\s*null\s*</.test(bytes.toString('latin1'))) return undefined;
  if (!leniently) return 'refused what the strict reader takes';
  return fieldsOf(leniently) === fieldsOf(strictly.value) ? undefined : 'other fields than the strict reader';
}

const ORIGINALS = [...SAMPLE_NAMES.map(sample), ...FORGIVEN_VARIANTS.map(([, text]) => Buffer.from(text))];

/** What makes a lenient reader stumble. */
const MORE_FRAGMENTS = [
  '<!--',
  '-->',
  '<!-- -->',
  '<![CDATA[',
  ']]>',
  '<![CDATA[a]]>',
  '<?a?>',
  '<?xml version="1.0"?>',
  '<!DOCTYPE a>',
  '<edXML:Signature>',
  '</edXML:Signature>',
  '<ds:Signature/>',
  ' xmlns="http://www.go.vn/eDoc"',
  ' xmlns:edXML=""',
  'null',
  '\uFEFF',
].map((text) => Buffer.from(text));

describe('whatever the document is', () => {
  test('the reader answers: nothing is called signed, nothing is forgiven in silence, and where the strict reader reads, it reads the same', {
    timeout: SECONDS * 2000 + 60_000,
  }, () => {
    const random = randomSource(SEED);
    const seen = { documents: 0, forgiven: 0, same: 0 };
    const wrong: string[] = [];
    const end = performance.now() + SECONDS * 1000;
    while ((performance.now() < end || seen.documents < LEAST) && wrong.length < 5) {
      let bytes = mutate(ORIGINALS[random(ORIGINALS.length)]!, random);
      if (random(2) === 0)
        bytes = splice(bytes, random(bytes.length), 0, MORE_FRAGMENTS[random(MORE_FRAGMENTS.length)]!);
      const what = complaint(bytes);
      if (what !== undefined) wrong.push(`${what}: ${bytes.toString('base64')}`);
      seen.documents++;
      const read = lenient.open(bytes);
      if (read.ok && read.value.forgiven?.length) seen.forgiven++;
      else if (read.ok) seen.same++;
    }
    console.info(`documents for the lenient reader, seed ${SEED}: ${JSON.stringify(seen)}`);
    expect(wrong).toEqual([]);
    expect(Math.min(seen.forgiven, seen.same)).toBeGreaterThan(5);
  });

  test('also where it is made of nothing but markup', () => {
    const pieces = [
      ...FRAGMENTS,
      ...MORE_FRAGMENTS,
      Buffer.from('<edXML>'),
      Buffer.from('</edXML>'),
      Buffer.from([0xff]),
    ];
    const document = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((some) => Buffer.concat(some));
    fc.assert(
      fc.property(document, (bytes) => complaint(bytes) === undefined),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

describe('a document that is large in one way', () => {
  const MEGABYTES = 4;
  const fill = (piece: string, before = '', after = ''): Buffer =>
    Buffer.from(before + piece.repeat((MEGABYTES << 20) / piece.length) + after);

  /** As many as there may be on one element, on element after element. */
  function manyPrefixes(): Buffer {
    const tags = Array.from({ length: 5000 }, (_, tag) => {
      const declarations = Array.from({ length: 60 }, (__, place) => ` xmlns:p${tag}-${place}="u"`);
      return `<a${declarations.join('')}/>`;
    });
    return Buffer.from(`<edXML>${tags.join('')}</edXML>`);
  }

  test.each([
    ['start tags', fill('<a>')],
    ['empty elements', fill('<a/>', '<edXML>', '</edXML>')],
    ['comments', fill('<!---->', '<edXML>', '</edXML>')],
    ['comments that never end', fill('<!--', '<edXML>')],
    ['dashes', fill('-', '<edXML><!--', '')],
    ['CDATA', fill('<![CDATA[a]]>', '<edXML>', '</edXML>')],
    ['CDATA full of what is written longer', fill('<&', '<edXML><a><![CDATA[', ']]></a></edXML>')],
    ['instructions', fill('<?a?>', '', '<edXML/>')],
    ['attributes', fill(' a="1"', '<edXML', '/>')],
    ['one attribute', fill('a', '<edXML a="', '"/>')],
    ['an attribute that never ends', fill('a', '<edXML a="')],
    ['white space in a tag', fill(' ', '<edXML', '/>')],
    ['white space and a name in a tag', fill(' ', '<edXML', 'a/>')],
    ['a name', fill('a', '<', '/>')],
    ['colons', fill(':', '<', '/>')],
    ['names and colons', fill('a:', '<', '/>')],
    ['declarations of prefixes', fill('<a xmlns:p="u">', '<edXML>')],
    ['declarations of different prefixes', manyPrefixes()],
    ['white space in front', fill(' ', '', '<edXML/>')],
    ['references', fill('&amp;', '<edXML><MessageHeader><Subject>', '</Subject></MessageHeader></edXML>')],
    ['ends of elements', fill('</a>', '<edXML>')],
    ['bad UTF-8 at its end', Buffer.concat([fill('ế', '<edXML>'), Buffer.from([0xff])])],
  ])('%s: is answered soon', (_, bytes) => {
    const before = process.cpuUsage();
    lenient.open(bytes);
    const { user, system } = process.cpuUsage(before);
    // Microseconds; what grew with the square of the size would take minutes.
    expect(user + system).toBeLessThan(4_000_000);
  });
});
