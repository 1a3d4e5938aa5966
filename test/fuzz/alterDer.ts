import { alterOctets } from './alterText.ts';
import { pick, type Random } from './input.ts';

/** One element: its identifier octet, and what is in it. */
interface Element {
  readonly tag: number;
  readonly content: Buffer | readonly Element[];
}

const CONSTRUCTED = 0x20;
const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x17, 0x18, 0x30, 0x31, 0x80, 0xa0, 0xa3, 0x1f, 0x00,
];
/** Lengths as DER never writes them: indefinite, with zeros in front, longer than all there is, of too many octets. */
const LENGTHS = ['80', '8100', '820001', '84ffffffff', '88ffffffffffffffff', 'ff', '847fffffff'];
const DEEP = 3000;

/** DER (X.690) changed in one to three places of its structure or in its octets. */
export function alterDer(bytes: Buffer, random: Random): Buffer {
  if (random(4) === 0) return alterOctets(bytes, random);
  let elements = readElements(bytes);
  if (!elements) return alterOctets(bytes, random);
  for (let left = 1 + random(3); left > 0; left--) elements = changedAmong(elements, random);
  const written = Buffer.concat(elements.map(write));
  return random(8) === 0 ? brokenLength(written, random) : written;
}

function readElements(bytes: Buffer): readonly Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1];
    if (first === undefined || (tag & 0x1f) === 0x1f) return undefined;
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || more > 3 || at + 2 + more > bytes.length) return undefined;
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const from = at + 2 + more;
    const content = bytes.subarray(from, from + length);
    if (content.length < length) return undefined;
    const inner = (tag & CONSTRUCTED) === 0 ? undefined : readElements(content);
    found.push({ tag, content: inner ?? content });
    at = from + length;
  }
  return found;
}

function write({ tag, content }: Element): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.concat(content.map(write));
  return Buffer.concat([Buffer.from([tag]), lengthOf(bytes.length), bytes]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

/** Goes down to a random depth and changes one element there. */
function changedAmong(elements: readonly Element[], random: Random): readonly Element[] {
  if (elements.length === 0) return [{ tag: pick(random, TAGS), content: Buffer.alloc(0) }];
  const place = random(elements.length);
  const found = elements[place] as Element;
  const inner = Buffer.isBuffer(found.content) ? undefined : found.content;
  const instead: readonly Element[] =
    inner && random(5) > 0
      ? [{ tag: found.tag, content: changedAmong(inner, random) }]
      : insteadOf(found, elements, random);
  return [...elements.slice(0, place), ...instead, ...elements.slice(place + 1)];
}

function insteadOf(found: Element, siblings: readonly Element[], random: Random): readonly Element[] {
  const { tag, content } = found;
  const bytes = Buffer.isBuffer(content) ? content : Buffer.concat(content.map(write));
  switch (random(9)) {
    case 0:
      return [];
    case 1:
      return [found, found];
    case 2:
      return new Array<Element>(1 + random(500)).fill(found);
    case 3:
      return [{ tag: pick(random, TAGS), content }];
    case 4:
      return [pick(random, siblings), found];
    case 5:
      return [{ tag, content: Buffer.alloc(random(4) === 0 ? 5000 : random(40), random(256)) }];
    case 6:
      return [nested(found, random)];
    default:
      return [{ tag, content: alterOctets(bytes, random) }];
  }
}

function nested(element: Element, random: Random): Element {
  // Written at once: the writer here calls itself for each level.
  const tag = pick(random, [0x30, 0x31, 0xa0, 0x24]);
  let bytes = write(element);
  for (let left = 1 + random(random(4) === 0 ? DEEP : 10); left > 0; left--)
    bytes = Buffer.concat([Buffer.from([tag]), lengthOf(bytes.length), bytes]);
  return { tag, content: bytes };
}

function brokenLength(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, LENGTHS), 'hex'), bytes.subarray(at + 1)]);
}
