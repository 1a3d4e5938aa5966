/** Certification paths that hold under the policies asked for, and paths that do not: a case per step of RFC 9618. */
import { Oid } from '../../../adapters/trust/oids.ts';
import type { PathRequest } from '../../../adapters/trust/path.ts';
import type { PolicyInputs } from '../../../adapters/trust/policyGraph.ts';
import { authorityExtensions, signerExtensions } from '../../../world/certificates.ts';
import { certificatePolicies, inhibitAnyPolicy, policyConstraints, policyMappings } from './constraintExtensions.ts';
import type { BrokenPath, GoodPath } from './pathCases.ts';
import type { PathKit } from './pathKit.ts';

const A = '1.3.6.1.4.1.55555.1';
const B = '1.3.6.1.4.1.55555.2';
const ANY = Oid.anyPolicy;

type Extra = readonly Buffer[];
const ofA = certificatePolicies(A);
const ofB = certificatePolicies(B);
const ofAny = certificatePolicies(ANY);
const explicit: PolicyInputs = { requireExplicit: true };
const onlyA: PolicyInputs = { ...explicit, acceptable: [A] };

/** Extensions of the two authorities below the root, and of the leaf, beside the usual ones. */
type Case = readonly [what: string, policy: PolicyInputs, sub: Extra, below: Extra, leaf: Extra];

function build(kit: PathKit, [, policy, sub, below, leaf]: Case): PathRequest {
  const top = kit.sub({ extensions: [...authorityExtensions(), ...sub] });
  const middle = kit.authority('Below', {
    keys: kit.keys.below,
    issuer: top,
    extensions: [...authorityExtensions(), ...below],
  });
  const signer = kit.leaf(middle, { extensions: [...signerExtensions(), ...leaf] });
  return { ...kit.request(signer, [middle, top]), policy };
}

const mapsAtoB = policyMappings([A, B]);

const kept: readonly Case[] = [
  ['no policy where none is asked for', {}, [], [], []],
  ['policies that end where none is asked for', {}, [ofA], [ofB], []],
  ['the acceptable policy all along', onlyA, [ofA], [ofA], [ofA]],
  ['anyPolicy above the acceptable one', onlyA, [ofAny], [ofAny], [ofA]],
  ['anyPolicy all along', onlyA, [ofAny], [ofAny], [ofAny]],
  ['one of two policies', onlyA, [certificatePolicies(B, A)], [ofA], [certificatePolicies(A, B)]],
  ['a policy mapped on the way', onlyA, [ofA, mapsAtoB], [ofB], [ofB]],
  ['a policy mapped out of anyPolicy', onlyA, [ofAny, mapsAtoB], [ofB], [ofB]],
  ['any policy, if only one', explicit, [ofA], [ofA], [ofA]],
  ['an explicit policy asked for too late', {}, [policyConstraints({ explicit: 3 })], [], []],
  ['a mapping before it is inhibited', onlyA, [ofA, mapsAtoB, policyConstraints({ mapping: 0 })], [ofB], [ofB]],
  ['anyPolicy before it is inhibited', onlyA, [ofAny, inhibitAnyPolicy(1)], [ofAny], [ofA]],
];

const broken: readonly Case[] = [
  ['no policy at all', explicit, [], [], []],
  ['another policy than the acceptable', onlyA, [ofB], [ofB], [ofB]],
  ['a policy that changes on the way', explicit, [ofA], [ofB], [ofB]],
  ['a leaf without policy', explicit, [ofA], [ofA], []],
  ['an explicit policy asked for by an authority', {}, [policyConstraints({ explicit: 0 })], [], []],
  ['an explicit policy asked for by the leaf', {}, [], [], [policyConstraints({ explicit: 0 })]],
  ['a policy mapped away', onlyA, [ofA, mapsAtoB], [ofB], [ofA]],
  ['a mapping that the operator inhibits', { ...onlyA, inhibitMapping: true }, [ofA, mapsAtoB], [ofB], [ofB]],
  ['a mapping that an authority inhibits', explicit, [ofA, policyConstraints({ mapping: 0 })], [ofA, mapsAtoB], [ofB]],
  ['anyPolicy that the operator inhibits', { ...onlyA, inhibitAny: true }, [ofAny], [ofA], [ofA]],
  ['anyPolicy that an authority inhibits', onlyA, [ofA, inhibitAnyPolicy(0)], [ofAny], [ofA]],
];

export function keptPolicies(kit: PathKit): GoodPath[] {
  return kept.map((entry): GoodPath => [entry[0], build(kit, entry)]);
}

export function brokenPolicies(kit: PathKit): BrokenPath[] {
  const from = policyMappings([ANY, B]);
  const to = policyMappings([A, ANY]);
  const anchor = kit.authority('Root', { extensions: [...authorityExtensions(), policyConstraints({ explicit: 0 })] });
  return [
    ...broken.map(
      (entry): BrokenPath => [entry[0], 'certificate-path', /not under a certificate policy/, build(kit, entry)],
    ),
    ['a mapping from anyPolicy', 'certificate-path', /anyPolicy/, build(kit, ['', {}, [ofA, from], [ofA], [ofA]])],
    ['a mapping to anyPolicy', 'certificate-path', /anyPolicy/, build(kit, ['', {}, [ofA, to], [ofA], [ofA]])],
    [
      "an explicit policy asked for by the anchor's certificate",
      'certificate-path',
      /not under a certificate policy/,
      kit.request(kit.leaf(anchor), [], [anchor]),
    ],
  ];
}
