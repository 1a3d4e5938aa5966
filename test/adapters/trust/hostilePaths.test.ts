import { expect, test } from 'vitest';
import { CERTIFICATE_BYTES } from '../../../adapters/trust/certificate.ts';
import { type PathResult, validatePath } from '../../../adapters/trust/path.ts';
import { defaultPathLimits, type WorkKind } from '../../../adapters/trust/pathWork.ts';
import {
  authorityExtensions,
  type Issued,
  issueCertificate,
  type KeyPair,
  makeKeys,
  signerExtensions,
} from '../../../world/certificates.ts';
import {
  certificatePolicies,
  nameConstraints,
  parsed,
  policyMappings,
  type Subtrees,
  subjectAltName,
  type WrittenName,
} from './constraintExtensions.ts';

/** What senders may send at the worst: the work is counted, so that the bound does not depend on the machine. */

const at = new Date('2026-06-01T00:00:00Z');
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
const keys = await Promise.all(Array.from({ length: 8 }, () => makeKeys('p-256')));
const [rootKeys, leafKeys] = await Promise.all([makeKeys('p-256'), makeKeys('p-256')]);
const root = authority('Root', rootKeys);

type Issuer = Pick<Issued, 'name' | 'publicKey' | 'privateKey'>;

function authority(
  cn: string,
  own: KeyPair,
  { issuer, extra = [] }: { issuer?: Issuer; extra?: readonly Buffer[] } = {},
) {
  const name = parsed([`CN=${cn}`]);
  const extensions = [...authorityExtensions(), ...extra];
  return issueCertificate({ name, keys: own, extensions, ...validity, ...(issuer && { issuer }) });
}

function signer(issuer: Issuer, extra: readonly Buffer[] = []): Issued {
  const extensions = [...signerExtensions(), ...extra];
  return issueCertificate({ name: parsed(['CN=Leaf']), keys: leafKeys, issuer, extensions, ...validity });
}

function validate(leaf: Issued, others: readonly Issued[], anchor = root): PathResult {
  const intermediates = others.map(({ certificate }) => certificate);
  return validatePath({ leaf: leaf.certificate, intermediates, anchors: [anchor.certificate], at });
}

const reasonOf = ({ checks }: PathResult): string => checks.find(({ verdict }) => verdict === 'fail')?.reason ?? '';

function expectBounded({ work }: PathResult): void {
  for (const [kind, count] of Object.entries(work))
    expect(count).toBeLessThanOrEqual(defaultPathLimits[kind as WorkKind]);
}

test('32 issuers of one name and key: the signature is checked once for each, at most', () => {
  const crowd = Array.from({ length: 32 }, () => authority('Same', keys[0]!));
  const result = validate(signer(crowd[0]!), crowd);
  expect(result.ok).toBe(false);
  expect(result.work.signatureChecks).toBe(32);
  expectBounded(result);
  expect(reasonOf(validate(signer(crowd[0]!), [...crowd, root]))).toMatch(/more than 32/);
});

test('a ring of issuers of different keys ends by its signature checks', () => {
  const same = (own: KeyPair): Issuer => ({ name: parsed(['CN=Ring']), ...own });
  const ring = keys.flatMap((own) => keys.slice(0, 4).map((above) => authority('Ring', own, { issuer: same(above) })));
  const result = validate(signer(same(keys[1]!)), ring);
  expect(result.ok).toBe(false);
  expect(result.work.signatureChecks).toBe(defaultPathLimits.signatureChecks);
  expectBounded(result);
});

const crossed = ['A', 'B', 'C', 'D', 'E', 'F'].map((cn, index) => authority(cn, keys[index]!));
/** Each of six authorities certified by each other one: 30 certificates, and far more ways through them. */
const crossCertificates = crossed.flatMap((own, index) =>
  crossed
    .filter((above) => above !== own)
    .map((above) => authority(['A', 'B', 'C', 'D', 'E', 'F'][index]!, own, { issuer: above })),
);

test('six authorities that all certify each other and no way out: bounded and refused', () => {
  const result = validate(signer(crossed[0]!), crossCertificates);
  expect(result.ok).toBe(false);
  expect(result.path).toEqual([]);
  expectBounded(result);
});

test('the same six below an anchor that breaks a rule: only so many paths are judged', () => {
  const expired = issueCertificate({
    name: parsed(['CN=A']),
    keys: keys[0]!,
    extensions: authorityExtensions(),
    notBefore: validity.notBefore,
    notAfter: new Date('2026-02-01T00:00:00Z'),
  });
  const result = validate(signer(crossed[1]!), crossCertificates, expired);
  expect(reasonOf(result)).toMatch(/expired/);
  expect(result.work.paths).toBeGreaterThan(1);
  expectBounded(result);
});

test('the same six below a good anchor: a way is found', () => {
  const result = validate(signer(crossed[1]!), crossCertificates, crossed[0]);
  expect(reasonOf(result)).toBe('');
  expect(result.ok).toBe(true);
});

const policy = (arc: number): string => `1.3.6.1.4.1.55555.${arc}`;
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const pairs = (count: number) => range(count).map((arc) => [policy(arc), policy(arc + 1)] as const);

test('10,000 policy mappings are not read at all, and 129 are named as too many', () => {
  const below = (count: number) => {
    const sub = authority('Sub', keys[0]!, { issuer: root, extra: [policyMappings(...pairs(count))] });
    return { sub, reason: reasonOf(validate(signer(sub), [sub])) };
  };
  const most = below(10_000);
  expect(most.sub.certificate.length).toBeGreaterThan(CERTIFICATE_BYTES);
  expect(most.reason).toMatch(/no accepted issuer.*cannot be read: a certificate over 16384 bytes/);
  expect(below(129).reason).toMatch(/no accepted issuer.*cannot be read: more than 128 policy mappings/);
  expect(below(128).reason).toBe('');
});

/** Each of four authorities maps every policy to every policy: a tree would have 11 to the fourth leaves. */
test('policies that all map to all others make a graph of few nodes', () => {
  const policies = range(11).map(policy);
  const all = policies.flatMap((from) => policies.map((to) => [from, to] as const));
  const extra = [certificatePolicies(...policies), policyMappings(...all)];
  const chain: Issued[] = [];
  for (const index of range(4))
    chain.push(authority(`Level ${index}`, keys[index]!, { issuer: chain.at(-1) ?? root, extra }));
  const result = validatePath({
    leaf: signer(chain.at(-1)!, [certificatePolicies(policies[5]!)]).certificate,
    intermediates: chain.map(({ certificate }) => certificate),
    anchors: [root.certificate],
    at,
    policy: { requireExplicit: true, acceptable: [policies[7]!] },
  });
  expect(reasonOf(result)).toBe('');
  expect(result.work.policyNodes).toBeLessThan(1200);
});

test('policies beyond the limit of one search are refused, not passed over', () => {
  const policies = range(11).map(policy);
  const extra = [certificatePolicies(...policies)];
  const sub = authority('Sub', keys[0]!, { issuer: root, extra });
  const leaf = signer(sub, extra);
  const request = { leaf: leaf.certificate, intermediates: [sub.certificate], anchors: [root.certificate], at };
  expect(reasonOf(validatePath({ ...request, limits: { policyNodes: 20 } }))).toMatch(/too many certificate policies/);
});

function constrained(constraints: Subtrees, names: readonly WrittenName[]): PathResult {
  const chain: Issued[] = [];
  for (const index of range(4)) {
    const extra = [nameConstraints(constraints)];
    chain.push(authority(`Level ${index}`, keys[index]!, { issuer: chain.at(-1) ?? root, extra }));
  }
  return validate(signer(chain.at(-1)!, [subjectAltName(names)]), chain);
}

const hosts = (count: number, prefix = 'h') =>
  range(count).map((index): WrittenName => ['dns', `${prefix}${index}.vn`]);

test('1,000 constraints, and 1,000 names: each named as too many', () => {
  expect(reasonOf(constrained({ excluded: hosts(1000) }, hosts(1)))).toMatch(
    /cannot be read: more than 128 name constraints/,
  );
  expect(reasonOf(constrained({ excluded: hosts(1) }, hosts(1000)))).toMatch(
    /cannot be read: more than 128 alternative names/,
  );
});

test('as many constraints and names as are read: every comparison is counted, and at the limit it is refused', () => {
  const few = constrained({ permitted: [['dns', 'vn']], excluded: hosts(127) }, hosts(32, 'x'));
  expect(reasonOf(few)).toBe('');
  expect(few.work.nameComparisons).toBe(4 * 128 * 32);
  const many = constrained({ permitted: [['dns', 'vn']], excluded: hosts(127) }, hosts(128, 'x'));
  expect(reasonOf(many)).toMatch(/too many names to compare/);
  expectBounded(many);
});
