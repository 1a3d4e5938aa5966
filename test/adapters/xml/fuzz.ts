/** A small seeded generator: the same seed gives the same documents on every machine. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0) % below;
  };
}

/** Bits of XML that change what a parser or canonicaliser does. */
export const FRAGMENTS: readonly Buffer[] = [
  ...[
    '&amp;',
    '&lt;',
    '&gt;',
    '&quot;',
    '&apos;',
    '&#xD;',
    '&#10;',
    '&#x9;',
    '&#65;',
    '&#x1F600;',
    '&#xFFFE;',
    '&#0;',
    '&x;',
    '&',
  ],
  ...[
    '<',
    '>',
    ']]>',
    '\r\n',
    '\r',
    '\n',
    '\t',
    ' ',
    "'",
    '"',
    '=',
    '/',
    '/>',
    '</',
    ':',
    'xmlns="urn:a"',
    ' xmlns=""',
  ],
  ...[
    ' xmlns:a="urn:a"',
    ' xmlns:b="urn:b"',
    ' a:x="1"',
    ' b:x="1"',
    ' x="1"',
    '<a:e>',
    '</a:e>',
    '<e/>',
    ' xmlns:c="urn:a"',
  ],
  ...[
    '<e xmlns:z="urn:z" z:q="1" b="2" a="3"/>',
    '<q xmlns="urn:q"><r xmlns=""/></q>',
    'xml:lang="vi"',
    ' xml:space="preserve"',
  ],
  ...[
    'ế',
    '\u{1F600}',
    '\uFFFE',
    '\u2028',
    '\u0085',
    '\uFEFF',
    '\u0001',
    '\0',
    'xmlns:xml="http://www.w3.org/XML/1998/namespace"',
  ],
  ...['A'.repeat(300), 'line of text\n'.repeat(40), 'é'.repeat(200)],
].map((text) => Buffer.from(text));

/** A document changed in one to four places. */
export function mutate(original: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let left = 1 + random(4); left > 0 && bytes.length > 0; left--) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Buffer<ArrayBuffer>, random: (below: number) => number): Buffer<ArrayBuffer> {
  const place = random(bytes.length);
  const kind = random(6);
  if (kind < 3) return splice(bytes, markupPlace(bytes, place, random), 0, FRAGMENTS[random(FRAGMENTS.length)]!);
  if (kind === 3) return splice(bytes, place, 1 + random(4), Buffer.alloc(0));
  if (kind === 4) return splice(bytes, place, 0, bytes.subarray(place, place + random(60)));
  bytes[place] = random(256);
  return bytes;
}

/** Half of the time next to markup, where it matters. */
function markupPlace(bytes: Buffer, place: number, random: (below: number) => number): number {
  if (random(2) === 0) return place;
  const found = bytes.indexOf(random(2) === 0 ? '>' : ' ', place);
  return found < 0 ? place : found + random(2);
}

export function splice(bytes: Buffer, at: number, removed: number, added: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
}
