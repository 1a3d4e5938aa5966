/** Certification paths that keep name constraints, and paths that break one: a case per form of name and way to match. */
import type { PathRequest } from '../../../adapters/trust/path.ts';
import { authorityExtensions, signerExtensions } from '../../../world/certificates.ts';
import { nameConstraints, parsed, type Subtrees, subjectAltName, type WrittenName } from './constraintExtensions.ts';
import type { BrokenPath, GoodPath } from './pathCases.ts';
import type { PathKit } from './pathKit.ts';

interface NamedLeaf {
  readonly subject?: readonly string[];
  readonly names?: readonly WrittenName[];
}

/** A leaf with these names below an authority with these constraints. */
function below(kit: PathKit, constraints: Subtrees, { subject, names }: NamedLeaf): PathRequest {
  const sub = kit.sub({ extensions: [...authorityExtensions(), nameConstraints(constraints)] });
  const leaf = kit.leaf(sub, {
    extensions: [...signerExtensions(), ...(names ? [subjectAltName(names)] : [])],
    ...(subject && { name: parsed(subject) }),
  });
  return kit.request(leaf, [sub]);
}

const VN: WrittenName = ['directory', ['C=VN']];

type Case = readonly [what: string, constraints: Subtrees, leaf: NamedLeaf];

const kept: readonly Case[] = [
  ['a subject below a permitted name', { permitted: [VN] }, {}],
  ['a subject in other letters than its base', { permitted: [['directory', ['C=vn', 'CN= LEAF ']]] }, {}],
  ['one of several permitted names', { permitted: [['directory', ['C=LA']], VN] }, {}],
  ['a name beside an excluded one', { excluded: [['directory', ['C=VN', 'CN=Other']]] }, {}],
  ['constraints on a form of name that is not there', { permitted: [['dns', 'example.vn']] }, {}],
  ['constraints of a form not processed, not there', { excluded: [['registered', '1.2.3']] }, {}],
  ['a host below a permitted domain', { permitted: [['dns', 'example.vn']] }, { names: [['dns', 'a.B.example.vn']] }],
  ['the permitted host itself', { permitted: [['dns', 'Example.vn']] }, { names: [['dns', 'example.VN']] }],
  ['a host beside an excluded one', { excluded: [['dns', 'a.vn']] }, { names: [['dns', 'ba.vn']] }],
  ['a mailbox of a permitted host', { permitted: [['email', 'example.vn']] }, { names: [['email', 'a@Example.vn']] }],
  ['a mailbox below a domain', { permitted: [['email', '.vn']] }, { names: [['email', 'a@example.vn']] }],
  ['the one permitted mailbox', { permitted: [['email', 'a@b.vn']] }, { names: [['email', 'a@B.vn']] }],
  [
    'an address in the subject that is permitted',
    { permitted: [['email', 'example.vn']] },
    { subject: ['C=VN', 'emailAddress=a@example.vn'] },
  ],
  ['a URI on a permitted host', { permitted: [['uri', 'a.vn']] }, { names: [['uri', 'https://u@A.vn:8443/x?y#z']] }],
  ['a URI below a domain', { permitted: [['uri', '.vn']] }, { names: [['uri', 'urn://b.a.vn']] }],
  ['an IPv4 address in a range', { permitted: [['ip', '0a000000ff000000']] }, { names: [['ip', '0a010203']] }],
  [
    'an IPv6 address beside a range',
    { excluded: [['ip', `20010db8${'0'.repeat(24)}ffffffff${'0'.repeat(24)}`]] },
    { names: [['ip', `20010db9${'0'.repeat(24)}`]] },
  ],
];

const excludes = /which an authority excludes/;
const permits = /which no authority permits/;
const unclear = /cannot be compared/;

const broken: readonly (readonly [...Case, reason: RegExp])[] = [
  ['a subject that is not permitted', { permitted: [['directory', ['C=LA']]] }, {}, permits],
  ['a subject above the permitted name', { permitted: [['directory', ['C=VN', 'CN=Leaf', 'OU=a']]] }, {}, permits],
  ['a subject that is excluded', { permitted: [VN], excluded: [['directory', ['C=VN', 'CN=leaf']]] }, {}, excludes],
  ['a second directory name', { permitted: [VN] }, { names: [['directory', ['C=LA']]] }, permits],
  ['a host outside', { permitted: [['dns', 'example.vn']] }, { names: [['dns', 'badexample.vn']] }, permits],
  ['the host itself under a leading dot', { permitted: [['dns', '.a.vn']] }, { names: [['dns', 'a.vn']] }, permits],
  ['an excluded host', { excluded: [['dns', 'a.vn']] }, { names: [['dns', 'b.A.vn']] }, excludes],
  ['a wildcard over an excluded host', { excluded: [['dns', 'x.a.vn']] }, { names: [['dns', '*.a.vn']] }, excludes],
  ['a host that is none', { permitted: [['dns', 'a.vn']] }, { names: [['dns', 'x..a.vn']] }, permits],
  ['a host that is none, excluded', { excluded: [['dns', 'b.vn']] }, { names: [['dns', 'x..a.vn']] }, excludes],
  ['a host with a NUL', { permitted: [['dns', 'a.vn']] }, { names: [['dns', 'b.vn\0.a.vn']] }, unclear],
  ['another host', { permitted: [['email', 'a.vn']] }, { names: [['email', 'u@b.a.vn']] }, permits],
  ['the host of a domain', { permitted: [['email', '.a.vn']] }, { names: [['email', 'u@a.vn']] }, permits],
  ['another mailbox', { permitted: [['email', 'u@a.vn']] }, { names: [['email', 'U@a.vn']] }, permits],
  ['an excluded mailbox, capital', { excluded: [['email', 'u@a.vn']] }, { names: [['email', 'U@a.vn']] }, excludes],
  ['an address without a host', { permitted: [['email', 'a.vn']] }, { names: [['email', 'a.vn']] }, permits],
  [
    'an address in the subject',
    { permitted: [['email', 'a.vn']] },
    { subject: ['C=VN', 'emailAddress=u@b.vn'] },
    permits,
  ],
  ['a URI on another host', { permitted: [['uri', 'a.vn']] }, { names: [['uri', 'https://b.vn/a.vn']] }, permits],
  ['a URI that hides its host', { permitted: [['uri', 'a.vn']] }, { names: [['uri', 'https://a.vn@b.vn']] }, permits],
  ['a URI with two readings', { permitted: [['uri', 'a.vn']] }, { names: [['uri', 'https://b.vn\\@a.vn/']] }, permits],
  ['a URI without a host', { permitted: [['uri', 'a.vn']] }, { names: [['uri', 'urn:a.vn']] }, permits],
  ['a URI on an address', { excluded: [['uri', 'a.vn']] }, { names: [['uri', 'https://10.0.0.1/']] }, excludes],
  ['an address out of range', { permitted: [['ip', '0a000000ff000000']] }, { names: [['ip', '0b000001']] }, permits],
  ['IPv6 where IPv4 is', { permitted: [['ip', '0a000000ff000000']] }, { names: [['ip', '0a'.repeat(16)]] }, permits],
  ['a mask with holes', { permitted: [['ip', '0a000000ff00ff00']] }, { names: [['ip', '0a000000']] }, permits],
  [
    'a mask with holes, excluded',
    { excluded: [['ip', '0a000000ff00ff00']] },
    { names: [['ip', '01010101']] },
    excludes,
  ],
  ['an address of five octets', { excluded: [['ip', '0a000000ff000000']] }, { names: [['ip', '0a00000000']] }, unclear],
  [
    'a constrained registered id',
    { permitted: [['registered', '1.2.3']] },
    { names: [['registered', '1.2.3']] },
    unclear,
  ],
  ['a constrained other name', { excluded: [['otherName', '1.2.3']] }, { names: [['otherName', '1.2.4']] }, unclear],
];

export function keptNames(kit: PathKit): GoodPath[] {
  const cases = kept.map(([what, constraints, leaf]): GoodPath => [what, below(kit, constraints, leaf)]);
  const top = kit.sub({
    extensions: [...authorityExtensions(), nameConstraints({ permitted: [['directory', ['C=VN', 'CN=Leaf']]] })],
  });
  const rollover = kit.authority('Sub', { keys: kit.keys.below, issuer: top });
  return [
    ...cases,
    ['a self-issued authority that the constraint does not name', kit.request(kit.leaf(rollover), [rollover, top])],
  ];
}

export function brokenNames(kit: PathKit): BrokenPath[] {
  const cases = broken.map(
    ([what, constraints, leaf, reason]): BrokenPath => [
      what,
      'certificate-path',
      reason,
      below(kit, constraints, leaf),
    ],
  );
  const constrained = (subtrees: Subtrees, critical = true) => [
    ...authorityExtensions(),
    nameConstraints(subtrees, critical),
  ];
  const top = kit.sub({ extensions: constrained({ permitted: [['directory', ['C=VN', 'CN=Leaf']]] }) });
  const middle = kit.authority('Middle', { keys: kit.keys.below, issuer: top });
  const narrow = kit.sub({
    extensions: constrained({
      permitted: [
        ['directory', ['C=VN', 'CN=Middle']],
        ['directory', ['C=VN', 'CN=Leaf']],
      ],
    }),
  });
  const wide = kit.authority('Middle', {
    keys: kit.keys.below,
    issuer: narrow,
    extensions: constrained({ permitted: [VN] }),
  });
  const anchor = kit.authority('Root', { extensions: constrained({ permitted: [['directory', ['C=LA']]] }, false) });
  return [
    ...cases,
    ['an authority outside', 'certificate-path', /CN=Middle.*permits/, kit.request(kit.leaf(middle), [middle, top])],
    [
      'a constraint widened below',
      'certificate-path',
      permits,
      kit.request(kit.leaf(wide, { name: parsed(['C=VN', 'CN=Else']) }), [wide, narrow]),
    ],
    ["the anchor's constraint, unmarked", 'certificate-path', permits, kit.request(kit.leaf(anchor), [], [anchor])],
  ];
}
