import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { attackFile, loadAttackSet } from '../../attacks/attackTable.ts';
import { FRAGMENTS, mutate, randomSource, splice } from './fuzz.ts';
import { engineOctets, isWellFormed, oracleOctets } from './oracle.ts';
import { SAMPLE_NAMES, sample } from './sampleFiles.ts';
import { RSA, signDocument } from './signDocument.ts';

/** Seconds for each kind of fuzzing; the seed is fixed unless DOCAXIS_FUZZ_SEED says otherwise. */
const SECONDS = Number(process.env.DOCAXIS_FUZZ ?? 2);
const SEED = Number(process.env.DOCAXIS_FUZZ_SEED ?? 1);

describe('mutated documents', () => {
  test('are never read when libxml2 calls them malformed, and never canonicalised otherwise', {
    timeout: SECONDS * 3000 + 60_000,
  }, () => {
    const random = randomSource(SEED);
    const originals = [
      ...loadAttackSet().cases.map(({ file }) => attackFile(file)),
      ...SAMPLE_NAMES.map(sample),
    ].filter((bytes) => bytes.length < 20_000 && !bytes.includes('<!') && !bytes.subarray(40).includes('<?'));
    const seen = { documents: 0, equal: 0, refused: 0 };
    const wrong: string[] = [];
    for (const end = performance.now() + SECONDS * 1000; performance.now() < end && wrong.length < 5; ) {
      const bytes = mutate(originals[random(originals.length)]!, random);
      seen.documents++;
      for (const inclusive of [false, true]) {
        const octets = engineOctets(bytes, { inclusive });
        if (octets === null) {
          seen.refused++;
          continue;
        }
        const expected = oracleOctets(bytes, { inclusive });
        if (expected === null ? isWellFormed(bytes) === 'no' : !expected.equals(octets))
          wrong.push(bytes.toString('base64'));
        else seen.equal++;
      }
    }
    console.info(`mutated documents, seed ${SEED}: ${JSON.stringify(seen)}`);
    expect(wrong).toEqual([]);
    expect(seen.equal).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
  });
});

describe('mutated signed documents', () => {
  test('that still verify have the canonical octets and the fields that were signed', {
    timeout: SECONDS * 3000 + 60_000,
  }, () => {
    const random = randomSource(SEED + 1);
    const engine = createEngine();
    const originals = [...SAMPLE_NAMES.filter((name) => !name.includes('signed'))].map((name) => {
      const bytes = signDocument(sample(name), { key: RSA.privateKey });
      return {
        bytes,
        octets: oracleOctets(bytes, { inclusive: false, withoutSignature: true }),
        fields: fieldsOf(engine.open(bytes)),
      };
    });
    const seen = { documents: 0, refused: 0, mismatch: 0, changedAndValid: 0 };
    const wrong: string[] = [];
    for (const end = performance.now() + SECONDS * 1000; performance.now() < end && wrong.length < 5; ) {
      const original = originals[random(originals.length)]!;
      const bytes = respell(original.bytes, random);
      seen.documents++;
      try {
        const opened = engine.open(bytes);
        if (!opened.verify(RSA.publicKey).ok) {
          seen.mismatch++;
          continue;
        }
        if (bytes.equals(original.bytes)) continue;
        seen.changedAndValid++;
        const octets = oracleOctets(bytes, { inclusive: false, withoutSignature: true });
        const known = octets !== null || isWellFormed(bytes) === 'other rule';
        const same = octets === null || original.octets?.equals(octets) === true;
        if (!known || !same || fieldsOf(opened) !== original.fields) wrong.push(bytes.toString('base64'));
      } catch (error) {
        if (!(error instanceof XmlRefusal)) throw error;
        seen.refused++;
      }
    }
    console.info(`mutated signed documents, seed ${SEED}: ${JSON.stringify(seen)}`);
    expect(wrong).toEqual([]);
    expect(seen.changedAndValid).toBeGreaterThan(10);
    expect(seen.mismatch).toBeGreaterThan(10);
  });
});

describe('bytes with a meaning around the sizes where the code changes path', () => {
  const sizes = [16, 64, 192, 256, 16384, 65536, 131072];
  const marks = [
    'x',
    '\r',
    '\r\n',
    '&#13;',
    '&amp;',
    '&quot;',
    '>',
    ']]>',
    '\u0001',
    '\u001f',
    '\0',
    '\uFFFE',
    'ế',
    '\uFEFF',
    '\u{1F600}',
    '\t',
    '\x7f',
  ];
  // All of them with DOCAXIS_FUZZ set; a seventh, another one for each neighbour, by default.
  const step = process.env.DOCAXIS_FUZZ === undefined ? 7 : 1;

  test('are seen at every size and alignment', { timeout: 120_000 }, () => {
    let turn = 0;
    let compared = 0;
    const wrong: string[] = [];
    for (const size of sizes) {
      for (let shift = -3; shift <= 3; shift++) {
        for (const mark of marks) {
          for (let alignment = 0; alignment < 4; alignment++) {
            if (turn++ % step !== 0) continue;
            const bytes = boundaryDocument(size, shift, mark);
            const shifted = Buffer.concat([Buffer.alloc(alignment), bytes, Buffer.alloc(8)]).subarray(
              alignment,
              alignment + bytes.length,
            );
            const inclusive = (shift & 1) === 1;
            const octets = engineOctets(shifted, { inclusive });
            const expected = oracleOctets(bytes, { inclusive });
            compared++;
            const equal = octets === null ? expected === null : expected?.equals(octets) === true;
            if (!equal) wrong.push(`${size}${shift} ${JSON.stringify(mark)} alignment ${alignment}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBe(Math.ceil((sizes.length * 7 * marks.length * 4) / step));
  });
});

function boundaryDocument(size: number, shift: number, mark: string): Buffer {
  const text = `${'A'.repeat(size + shift)}${mark}${'b'.repeat((size >> 1) + 300)}`;
  return Buffer.from(`<r><a>${text}</a><b c='1'>${text.slice(0, 40)}</b><a>${text}</a></r>`);
}

function fieldsOf(opened: { readonly message: unknown; readonly attachments: readonly object[] }): string {
  const placeless = opened.attachments.map((attachment) => ({ ...attachment, from: 0, to: 0 }));
  return JSON.stringify([opened.message, placeless]);
}

/** Changes of the kind that may leave the canonical form alone: quotes, white space, references, declarations. */
function respell(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let left = 1 + random(2); left > 0; left--) {
    const start = random(bytes.length);
    const mark = bytes.indexOf('< >="/'[random(6)]!, start);
    const place = random(3) === 0 || mark < 0 ? start : Math.min(mark + random(2), bytes.length - 1);
    const byte = bytes[place]!;
    const kind = random(4);
    if (kind === 0) bytes[place] = byte === 0x22 ? 0x27 : byte === 0x20 ? 9 + random(2) : random(256);
    else if (kind === 1) bytes = splice(bytes, place, 1, Buffer.alloc(0));
    else if (kind === 2 && byte > 0x20 && byte < 0x7f) bytes = splice(bytes, place, 1, Buffer.from(`&#${byte};`));
    else bytes = splice(bytes, place, 0, FRAGMENTS[random(FRAGMENTS.length)]!);
  }
  return bytes;
}
