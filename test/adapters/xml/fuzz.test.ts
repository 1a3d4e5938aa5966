import { describe, expect, test } from 'vitest';
import { randomSource } from './fuzz.ts';
import {
  type Campaign,
  emptyTally,
  judge,
  signedCampaign,
  signedOriginals,
  type Tally,
  unsignedCampaign,
} from './fuzzCampaign.ts';
import { engineOctets, oracleOctets } from './oracle.ts';

/** Seconds for each kind of fuzzing; the seed is fixed unless DOCAXIS_FUZZ_SEED says otherwise. */
const SECONDS = Number(process.env.DOCAXIS_FUZZ ?? 2);
const IS_LONG = process.env.DOCAXIS_FUZZ !== undefined;
const SEED = Number(process.env.DOCAXIS_FUZZ_SEED ?? 1);

/** Alters documents until the time is over, or something wrong was found. */
function run(campaign: Campaign, seed: number): Tally {
  const tally = emptyTally();
  const random = randomSource(seed);
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end && tally.wrongAccepts.length + tally.wrongOctets.length < 5) campaign(random, tally);
  const { wrongAccepts, wrongOctets, ...counts } = tally;
  console.info(`seed ${seed}: ${JSON.stringify(counts)}`);
  expect([...wrongAccepts, ...wrongOctets]).toEqual([]);
  return tally;
}

const timeout = SECONDS * 3000 + 60_000;

describe('altered documents', () => {
  test('are never read when libxml2 calls them malformed, and never canonicalised otherwise', { timeout }, () => {
    const tally = run(unsignedCampaign(), SEED);
    expect(tally.equal).toBeGreaterThan(10);
    expect(tally.refused).toBeGreaterThan(10);
  });
});

const originals = await signedOriginals();

describe('altered signed documents', () => {
  test('that still verify have the canonical octets and the fields that were signed', { timeout }, () => {
    const tally = run(signedCampaign(originals), SEED + 1);
    expect(tally.alteredAndValid).toBeGreaterThan(10);
    expect(tally.mismatch).toBeGreaterThan(10);
  });

  test('never verify with any one byte of their texts changed, and otherwise only when nothing read or signed changed', {
    timeout,
  }, () => {
    const [original] = originals.toSorted((a, b) => a.bytes.length - b.bytes.length);
    if (original === undefined) throw new Error('there are no samples');
    const tally = emptyTally();
    let texts = 0;
    for (let place = 0; place < original.bytes.length; place++) {
      const byte = original.bytes[place]!;
      const isText = isInText(original.bytes, place);
      if (isText) texts++;
      for (const other of IS_LONG ? [byte ^ 1, byte ^ 0x20, 0x20, 0x0a, 0x26, 0x41] : [byte ^ 1, 0x20]) {
        if (other === byte) continue;
        const bytes = Buffer.from(original.bytes);
        bytes[place] = other;
        if (judge(original, bytes, tally) && isText) tally.wrongAccepts.push(`byte ${place} as ${other}`);
      }
    }
    expect([tally.wrongAccepts, tally.wrongOctets]).toEqual([[], []]);
    expect(tally.documents).toBeGreaterThan(original.bytes.length);
    expect(texts).toBeGreaterThan(100);
    expect(tally.mismatch).toBeGreaterThan(100);
  });
});

/** True inside a text that the signature covers and that is not white space between elements. */
function isInText(bytes: Buffer, place: number): boolean {
  const signature = bytes.indexOf('<Signature ');
  if (place >= signature && place < bytes.indexOf('</Signature>')) return false;
  const open = bytes.lastIndexOf('>', place);
  const close = bytes.indexOf('<', place);
  if (open < bytes.lastIndexOf('<', place) || open === place || close < 0) return false;
  return bytes.toString('latin1', open + 1, close).trim() !== '' && bytes[place]! > 0x20;
}

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
  const step = IS_LONG ? 1 : 7;

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
