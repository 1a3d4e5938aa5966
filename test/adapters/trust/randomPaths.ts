/** Makes certification paths at random from few names and few policies, so that they meet often. */
import { Oid } from '../../../adapters/trust/oids.ts';
import type { PathRequest } from '../../../adapters/trust/path.ts';
import {
  authorityExtensions,
  type Issued,
  issueCertificate,
  type KeyPair,
  signerExtensions,
} from '../../../world/certificates.ts';
import {
  certificatePolicies,
  inhibitAnyPolicy,
  nameConstraints,
  parsed,
  policyConstraints,
  policyMappings,
  subjectAltName,
  type WrittenName,
} from './constraintExtensions.ts';
import { at } from './pathKit.ts';

/** A number below the one given. */
export type Random = (below: number) => number;

const policies = ['1.3.6.1.4.1.55555.1', '1.3.6.1.4.1.55555.2', '1.3.6.1.4.1.55555.3'] as const;
const validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2040-01-01T00:00:00Z') };

const names: readonly WrittenName[] = [
  ...['a.vn', 'b.a.vn', 'c.b.a.vn', 'x.vn', 'xa.vn'].map((host): WrittenName => ['dns', host]),
  ...['u@a.vn', 'w@a.vn', 'u@b.a.vn', 'u@x.vn'].map((address): WrittenName => ['email', address]),
  ...['https://a.vn/', 'https://b.a.vn/z', 'http://x.vn:80'].map((uri): WrittenName => ['uri', uri]),
  ...['0a000001', '0a010001', '0b000001'].map((address): WrittenName => ['ip', address]),
  ...[['C=VN'], ['C=VN', 'O=A'], ['C=VN', 'O=B']].map((name): WrittenName => ['directory', [...name, 'CN=x']]),
];

const bases: readonly WrittenName[] = [
  ...['a.vn', 'b.a.vn', 'vn', 'x.vn'].map((host): WrittenName => ['dns', host]),
  ...['a.vn', '.a.vn', 'u@a.vn', '.vn', 'x.vn'].map((base): WrittenName => ['email', base]),
  ...['a.vn', '.a.vn', '.vn'].map((base): WrittenName => ['uri', base]),
  ...['0a000000ff000000', '0a010000ffff0000', '0000000000000000'].map((range): WrittenName => ['ip', range]),
  ...[['C=VN'], ['C=VN', 'O=A'], ['C=VN', 'O=B']].map((name): WrittenName => ['directory', name]),
];

/** Chances are in percent. */
class Maker {
  readonly #random: Random;
  /**
   * A path has mappings or inhibits anyPolicy, never both: where anyPolicy is inhibited, RFC 9618 section 5.4 (b) has no
   * node for a mapping out of it, and the second reader has one.
   */
  readonly #maps: boolean;

  constructor(random: Random) {
    this.#random = random;
    this.#maps = this.chance(60);
  }

  chance(percent: number): boolean {
    return this.#random(100) < percent;
  }

  number(below: number): number {
    return this.#random(below);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)]!;
  }

  some<T>(from: readonly T[]): readonly T[] {
    return from.filter(() => this.chance(60));
  }

  many<T>(most: number, from: readonly T[]): readonly T[] {
    return Array.from({ length: this.#random(most + 1) }, () => this.pick(from));
  }

  organisation(): readonly string[] {
    return this.chance(70) ? [`O=${this.pick(['A', 'B'])}`] : [];
  }

  policies(): readonly Buffer[] {
    const chosen = [...this.some(policies), ...(this.chance(30) ? [Oid.anyPolicy] : [])];
    return chosen.length > 0 && this.chance(90) ? [certificatePolicies(...chosen)] : [];
  }

  constraints(): readonly Buffer[] {
    const extensions: Buffer[] = [];
    const [permitted, excluded] = [this.many(2, bases), this.chance(50) ? this.many(1, bases) : []];
    if (permitted.length + excluded.length > 0 && this.chance(50))
      extensions.push(nameConstraints({ permitted, excluded }));
    if (this.#maps && this.chance(50))
      extensions.push(
        policyMappings([this.pick(policies), this.pick(policies)], [this.pick(policies), this.pick(policies)]),
      );
    if (this.chance(20)) extensions.push(policyConstraints({ explicit: this.number(3), mapping: this.number(3) }));
    if (!this.#maps && this.chance(30)) extensions.push(inhibitAnyPolicy(this.number(3)));
    return extensions;
  }
}

/** One to three authorities below a root, and a leaf; `keys` are five pairs. */
export function randomPath(random: Random, keys: readonly KeyPair[]): PathRequest {
  const make = new Maker(random);
  const extensions = authorityExtensions();
  const root = issueCertificate({ name: parsed(['C=VN', 'CN=Root']), keys: keys[0]!, extensions, ...validity });
  const chain: Issued[] = [];
  for (let level = 0; level <= make.number(3); level++) {
    const above = chain.at(-1) ?? root;
    const isSelfIssued = level > 0 && make.chance(20);
    chain.push(
      issueCertificate({
        name: isSelfIssued ? above.name : parsed(['C=VN', ...make.organisation(), `CN=Level ${level}`]),
        keys: keys[level + 1]!,
        issuer: above,
        extensions: [...extensions, ...make.policies(), ...make.constraints()],
        ...validity,
      }),
    );
  }
  const alternative = make.many(2, names);
  const leaf = issueCertificate({
    name: parsed(['C=VN', ...make.organisation(), 'CN=x']),
    keys: keys[4]!,
    issuer: chain.at(-1)!,
    extensions: [
      ...signerExtensions(),
      ...make.policies(),
      ...(alternative.length > 0 ? [subjectAltName(alternative)] : []),
    ],
    ...validity,
  });
  const acceptable = make.some(policies);
  return {
    leaf: leaf.certificate,
    intermediates: chain.map(({ certificate }) => certificate),
    anchors: [root.certificate],
    at,
    policy: {
      ...(acceptable.length > 0 && { acceptable }),
      requireExplicit: make.chance(50),
      inhibitMapping: make.chance(15),
    },
  };
}
