import { HOSTILE_TEXTS } from './hostileText.ts';
import { pick, type Random } from './input.ts';

/** A text changed in one place, or another one instead. */
export function alterText(text: string, random: Random): string {
  const at = random(text.length + 1);
  const to = at + random(Math.min(8, text.length - at + 1));
  switch (random(8)) {
    case 0:
    case 1:
      return pick(random, HOSTILE_TEXTS);
    case 2:
      return text.slice(0, at) + pick(random, HOSTILE_TEXTS) + text.slice(at);
    case 3:
      return text.slice(0, at) + text.slice(to);
    case 4:
      return text.slice(0, at) + String.fromCharCode(random(0x250)) + text.slice(at + 1);
    case 5:
      return text.slice(0, at) + text.slice(at, to).repeat(2) + text.slice(to);
    case 6:
      return random(2) === 0 ? text.toUpperCase() : text.slice(0, at);
    default:
      return text + text.slice(random(text.length + 1));
  }
}

/** Octets changed in one place: a bit, a byte, a piece gone or twice, or something hostile between. */
export function alterOctets(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + random(16));
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random(6)) {
    case 0:
      return Buffer.concat([before, bytes.subarray(to)]);
    case 1:
      return Buffer.concat([before, bytes.subarray(at, to), behind]);
    case 2:
      return Buffer.concat([before, Buffer.from(pick(random, HOSTILE_TEXTS)), behind]);
    case 3:
      return Buffer.from(before);
    default: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = random(2) === 0 ? random(256) : (changed[at] ?? 0) ^ (1 << random(8));
      return changed;
    }
  }
}
