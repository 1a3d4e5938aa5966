import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../adapters/xml/limits.ts';
import { Octets } from '../../../adapters/xml/octets.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { Scanner } from '../../../adapters/xml/scan.ts';
import * as tp from '../../../adapters/xml/tape.ts';
import { randomSource } from './fuzz.ts';

test('octets keep every byte across the ends of their buffer, collected and digested alike', () => {
  const random = randomSource(7);
  const input = Buffer.from(Array.from({ length: 70_000 }, () => random(256)));
  const lengths = [1, 3, 63, 64, 65, 1000, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537];
  const octets = new Octets();
  for (let round = 0; round < 30; round++) {
    const pieces = Array.from({ length: 40 }, () => {
      const length = lengths[random(lengths.length)]!;
      return input.subarray(0, length);
    });
    const whole = Buffer.concat(pieces);
    octets.start(null);
    for (const piece of pieces) octets.put(piece, 0, piece.length);
    expect(octets.collected().equals(whole)).toBe(true);
    octets.start('sha256');
    for (const piece of pieces) {
      if (piece.length === 1) octets.byte(piece[0]!);
      else octets.put(piece, 0, piece.length);
    }
    expect(octets.digested()).toEqual(createHash('sha256').update(whole).digest());
  }
});

test('octets fill their buffer to the last byte and no further', () => {
  const octets = new Octets();
  const block = Buffer.alloc(16_384, 1);
  for (let extra = 0; extra < 12; extra++) {
    octets.start(null);
    for (let k = 0; k < 4; k++) octets.put(block, 0, k === 3 ? block.length - 6 : block.length);
    octets.put(Buffer.alloc(extra, 2), 0, extra);
    expect(octets.collected().length).toBe(65_530 + extra);
  }
});

const LONG = 300;
const FILLERS = { base64: 'Ab0+/', prose: 'Kinh gui "quy" (1), \t\n', lines: 'Ab0+/Ab0+/\n' };

describe.each(Object.entries(FILLERS))('in a long text of %s', (_, filler) => {
  const place = (mark: string, at: number, alignment: number): Buffer => {
    const text = Buffer.alloc(LONG + 80, filler);
    // Nothing near the mark may have a meaning together with it.
    text.fill('a', LONG + at - 4, LONG + at + 4);
    const document = Buffer.concat([Buffer.from('<a>'), text, Buffer.from('</a>')]);
    document.write(mark, 3 + LONG + at);
    return Buffer.concat([Buffer.alloc(alignment), document]).subarray(alignment);
  };
  const scanner = new Scanner(DEFAULT_LIMITS);

  test('a control character is found wherever it stands, at every alignment', () => {
    for (let alignment = 0; alignment < 4; alignment++) {
      for (let at = 4; at < 70; at++) {
        const code = [0, 1, 8, 0x0b, 0x0c, 0x0e, 0x1f][at % 7]!;
        const bytes = place(String.fromCharCode(code), at, alignment);
        expect(() => scanner.scan(bytes)).toThrow(new XmlRefusal('character', 3 + LONG + at));
      }
    }
  });

  test('what is not canonical is put on the tape, with its place and its character', () => {
    const marks = [
      ['\r', 1, 0x0a],
      ['&#13;', 5, 0x0d],
      ['&#65;', 5, 0x41],
      ['>', 1, 0x3e],
    ] as const;
    for (let alignment = 0; alignment < 4; alignment++) {
      for (let at = 4; at < 70; at++) {
        for (const [mark, length, code] of marks) {
          scanner.scan(place(mark, at, alignment));
          const { tape } = scanner;
          const from = 3 + LONG + at;
          const patch = tape.cells.subarray(tape.content(0), tape.content(0) + tp.PATCH_SIZE);
          expect([...patch]).toEqual([tp.PATCH, from, from + length, code]);
          expect(tape.length).toBe(tape.content(0) + tp.PATCH_SIZE + tp.END_SIZE);
        }
      }
    }
  });
});

test('a text of five million bytes with something to patch every 200 takes linear time', () => {
  const scanner = new Scanner(DEFAULT_LIMITS);
  const cpuOf = (marks: number): number => {
    const bytes = Buffer.from(`<a>${`${'A'.repeat(200)}\r`.repeat(marks)}</a>`);
    const before = process.cpuUsage();
    scanner.scan(bytes);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  cpuOf(1000);
  // Quadratic, this took seconds.
  expect(cpuOf(25_000)).toBeLessThan(500_000);
});
