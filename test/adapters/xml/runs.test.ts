import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ControlScan } from '../../../adapters/xml/controlScan.ts';
import { Octets } from '../../../adapters/xml/octets.ts';
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

test('the control scan finds the first control character wherever it stands, at every alignment', () => {
  const scan = new ControlScan();
  for (let alignment = 0; alignment < 4; alignment++) {
    for (let at = 0; at < 80; at++) {
      const bytes = Buffer.alloc(96, 'é\t\n').subarray(alignment);
      bytes[at] = at % 32 === 9 || at % 32 === 10 ? 0x1f : at % 32;
      scan.reset(bytes);
      for (const from of [0, 1, 2, 3, 5]) {
        expect(scan.find(from, 85)).toBe(from <= at ? at : 85);
        expect(scan.find(from, Math.max(at, from))).toBe(Math.max(at, from));
      }
    }
  }
});
