import { createLenientReader } from '../../../adapters/lenient/lenientReader.ts';
import { createDocumentReader } from '../../../adapters/xml/documentReader.ts';
import { checkMessage } from '../../../core/edxml/checkMessage.ts';
import { mutate } from '../../adapters/xml/fuzz.ts';
import { SAMPLE_NAMES, sample } from '../../adapters/xml/sampleFiles.ts';
import { alterText } from '../alterText.ts';
import { latin1, octets, pick, type Random, type Target } from '../input.ts';
import { unlessThrown } from './parsers.ts';

const LIMITS = { bytes: 4 * 1024 * 1024 };
const LIMIT_MS = 1000;

/** Messages through both readers and the rules of the format: whatever is in them, each gives a word and none throws. */
export function documentTargets(): readonly Target[] {
  const readers = [createDocumentReader(LIMITS), createLenientReader(LIMITS)];
  const originals = SAMPLE_NAMES.map(sample);
  return [
    {
      name: 'document',
      limitMs: LIMIT_MS,
      make: (random) => ({ body: latin1(alterDocument(pick(random, originals), random)) }),
      judge: async ({ body = '' }) =>
        unlessThrown(() => {
          for (const reader of readers) {
            const opened = reader.open(octets(body));
            if (opened.ok) checkMessage(opened.value.message);
          }
          return undefined;
        }),
    },
  ];
}

/** An edXML message with its markup changed, or with what one of its elements says. */
export function alterDocument(bytes: Buffer, random: Random): Buffer {
  if (random(2) === 0) return mutate(bytes, random);
  const text = bytes.toString('utf8');
  const leaves = [...text.matchAll(/>([^<>]{1,200})<\//g)];
  if (leaves.length === 0) return mutate(bytes, random);
  const leaf = pick(random, leaves);
  const from = leaf.index + 1;
  const said = leaf[1] ?? '';
  const instead = alterText(said, random);
  // Half of the time as a text of its own: what is markup in it then means something.
  const written = random(4) === 0 ? instead : instead.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Buffer.from(text.slice(0, from) + written + text.slice(from + said.length));
}
